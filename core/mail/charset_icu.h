// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace madoguchi::mail {

struct IcuText {
  std::string text;
  std::size_t errors = 0;
};

/// By ICU's converter of that (canonical) name; nullopt when ICU has none. The converters stay open
/// for the thread that used them.
[[nodiscard]] std::optional<IcuText> decode_with_icu(std::string_view bytes,
                                                     std::string_view charset);
/// The charset uchardet guesses from at most 64 KB, in lower case; "" when it has no idea.
[[nodiscard]] std::string guess_charset(std::string_view bytes);

}  // namespace madoguchi::mail
