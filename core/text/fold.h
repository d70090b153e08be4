// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace madoguchi::text {

/// The form in which texts are searched and compared, never shown: NFKC with case folding
/// (Unicode NFKC_Casefold: full-width Latin and half-width kana become ordinary ones, ㈱ becomes
/// (株), invisible characters such as zero-width spaces go), katakana become hiragana, and the
/// pairs that Shift_JIS converters disagree on become one: 〜/～ and ~, −/－ and -, ‖/∥, ￠/¢,
/// ￡/£, ￢/¬, —/―.
/// Input that is no UTF-8 gives U+FFFD in its place. Folding twice changes nothing.
/// Pure and safe for many threads; ASCII, kana and kanji do not call ICU.
[[nodiscard]] std::string fold(std::string_view utf8);

/// What `fold` makes of a text, and where each part of it came from. A part is a character with the
/// marks that belong to it (ｶ and ﾞ, e and an accent): the least that can be shown or left out.
struct FoldedText {
  struct Part {
    std::uint32_t folded = 0;    ///< where it begins in `text`, in bytes
    std::uint32_t original = 0;  ///< where it begins in what was folded
  };
  std::string text;
  std::vector<Part> parts;  ///< in order; one more stands for the end of both
};
/// Texts of less than 4 GiB.
[[nodiscard]] FoldedText fold_with_places(std::string_view utf8);

}  // namespace madoguchi::text
