// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace madoguchi::mail {

/// Compressed RTF as Outlook writes it ([MS-OXRTFCP]): at most `most` octets of RTF, whatever the
/// sizes in it say; nullopt when it is none. Every step of the input gives at most 17 octets, so
/// there is no loop to be caught in.
[[nodiscard]] std::optional<std::string> decompress_rtf(std::string_view bytes, std::size_t most);

/// What RTF says, in UTF-8: the html that Outlook wrapped in it ([MS-OXRTFEX], `is_html`), else
/// plain text with lines and tabs. Pictures, fonts, styles and unknown destinations are left out.
struct RtfText {
  std::string text;
  bool is_html = false;
};
[[nodiscard]] RtfText read_rtf(std::string_view rtf);

/// The charset label of a Windows code page; "" for one that is not known.
[[nodiscard]] std::string_view code_page_charset(unsigned code_page);

}  // namespace madoguchi::mail
