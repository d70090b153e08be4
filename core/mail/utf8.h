// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace madoguchi::mail {

/// U+FFFD in UTF-8: what stands where bytes could not be read.
inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Utf8Count {
  std::size_t two = 0;     ///< valid sequences of two bytes
  std::size_t longer = 0;  ///< valid sequences of three or four bytes
  std::size_t errors = 0;  ///< bytes that belong to no valid sequence (RFC 3629)

  [[nodiscard]] bool valid() const { return errors == 0; }
  [[nodiscard]] std::size_t characters() const { return two + longer; }
};

[[nodiscard]] bool is_ascii(std::string_view bytes);
[[nodiscard]] Utf8Count count_utf8(std::string_view bytes);
/// The same text with every invalid byte run replaced by U+FFFD.
[[nodiscard]] std::string mend_utf8(std::string_view bytes);
/// Surrogates and numbers above U+10FFFF become U+FFFD.
void append_utf8(std::uint32_t code_point, std::string& out);
/// The longest prefix of valid UTF-8 that has at most `octets` and ends between characters.
[[nodiscard]] std::string_view utf8_prefix(std::string_view text, std::size_t octets);

}  // namespace madoguchi::mail
