// SPDX-License-Identifier: Apache-2.0
// Calendars and cards.
#include "core/mail/calendar.h"

#include "core/mail/vcard.h"
#include "tests/fuzz/target.h"

namespace fuzz = madoguchi::fuzz;
namespace mail = madoguchi::mail;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::as_text(data, size);
  for (const std::string& shown : {mail::calendar_text(text), mail::vcard_text(text)}) {
    fuzz::require_utf8(shown, "what is shown is UTF-8");
    fuzz::require(shown.size() < 200'000, "what is shown is short");
    fuzz::require(shown.find('\x1B') == std::string::npos, "no controls are shown");
  }
  return 0;
}
