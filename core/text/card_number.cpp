// SPDX-License-Identifier: Apache-2.0
#include "core/text/card_number.h"

#include <algorithm>

#include "core/text/card_scan.h"
#include "core/text/utf8.h"

namespace madoguchi::text {
namespace card_scan {
namespace {

constexpr std::size_t kDigitsKept = 4;

/// As units have them: lower case, ー is '-'.
const std::vector<std::u32string_view>& code_words() {
  static const std::vector<std::u32string_view> words = {U"cvv2",
                                                         U"cvv",
                                                         U"cvc2",
                                                         U"cvc",
                                                         U"cid",
                                                         U"csc",
                                                         U"cav2",
                                                         U"cvn",
                                                         U"securitycode",
                                                         U"security code",
                                                         U"card code",
                                                         U"セキュリティコ-ド",
                                                         U"セキュリティ-コ-ド",
                                                         U"セキュリティ番号",
                                                         U"セキュリティ-番号",
                                                         U"セキュリティ",
                                                         U"カ-ド確認番号",
                                                         U"確認コ-ド",
                                                         U"裏面",
                                                         U"うらの",
                                                         U"裏の",
                                                         U"暗証番号",
                                                         U"pin"};
  return words;
}

constexpr std::size_t kNear = 200;       // units between a number and a word that names a code
constexpr std::size_t kWordToCode = 24;  // units between such a word and its digits

std::size_t digits_at(const std::vector<Unit>& units, std::size_t i) {
  std::size_t count = 0;
  while (i + count < units.size() && is_digit(units[i + count])) ++count;
  return count;
}

std::size_t skip(const std::vector<Unit>& units, std::size_t i, std::u32string_view set) {
  while (i < units.size() && set.find(units[i].code) != std::u32string_view::npos) ++i;
  return i;
}

/// "12/27", "12 / 2027", "12月27年": one behind its end, or `i` when there is none.
std::size_t skip_expiry(const std::vector<Unit>& units, std::size_t i) {
  const std::size_t month = digits_at(units, i);
  if (month == 0 || month > 2) return i;
  std::size_t at = skip(units, i + month, U" ");
  if (at >= units.size() ||
      std::u32string_view(U"/-月").find(units[at].code) == std::u32string_view::npos) {
    return i;
  }
  at = skip(units, at + 1, U" /");
  const std::size_t year = digits_at(units, at);
  if (year != 2 && year != 4) return i;
  return skip(units, at + year, U"年");
}

bool overlaps(const std::vector<Range>& cards, const Range& range) {
  return std::any_of(cards.begin(), cards.end(), [&](const Range& card) {
    return range.begin < card.end && card.begin < range.end;
  });
}

/// Bare digits behind the number, or behind its expiry date: "4111… 12/27 123".
void add_bare_code(const std::vector<Unit>& units, const Range& card, std::vector<Range>& out) {
  constexpr std::u32string_view kBetween = U" \n,、./-:|";
  std::size_t at = skip(units, card.end, kBetween);
  at = skip(units, skip_expiry(units, at), kBetween);
  const std::size_t count = digits_at(units, at);
  if (at - card.end > kWordToCode || (count != 3 && count != 4)) return;
  const std::size_t end = at + count;
  if (end < units.size()) {
    const char32_t after = units[end].code;
    // Counters, times, further parts of another number: not a code.
    const bool ends = after == ' ' || after == '\n' || after == ',' || after == ')' ||
                      after == 0x3002 || after == 0x3001 || after == 0x3067 /* で */;
    const bool followed_by_digits =
        after == ' ' && end + 1 < units.size() && is_digit(units[end + 1]);
    if (!ends || followed_by_digits) return;
  }
  out.push_back({at, end});
}

void add_named_codes(const std::vector<Unit>& units, const Range& card, std::vector<Range>& out) {
  const std::size_t from = card.begin > kNear ? card.begin - kNear : 0;
  const std::size_t to = std::min(units.size(), card.end + kNear);
  for (std::size_t i = from; i < to; ++i) {
    if (i >= card.begin && i < card.end) continue;
    const std::size_t word = starts_with_any(units, i, code_words());
    const bool inside_word = i > 0 && is_letter(units[i]) && is_letter(units[i - 1]);
    if (word == 0 || inside_word) continue;
    std::size_t at = i + word;
    const std::size_t limit = std::min(units.size(), at + kWordToCode);
    while (at < limit && !is_digit(units[at])) ++at;
    const std::size_t count = at < limit ? digits_at(units, at) : 0;
    if (count == 3 || count == 4) out.push_back({at, at + count});
    i += word - 1;
  }
}

/// "************1111", "**** **** **** 1111": a number of which only the last four digits are left.
std::vector<Range> masked_numbers(const std::vector<Unit>& units) {
  constexpr std::size_t kLeastStars = 9;
  std::vector<Range> out;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (units[i].code != '*') continue;
    const std::size_t begin = i;
    std::size_t stars = 0;
    for (; i < units.size(); ++i) {
      const char32_t c = units[i].code;
      if (c == '*') {
        ++stars;
      } else if (c != ' ' && c != '-' && c != '.') {
        break;
      }
    }
    if (stars >= kLeastStars && digits_at(units, i) == kDigitsKept) {
      out.push_back({begin, i + kDigitsKept});
    }
  }
  return out;
}

}  // namespace

bool has_masked_number(std::string_view utf8) noexcept {
  // Lines of asterisks are frequent ornaments: only those that run into digits count.
  for (const std::string_view star : {std::string_view("*"), std::string_view("＊")}) {
    for (std::size_t at = utf8.find(star); at != std::string_view::npos; at = utf8.find(star, at)) {
      const std::size_t begin = at;
      while (utf8.compare(at, star.size(), star) == 0) at += star.size();
      if (at - begin < 2 * star.size()) continue;
      while (at < utf8.size() && (utf8[at] == ' ' || utf8[at] == '-' || utf8[at] == '.')) ++at;
      if (at < utf8.size() && digit_value(decode_utf8(utf8, at).code) >= 0) return true;
    }
  }
  return false;
}

std::vector<Range> security_codes(const std::vector<Unit>& units, const std::vector<Range>& cards) {
  std::vector<Range> out;
  for (const Range& card : cards) {
    add_bare_code(units, card, out);
    add_named_codes(units, card, out);
  }
  // Bare digits behind one of these are as well the sum that was paid.
  for (const Range& card : masked_numbers(units)) add_named_codes(units, card, out);
  out.erase(std::remove_if(out.begin(), out.end(),
                           [&](const Range& range) { return overlaps(cards, range); }),
            out.end());
  return out;
}

}  // namespace card_scan

namespace {

using card_scan::kDigitsKept;
using card_scan::Range;
using card_scan::Unit;

void mark(const std::vector<Unit>& units, const Range& range, std::size_t keep,
          std::vector<bool>& hidden) {
  std::size_t left = 0;
  for (std::size_t i = range.begin; i < range.end; ++i) left += is_digit(units[i]) ? 1U : 0U;
  for (std::size_t i = range.begin; i < range.end && left > keep; ++i) {
    if (!is_digit(units[i])) continue;
    hidden[i] = true;
    --left;
  }
}

}  // namespace

std::vector<CardNumberHit> find_card_numbers(std::string_view utf8) {
  std::vector<CardNumberHit> hits;
  if (!card_scan::has_enough_digits(utf8)) return hits;
  const std::vector<Unit> units = card_scan::units_of(utf8);
  for (const Range& range : card_scan::card_ranges(utf8, units)) {
    const Unit& last = units[range.end - 1];
    const std::size_t offset = units[range.begin].offset;
    hits.push_back({offset, last.offset + last.size - offset});
  }
  return hits;
}

bool may_hold_card_number(std::string_view utf8) noexcept {
  return card_scan::has_enough_digits(utf8) || card_scan::has_masked_number(utf8);
}

namespace {

std::vector<DigitMask> masks_of(std::string_view utf8) {
  std::vector<DigitMask> masks;
  const bool any = card_scan::has_enough_digits(utf8) && card_scan::has_long_run(utf8);
  if (!any && !card_scan::has_masked_number(utf8)) return masks;
  const std::vector<Unit> units = card_scan::units_of(utf8);
  const std::vector<Range> cards = any ? card_scan::card_ranges(utf8, units) : std::vector<Range>();
  const std::vector<Range> codes = card_scan::security_codes(units, cards);
  if (cards.empty() && codes.empty()) return masks;
  std::vector<bool> hidden(units.size(), false);
  for (const Range& card : cards) mark(units, card, kDigitsKept, hidden);
  for (const Range& code : codes) mark(units, code, 0, hidden);
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (!hidden[i]) continue;
    // U+FF10–U+FF19 begin with EF BC: their mask is as wide as they were.
    const bool wide = utf8.compare(units[i].offset, 2, "\xEF\xBC") == 0;
    masks.push_back({units[i].offset, units[i].size, wide ? "＊" : "*"});
  }
  return masks;
}

}  // namespace

std::vector<DigitMask> card_number_masks(std::string_view utf8) {
  // Long texts in pieces, for a text becomes eight times as big in between. Each piece sees more of
  // the text on both sides than anything that decides about a digit of its own.
  constexpr std::size_t kPiece = 256 * 1024;
  constexpr std::size_t kAround = 8 * 1024;
  if (utf8.size() <= 2 * kPiece) return masks_of(utf8);
  const auto is_inside_character = [&](std::size_t at) {
    return at < utf8.size() && (static_cast<unsigned char>(utf8[at]) & 0xC0U) == 0x80;
  };
  std::vector<DigitMask> masks;
  for (std::size_t begin = 0; begin < utf8.size(); begin += kPiece) {
    std::size_t from = begin > kAround ? begin - kAround : 0;
    while (is_inside_character(from)) ++from;
    const std::size_t end = std::min(begin + kPiece, utf8.size());
    for (DigitMask one : masks_of(utf8.substr(from, end + kAround - from))) {
      one.offset += from;
      if (one.offset >= begin && one.offset < end) masks.push_back(one);
    }
  }
  return masks;
}

std::string masked(std::string_view utf8, const std::vector<DigitMask>& masks) {
  std::string out;
  out.reserve(utf8.size());
  std::size_t copied = 0;
  for (const DigitMask& one : masks) {
    out.append(utf8, copied, one.offset - copied);
    out += one.mask;
    copied = one.offset + one.length;
  }
  return out.append(utf8, copied, std::string_view::npos);
}

std::string mask_card_numbers(std::string text, bool* found) {
  const std::vector<DigitMask> masks = card_number_masks(text);
  if (found != nullptr) *found = !masks.empty();
  return masks.empty() ? std::move(text) : masked(text, masks);
}

}  // namespace madoguchi::text
