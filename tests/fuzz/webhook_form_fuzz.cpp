// SPDX-License-Identifier: Apache-2.0
// Forms that mail providers post: what is read lies in the body, and becomes a mail that is read
// with nothing lost and no header from inside a value. The first line of the input is the
// Content-Type.
#include "connectors/mail_webhook/assemble.h"
#include "connectors/mail_webhook/form.h"
#include "core/mail/read.h"
#include "tests/fuzz/target.h"

namespace fuzz = madoguchi::fuzz;
namespace hook = madoguchi::connectors::mail_webhook;
namespace mail = madoguchi::mail;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz::as_text(data, size);
  const std::size_t end = std::min(input.find('\n'), input.size());
  const auto form =
      hook::Form::parse(input.substr(0, end), input.substr(std::min(end + 1, input.size())));
  if (!form) return 0;
  fuzz::require(!form->fields().empty(), "a form has fields");
  hook::MailParts parts;
  for (const hook::FormField& field : form->fields()) {
    fuzz::require(field.value.size() <= size, "no value is longer than the body");
    if (field.file_name) {
      parts.files.push_back({*field.file_name, field.media_type, field.name, field.value});
    } else if (field.name == "text") {
      parts.text = hook::TextPart{field.value, "utf-8"};
    } else {
      parts.headers.emplace_back("X-" + field.name, field.value);
    }
  }
  const std::string raw = hook::assemble(parts, "fuzz");
  fuzz::require(raw == hook::assemble(parts, "fuzz"), "the same parts are the same octets");
  const mail::Message read = mail::read(raw);
  for (const mail::Header& header : read.headers) {
    const bool known = header.name.starts_with("X-") || header.name == "MIME-Version" ||
                       header.name == "Content-Type" ||
                       header.name == "Content-Transfer-Encoding" ||
                       header.name == "Content-Disposition" || header.name == "Content-ID";
    fuzz::require(known, "no value becomes a header");
  }
  return 0;
}
