// SPDX-License-Identifier: Apache-2.0
#include "core/text/snippet.h"

#include <algorithm>

#include "core/text/fold.h"
#include "core/text/utf8.h"

namespace madoguchi::text {
namespace {

constexpr std::size_t kLookedAt = std::size_t{64} * 1024;
/// Of what is shown, how much stands before the first match.
constexpr std::size_t kQuarter = 4;
constexpr const char* kCut = "…";

using Parts = std::vector<FoldedText::Part>;

/// The part that holds the folded byte.
std::size_t part_at(const Parts& parts, std::size_t folded) {
  const auto after = std::upper_bound(
      parts.begin(), parts.end(), folded,
      [](std::size_t value, const FoldedText::Part& part) { return value < part.folded; });
  return after == parts.begin() ? 0 : static_cast<std::size_t>(after - parts.begin()) - 1;
}

/// Which parts belong to a match.
std::vector<bool> marked(const FoldedText& folded, const std::vector<Needle>& needles) {
  std::vector<bool> marks(folded.parts.size(), false);
  for (const Needle& needle : needles) {
    for (const Place& place : places_of(needle, folded.text)) {
      const std::size_t last = part_at(folded.parts, place.end - 1);
      for (std::size_t i = part_at(folded.parts, place.begin); i <= last; ++i) marks[i] = true;
    }
  }
  return marks;
}

bool is_blank(char32_t c) {
  return (c >= '\t' && c <= '\r') || c == ' ' || c == 0xA0 || c == 0x3000 || c == 0x2028 ||
         c == 0x2029;
}

/// One line of what people see: blanks become one space, controls and what turns the order go.
class Line {
 public:
  void add(std::string_view part, bool match) {
    const Utf8Char first = decode_utf8(part, 0);
    if (is_blank(first.code)) {
      if (!pieces_.empty() && last_ != ' ') put(" ", match && pieces_.back().match);
      return;
    }
    if (first.code < ' ' || (first.code >= 0x7F && first.code < 0xA0) ||
        is_bidi_control(first.code)) {
      return;
    }
    put(to_valid_utf8(part), match);
  }
  void cut() { put(kCut, false); }
  [[nodiscard]] Snippet take() { return std::move(pieces_); }

 private:
  void put(std::string_view text, bool match) {
    if (pieces_.empty() || pieces_.back().match != match) pieces_.push_back({"", match});
    pieces_.back().text += text;
    last_ = text.back();
  }

  Snippet pieces_;
  char last_ = ' ';
};

}  // namespace

int count_of(const std::vector<Needle>& needles, std::string_view text) {
  const std::string folded = fold(truncate_utf8(text, kLookedAt));
  return static_cast<int>(std::count_if(needles.begin(), needles.end(), [&](const Needle& needle) {
    return !places_of(needle, folded).empty();
  }));
}

Snippet snippet_of(std::string_view text, const std::vector<Needle>& needles,
                   std::size_t characters) {
  const std::string_view looked_at = truncate_utf8(text, kLookedAt);
  const FoldedText folded = fold_with_places(looked_at);
  const std::vector<bool> marks = marked(folded, needles);
  const std::size_t all = folded.parts.size() - 1;
  const auto first =
      static_cast<std::size_t>(std::find(marks.begin(), marks.end(), true) - marks.begin());
  const std::size_t before = characters / kQuarter;
  std::size_t begin = first < all && first > before ? first - before : 0;
  // At the end of the text there is more room before the match.
  begin = std::min(begin, all - std::min(all, characters));
  const std::size_t end = std::min(all, begin + characters);
  Line line;
  if (begin > 0) line.cut();
  for (std::size_t i = begin; i < end; ++i) {
    const std::size_t from = folded.parts[i].original;
    line.add(looked_at.substr(from, folded.parts[i + 1].original - from), marks[i]);
  }
  if (end < all || looked_at.size() < text.size()) line.cut();
  return line.take();
}

}  // namespace madoguchi::text
