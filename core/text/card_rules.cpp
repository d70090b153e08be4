// SPDX-License-Identifier: Apache-2.0
// Which runs of digits are card numbers: schemes, check digits, grouping, and what stands around.
#include <algorithm>
#include <optional>
#include <string>

#include "core/text/card_scan.h"

namespace madoguchi::text::card_scan {
namespace {

constexpr std::size_t kMinDigits = 13;
constexpr std::size_t kMaxDigits = 19;

/// Digits that stand together, as a range of units.
struct Group {
  std::size_t begin = 0;
  std::size_t end = 0;
  [[nodiscard]] std::size_t size() const { return end - begin; }
};

int number_of(std::string_view digits, std::size_t count) {
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value * 10 + (digits[i] - '0');
  return value;
}

bool is_luhn(std::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (std::size_t i = digits.size(); i-- > 0;) {
    int value = digits[i] - '0';
    if (twice) value = value * 2 > 9 ? value * 2 - 9 : value * 2;
    sum += value;
    twice = !twice;
  }
  return sum % 10 == 0;
}

/// EAN-13, which JAN is: the last digit makes the sum of digits, every second one thrice, end in 0.
bool is_ean13(std::string_view digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) sum += (digits[i] - '0') * (i % 2 == 0 ? 1 : 3);
  return digits.size() == 13 && sum % 10 == 0;
}

/// Whether some scheme issues numbers that begin so, of this length.
bool is_issued(std::string_view digits) {
  const std::size_t size = digits.size();
  const int two = number_of(digits, 2);
  const int three = number_of(digits, 3);
  const int four = number_of(digits, 4);
  if (digits[0] == '4') {
    if (size == 13) return two != 45 && two != 49 && !is_ean13(digits);
    return size == 16 || size == 19;
  }
  if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) return size == 16;
  if (two == 34 || two == 37) return size == 15;
  if (four >= 3528 && four <= 3589) return size >= 16;
  if ((three >= 300 && three <= 305) || two == 36 || two == 38 || two == 39) {
    return size == 14 || size >= 16;
  }
  if (four == 6011 || (three >= 644 && three <= 649) || two == 65) return size >= 16;
  return two == 62 && size >= 16;
}

/// What may stand between two groups: nothing wider than " - ".
bool is_gap(const std::vector<Unit>& units, std::size_t begin, std::size_t end) {
  if (end - begin > 3) return false;
  return std::all_of(units.begin() + static_cast<std::ptrdiff_t>(begin),
                     units.begin() + static_cast<std::ptrdiff_t>(end), [](const Unit& unit) {
                       return unit.code == ' ' || unit.code == '-' || unit.code == '.' ||
                              unit.code == '\n';
                     });
}

/// A gap without any space: what joins the parts of one number.
bool is_tight(const std::vector<Unit>& units, std::size_t begin, std::size_t end) {
  return end - begin == 1 && (units[begin].code == '-' || units[begin].code == '.');
}

bool is_card_grouping(const std::vector<Group>& groups, std::size_t first, std::size_t count) {
  if (count == 1) return true;
  const auto size = [&](std::size_t i) { return groups[first + i].size(); };
  if (count == 3 && size(0) == 4 && size(1) == 6) return true;  // American Express, Diners
  const bool fours = [&] {
    for (std::size_t i = 0; i + 1 < count; ++i) {
      if (size(i) % 4 != 0) return false;
    }
    return true;
  }();
  if (fours) return true;
  if (count == 2) return size(0) == 6;  // issuer number apart
  for (std::size_t i = 1; i + 1 < count; ++i) {
    if (size(i) != size(0)) return false;
  }
  return size(count - 1) <= size(0);
}

const std::vector<std::u32string_view>& card_words() {
  static const std::vector<std::u32string_view> words = {
      U"visa", U"master", U"mastercard", U"jcb",    U"amex", U"express",  U"diners", U"discover",
      U"card", U"number", U"no",         U"credit", U"pan",  U"unionpay", U"cc"};
  return words;
}

const std::vector<std::u32string_view>& after_words() {
  static const std::vector<std::u32string_view> words = {U"cvv", U"cvc",   U"exp", U"cid",
                                                         U"csc", U"valid", U"pin"};
  return words;
}

/// Words that say "the number that follows is not a card". Compared without spaces, with ー as '-'.
const std::vector<std::u32string_view>& other_number_words() {
  static const std::vector<std::u32string_view> words = {U"注文番号",
                                                         U"注文no",
                                                         U"注文id",
                                                         U"オ-ダ-番号",
                                                         U"オ-ダ-no",
                                                         U"オ-ダ-id",
                                                         U"受注番号",
                                                         U"受注no",
                                                         U"受注id",
                                                         U"伝票番号",
                                                         U"伝票no",
                                                         U"送り状番号",
                                                         U"送り状no",
                                                         U"お問い合わせ番号",
                                                         U"問い合わせ番号",
                                                         U"問合せ番号",
                                                         U"問合せno",
                                                         U"問い合わせno",
                                                         U"お問合番号",
                                                         U"追跡番号",
                                                         U"トラッキング番号",
                                                         U"荷物番号",
                                                         U"配送番号",
                                                         U"出荷番号",
                                                         U"発送番号",
                                                         U"受付番号",
                                                         U"管理番号",
                                                         U"予約番号",
                                                         U"請求番号",
                                                         U"請求書番号",
                                                         U"商品番号",
                                                         U"商品コ-ド",
                                                         U"jan",
                                                         U"janコ-ド",
                                                         U"ean",
                                                         U"upc",
                                                         U"gtin",
                                                         U"isbn",
                                                         U"型番",
                                                         U"ロット番号",
                                                         U"シリアル番号",
                                                         U"製造番号",
                                                         U"会員番号",
                                                         U"お客様番号",
                                                         U"顧客番号",
                                                         U"取引番号",
                                                         U"取引id",
                                                         U"決済id",
                                                         U"口座番号",
                                                         U"電話番号",
                                                         U"imei",
                                                         U"tel",
                                                         U"fax",
                                                         U"orderno",
                                                         U"ordernumber",
                                                         U"orderid",
                                                         U"order",
                                                         U"trackingno",
                                                         U"trackingnumber",
                                                         U"trackingid",
                                                         U"tracking",
                                                         U"shipment",
                                                         U"waybill",
                                                         U"invoiceno",
                                                         U"invoicenumber",
                                                         U"invoice",
                                                         U"serial",
                                                         U"serialno",
                                                         U"serialnumber",
                                                         U"sku",
                                                         U"transactionid",
                                                         U"ticket",
                                                         U"reference",
                                                         U"referenceno"};
  return words;
}

/// Whether the words right before say that this is another kind of number: 「注文番号：」.
bool follows_other_number_word(const std::vector<Unit>& units, std::size_t begin) {
  constexpr std::size_t kLookBack = 40;
  const std::u32string_view fillers = U":#=は【】「」『』[]()<>\"'、.は／/->";
  std::size_t end = begin;
  std::size_t fillers_left = 8;
  while (end > 0 && fillers_left > 0 && begin - end < kLookBack &&
         (units[end - 1].code == ' ' ||
          fillers.find(units[end - 1].code) != std::u32string_view::npos)) {
    --end;
    --fillers_left;
  }
  std::vector<Unit> before;
  const std::size_t from = end > kLookBack ? end - kLookBack : 0;
  for (std::size_t i = from; i < end; ++i) {
    if (units[i].code == '\n') {
      before.clear();
    } else if (units[i].code != ' ' && units[i].code != '.') {
      before.push_back(units[i]);
    }
  }
  return ends_with_any(before, before.size(), other_number_words());
}

/// Inside "https://…", "www.…" or a token with an @ (mail address, Message-ID).
bool is_in_address(std::string_view utf8, std::size_t begin, std::size_t end) {
  const auto is_token = [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7F &&
           c != '<' && c != '>' && c != '"' && c != '(' && c != ')';
  };
  std::size_t from = begin;
  while (from > 0 && begin - from < 2048 && is_token(utf8[from - 1])) --from;
  std::size_t to = end;
  while (to < utf8.size() && to - end < 256 && is_token(utf8[to])) ++to;
  const std::string_view before = utf8.substr(from, begin - from);
  if (before.find("://") != std::string_view::npos || before.substr(0, 4) == "www.") return true;
  const std::string_view after = utf8.substr(end, to - end);
  const std::size_t at = after.find('@');
  return at != std::string_view::npos && after.find('.', at) != std::string_view::npos;
}

/// Letters that touch the number make it a code of some kind, unless they name a card.
bool touches_word(const std::vector<Unit>& units, const Range& range) {
  if (range.begin > 0) {
    const Unit& before = units[range.begin - 1];
    if (before.code == '_') return true;
    if (is_letter(before)) return !ends_with_any(units, range.begin, card_words());
  }
  if (range.end < units.size()) {
    const Unit& after = units[range.end];
    if (after.code == '_') return true;
    if (is_letter(after)) return starts_with_any(units, range.end, after_words()) == 0;
  }
  return false;
}

class Scanner {
 public:
  Scanner(std::string_view utf8, const std::vector<Unit>& units) : utf8_(utf8), units_(units) {}

  std::vector<Range> run() {
    std::size_t i = 0;
    while (i < units_.size()) {
      if (!is_digit(units_[i])) {
        ++i;
        continue;
      }
      i = collect(i);
      search();
    }
    return std::move(found_);
  }

 private:
  /// Gathers groups with gaps between them; returns the unit behind the last one.
  std::size_t collect(std::size_t i) {
    groups_.clear();
    while (true) {
      std::size_t end = i;
      while (end < units_.size() && is_digit(units_[end])) ++end;
      groups_.push_back({i, end});
      std::size_t next = end;
      while (next < units_.size() && next - end <= 3 && !is_digit(units_[next])) ++next;
      if (next >= units_.size() || !is_digit(units_[next]) || !is_gap(units_, end, next))
        return end;
      i = next;
    }
  }

  void search() {
    for (std::size_t first = 0; first < groups_.size();) {
      const std::optional<std::size_t> last = best_end(first);
      if (last) found_.push_back({groups_[first].begin, groups_[*last].end});
      first = last ? *last + 1 : first + 1;
    }
  }

  /// The last group of a card number that begins with group `first`. The shortest one wins: what
  /// follows a whole number is a security code or something else.
  std::optional<std::size_t> best_end(std::size_t first) const {
    std::string digits;
    for (std::size_t last = first; last < groups_.size(); ++last) {
      for (std::size_t i = groups_[last].begin; i < groups_[last].end; ++i) {
        if (digits.size() > kMaxDigits) return std::nullopt;
        digits += static_cast<char>(units_[i].code);
      }
      if (digits.size() > kMaxDigits) return std::nullopt;
      if (digits.size() >= kMinDigits && is_issued(digits) && is_luhn(digits) &&
          is_card(first, last)) {
        return last;
      }
    }
    return std::nullopt;
  }

  bool is_card(std::size_t first, std::size_t last) const {
    if (!is_card_grouping(groups_, first, last - first + 1)) return false;
    if (line_breaks(first, last) > 1) return false;
    if (is_joined_to_more(first, last)) return false;
    const Range range{groups_[first].begin, groups_[last].end};
    if (touches_word(units_, range)) return false;
    const std::size_t end = units_[range.end - 1].offset + units_[range.end - 1].size;
    if (is_in_address(utf8_, units_[range.begin].offset, end)) return false;
    return !follows_other_number_word(units_, range.begin);
  }

  std::size_t line_breaks(std::size_t first, std::size_t last) const {
    std::size_t count = 0;
    for (std::size_t i = groups_[first].begin; i < groups_[last].end; ++i) {
      count += units_[i].code == '\n' ? 1U : 0U;
    }
    return count;
  }

  /// "123-4111…" or "4111…-20261": one longer number. Three or four digits behind are a security
  /// code somebody joined with a hyphen.
  bool is_joined_to_more(std::size_t first, std::size_t last) const {
    if (first > 0 && is_tight(units_, groups_[first - 1].end, groups_[first].begin)) return true;
    if (last + 1 >= groups_.size()) return false;
    if (!is_tight(units_, groups_[last].end, groups_[last + 1].begin)) return false;
    const std::size_t more = groups_[last + 1].size();
    return more < 3 || more > 4;
  }

  std::string_view utf8_;
  const std::vector<Unit>& units_;
  std::vector<Group> groups_;
  std::vector<Range> found_;
};

}  // namespace

std::vector<Range> card_ranges(std::string_view utf8, const std::vector<Unit>& units) {
  return Scanner(utf8, units).run();
}

}  // namespace madoguchi::text::card_scan
