// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace madoguchi::mail {

/// Private to `compose`: bodies of parts.

struct EncodedBody {
  std::string encoding;  ///< the Content-Transfer-Encoding
  std::string body;      ///< ends in CRLF
};

/// A text: CRLF line ends, 7bit when it is ASCII with short lines that nothing on the way changes,
/// else quoted-printable or base64, whichever is shorter.
[[nodiscard]] EncodedBody encode_text(std::string_view utf8);
/// A text in ISO-2022-JP: 7bit where the lines allow it, else base64; nullopt when a character has
/// no code in it.
[[nodiscard]] std::optional<EncodedBody> encode_text_jis(std::string_view utf8);
/// base64 in lines of 76.
[[nodiscard]] EncodedBody encode_binary(std::string_view bytes);
/// RFC 2045, 6.7; `text` has CRLF line ends.
[[nodiscard]] std::string encode_quoted_printable(std::string_view text);

}  // namespace madoguchi::mail
