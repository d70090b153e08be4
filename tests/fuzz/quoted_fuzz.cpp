// SPDX-License-Identifier: Apache-2.0
// Quoted text: ranges in order and within the text, and never all of it hidden.
#include "core/mail/quoted.h"

#include "tests/fuzz/target.h"

namespace fuzz = madoguchi::fuzz;
namespace mail = madoguchi::mail;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::as_text(data, size);
  const std::string_view half = text.substr(size / 2);
  for (const mail::QuoteHints& hints :
       {mail::QuoteHints{false, {}}, mail::QuoteHints{true, {}}, mail::QuoteHints{false, half}}) {
    std::size_t last = 0;
    for (const mail::HiddenRange& range : mail::hidden_ranges(text, hints)) {
      fuzz::require(range.begin >= last && range.begin < range.end && range.end <= size,
                    "ranges are in order");
      last = range.end;
    }
    const std::string visible = mail::visible_text(text, hints);
    const bool letters = text.find_first_of("abcdefghijklmnopqrstuvwxyz") != std::string_view::npos;
    fuzz::require(!letters || !visible.empty(), "something stays visible");
    fuzz::require(visible.size() <= 2 * size + 1, "nothing is added");
  }
  (void)mail::is_forward_subject(text);
  return 0;
}
