// SPDX-License-Identifier: Apache-2.0
// winmail.dat, and the RTF in it also by itself.
#include "core/mail/tnef.h"

#include "core/mail/tnef_rtf.h"
#include "tests/fuzz/target.h"

namespace fuzz = madoguchi::fuzz;
namespace mail = madoguchi::mail;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::as_text(data, size);
  if (const std::optional<mail::TnefContent> content = mail::read_tnef(bytes)) {
    fuzz::require_utf8(content->text, "text is UTF-8");
    fuzz::require_utf8(content->html, "html is UTF-8");
    fuzz::require(content->files.size() <= 200, "files are limited");
    for (const mail::TnefFile& file : content->files)
      fuzz::require_utf8(file.name, "names are UTF-8");
  }
  constexpr std::size_t kMost = 100'000;
  if (const std::optional<std::string> rtf = mail::decompress_rtf(bytes, kMost)) {
    fuzz::require(rtf->size() <= kMost, "RTF is limited");
    fuzz::require_utf8(mail::read_rtf(*rtf).text, "RTF gives UTF-8");
  }
  fuzz::require_utf8(mail::read_rtf(bytes).text, "RTF gives UTF-8");
  return 0;
}
