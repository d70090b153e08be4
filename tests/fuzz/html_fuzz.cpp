// SPDX-License-Identifier: Apache-2.0
// The sanitiser: what comes out holds nothing but the allowlist, also when it is sanitised again.
#include "core/mail/html.h"

#include "tests/fuzz/html_oracle.h"
#include "tests/fuzz/target.h"

namespace fuzz = madoguchi::fuzz;
namespace mail = madoguchi::mail;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view html = fuzz::as_text(data, size);
  const std::string safe = mail::sanitize_html(html);
  fuzz::require_utf8(safe, "sanitised html is UTF-8");
  const std::string faults = fuzz::html_faults(safe);
  fuzz::require(faults.empty(), faults);
  const std::string again = fuzz::html_faults(mail::sanitize_html(safe));
  fuzz::require(again.empty(), again);
  fuzz::require_utf8(mail::html_to_text(html), "its text is UTF-8");
  (void)mail::html_quotes(html);
  return 0;
}
