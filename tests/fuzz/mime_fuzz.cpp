// SPDX-License-Identifier: Apache-2.0
// Whole mails: something readable comes out, in UTF-8, with names that may be shown and stored.
#include "core/mail/quoted.h"
#include "core/mail/read.h"
#include "tests/fuzz/target.h"

namespace fuzz = madoguchi::fuzz;
namespace mail = madoguchi::mail;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const mail::Message message = mail::read(fuzz::as_text(data, size));
  fuzz::require_utf8(message.subject, "subject is UTF-8");
  fuzz::require_utf8(message.text, "text is UTF-8");
  fuzz::require_utf8(message.html, "html is UTF-8");
  fuzz::require_utf8(mail::visible_text(message), "visible text is UTF-8");
  for (const mail::Header& header : message.headers)
    fuzz::require_utf8(header.value, "headers are UTF-8");
  for (const mail::Attachment& file : message.attachments) {
    fuzz::require(!file.file_name.empty(), "attachments have names");
    fuzz::require_utf8(file.file_name, "names are UTF-8");
    fuzz::require(file.file_name.find_first_of("/\\\n\r") == std::string::npos,
                  "names are no paths");
    fuzz::require(file.file_name != "..", "names are no paths");
  }
  fuzz::require(message.body_digest.size() == 64, "every mail has a digest");
  return 0;
}
