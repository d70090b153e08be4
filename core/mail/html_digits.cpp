// SPDX-License-Identifier: Apache-2.0
#include "core/mail/html_digits.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "core/mail/ascii.h"
#include "core/mail/html_lexer.h"
#include "core/mail/read.h"
#include "core/text/utf8.h"

namespace madoguchi::mail {
namespace {

using text::DigitMask;

/// What a character reference stands for; the names are those that stand between digits.
struct Reference {
  char32_t code = 0;
  std::size_t length = 0;  ///< with its '&'
  bool hex = false;
  std::size_t digits = 0;  ///< where its significant digits begin, from '&'
};

std::optional<Reference> named_reference(std::string_view source) {
  constexpr std::pair<std::string_view, char32_t> kNames[] = {
      {"&nbsp", 0xA0},      {"&shy", 0xAD},       {"&zwj;", 0x200D},
      {"&zwnj;", 0x200C},   {"&ensp;", 0x2002},   {"&emsp;", 0x2003},
      {"&thinsp;", 0x2009}, {"&ndash;", 0x2013},  {"&mdash;", 0x2014},
      {"&minus;", 0x2212},  {"&hyphen;", 0x2010}, {"&dash;", 0x2010},
      {"&middot", 0xB7},    {"&bull;", 0x2022},   {"&period;", '.'},
      {"&NewLine;", '\n'},  {"&Tab;", '\t'},      {"&ZeroWidthSpace;", 0x200B}};
  for (const auto& [name, code] : kNames) {
    if (source.substr(0, name.size()) != name) continue;
    const bool ended = name.back() != ';' && source.substr(name.size(), 1) == ";";
    return Reference{code, name.size() + (ended ? 1 : 0)};
  }
  return std::nullopt;
}

std::optional<Reference> reference_at(std::string_view source) {
  constexpr std::size_t kLongest = 32;
  if (source.substr(0, 2) != "&#") return named_reference(source);
  Reference found;
  found.hex = source.size() > 2 && fold_case(source[2]) == 'x';
  const std::size_t begin = found.hex ? 3 : 2;
  std::size_t i = begin;
  while (i < source.size() && source[i] == '0') ++i;
  found.digits = i;
  for (; i < source.size() && i < kLongest; ++i) {
    const char c = fold_case(source[i]);
    const bool letter = found.hex && c >= 'a' && c <= 'f';
    if (!is_digit(c) && !letter) break;
    const auto value = static_cast<char32_t>(letter ? c - 'a' + 10 : c - '0');
    if (found.code < 0x110000) found.code = found.code * (found.hex ? 16U : 10U) + value;
  }
  if (i == begin || found.code == 0) return std::nullopt;
  found.length = i + (source.substr(i, 1) == ";" ? 1 : 0);
  return found;
}

/// The text of html as people see it, and where in the source each byte of it comes from.
class Shown {
 public:
  explicit Shown(std::string_view html) : html_(html) {
    html::Lexer tags(html);
    std::size_t at = 0;
    while (const std::optional<html::Tag> tag = tags.next()) {
      if (tag->begin < at) continue;
      run(at, tag->begin);
      between(tag->name, tag->begin);
      at = tag->end;
    }
    run(at, html.size());
  }

  std::vector<DigitMask> masks() const {
    std::vector<DigitMask> out;
    for (const DigitMask& one : text::card_number_masks(text_)) {
      const std::size_t from = sources_[one.offset];
      if (html_[from] == '&') {
        change_reference(from, out);
      } else {
        out.push_back({from, one.length, one.mask});
      }
    }
    return out;
  }

 private:
  void put(std::string_view utf8, std::size_t source) {
    text_ += utf8;
    sources_.resize(text_.size(), static_cast<std::uint32_t>(source));
  }

  void run(std::size_t at, std::size_t end) {
    while (at < end) {
      if (html_.compare(at, 4, "<!--") == 0) {
        const std::size_t close = html_.find("-->", at + 4);
        at = close == std::string_view::npos ? end : close + 3;
        continue;
      }
      if (html_[at] == '&') {
        if (const auto reference = reference_at(html_.substr(at, end - at))) {
          std::string utf8;
          text::append_utf8(utf8, reference->code);
          put(utf8, at);
          at += reference->length;
          continue;
        }
      }
      const text::Utf8Char c = text::decode_utf8(html_, at);
      // White space of the source shows as one space.
      const bool space = c.code == '\n' || c.code == '\r' || c.code == '\t' || c.code == ' ';
      if (!space) {
        put(html_.substr(at, c.size), at);
      } else if (text_.empty() || text_.back() != ' ') {
        put(" ", at);
      }
      at += c.size;
    }
  }

  /// Elements that begin something else keep apart what stands around them.
  void between(std::string_view name, std::size_t at) {
    static constexpr std::string_view kWithinWords[] = {
        "a",    "abbr", "b",    "bdi",  "bdo",  "big",   "cite", "code",   "data",
        "del",  "dfn",  "em",   "font", "i",    "ins",   "kbd",  "label",  "mark",
        "nobr", "o:p",  "q",    "s",    "samp", "small", "span", "strike", "strong",
        "sub",  "sup",  "time", "tt",   "u",    "var",   "wbr"};
    if (std::find(std::begin(kWithinWords), std::end(kWithinWords), name) !=
        std::end(kWithinWords)) {
      return;
    }
    if (name == "td" || name == "th" || name == "input") {
      put(" ", at);
    } else {
      put(name == "br" ? "\n" : "\n\n", at);
    }
  }

  /// A reference of as many digits that stands for the mask: 42 is '*', U+FF0A is '＊'.
  void change_reference(std::size_t from, std::vector<DigitMask>& out) const {
    static constexpr std::string_view kDigits = "0123456789Aa";
    const std::optional<Reference> found = reference_at(html_.substr(from));
    if (!found) return;
    const bool wide = found->code >= 0xFF10 && found->code <= 0xFF19;
    const std::string_view wanted = wide         ? (found->hex ? "FF0A" : "65290")
                                    : found->hex ? "2A"
                                                 : "42";
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const std::size_t at = from + found->digits + i;
      if (at >= html_.size()) return;
      if (fold_case(html_[at]) == fold_case(wanted[i])) continue;
      const std::size_t mask = kDigits.find(wanted[i]);
      if (!is_digit(html_[at]) || mask == std::string_view::npos) return;
      out.push_back({at, 1, kDigits.substr(mask, 1)});
    }
  }

  std::string_view html_;
  std::string text_;
  std::vector<std::uint32_t> sources_;
};

}  // namespace

std::vector<DigitMask> html_card_number_masks(std::string_view html) {
  std::vector<DigitMask> masks;
  if (!text::may_hold_card_number(html)) return masks;
  if (html.size() <= ReadLimits{}.text) masks = Shown(html).masks();
  for (const DigitMask& one : text::card_number_masks(html)) masks.push_back(one);
  const auto before = [](const DigitMask& a, const DigitMask& b) { return a.offset < b.offset; };
  const auto same = [](const DigitMask& a, const DigitMask& b) { return a.offset == b.offset; };
  std::stable_sort(masks.begin(), masks.end(), before);
  masks.erase(std::unique(masks.begin(), masks.end(), same), masks.end());
  return masks;
}

}  // namespace madoguchi::mail
