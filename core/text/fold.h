// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace madoguchi::text {

/// The form in which texts are searched and compared, never shown: NFKC with case folding
/// (Unicode NFKC_Casefold: full-width Latin and half-width kana become ordinary ones, ㈱ becomes
/// (株), invisible characters such as zero-width spaces go), katakana become hiragana, and the
/// pairs that Shift_JIS converters disagree on become one: 〜/～ and ~, −/－ and -, ‖/∥, ￠/¢,
/// ￡/£, ￢/¬, —/―.
/// Input that is no UTF-8 gives U+FFFD in its place. Folding twice changes nothing.
/// Pure and safe for many threads; ASCII, kana and kanji do not call ICU.
[[nodiscard]] std::string fold(std::string_view utf8);

}  // namespace madoguchi::text
