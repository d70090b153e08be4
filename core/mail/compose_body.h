// SPDX-License-Identifier: Apache-2.0
#pragma once

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
/// base64 in lines of 76.
[[nodiscard]] EncodedBody encode_binary(std::string_view bytes);
/// RFC 2045, 6.7; `text` has CRLF line ends.
[[nodiscard]] std::string encode_quoted_printable(std::string_view text);

}  // namespace madoguchi::mail
