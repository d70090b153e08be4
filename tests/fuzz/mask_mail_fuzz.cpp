// SPDX-License-Identifier: Apache-2.0
// A mail that was masked reads as holding no card number, by its own charsets and by one that a
// person chooses.
#include "core/mail/card_numbers.h"
#include "core/mail/html.h"
#include "core/mail/read.h"
#include "core/text/card_number.h"
#include "tests/fuzz/target.h"

namespace fuzz = madoguchi::fuzz;
namespace mail = madoguchi::mail;

namespace {

bool is_clean(const std::string& text) { return madoguchi::text::card_number_masks(text).empty(); }

void require_masked(std::string_view raw, std::string_view charset) {
  const std::string masked = mail::mask_mail(raw, charset);
  const mail::Message message =
      charset.empty() ? mail::read(masked) : mail::read_as(masked, charset);
  fuzz::require(is_clean(message.subject), "the subject holds no number");
  fuzz::require(is_clean(message.text), "the text holds no number");
  fuzz::require(!mail::has_card_number_beside_texts(message), "nor does anything beside it");
  std::string html = mail::sanitize_html(message.html);
  fuzz::require(!mail::mask_sanitised_html(html), "nor does the html");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view raw = fuzz::as_text(data, size);
  require_masked(raw, {});
  require_masked(raw, "shift_jis");
  return 0;
}
