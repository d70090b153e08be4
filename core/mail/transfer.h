// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace madoguchi::mail {

/// RFC 2045 section 6. None of these fails: what is not in the alphabet is passed over.
enum class TransferEncoding { identity, base64, quoted_printable, uuencode };

/// 7bit, 8bit, binary, missing and unknown names are all `identity`.
[[nodiscard]] TransferEncoding transfer_encoding(std::string_view name);

/// Padding may be missing, wrong or in the middle (pieces glued together); every byte outside the
/// alphabet is skipped. `broken`, when given, is set if something had to be forgiven.
[[nodiscard]] std::string decode_base64(std::string_view text, bool* broken = nullptr);
/// `=XX` in either case, soft line breaks, 8-bit bytes as they are; a "=" that starts nothing
/// stays.
[[nodiscard]] std::string decode_quoted_printable(std::string_view text);
/// The "Q" encoding of header words (RFC 2047 section 4.2): as above, "_" is a space.
[[nodiscard]] std::string decode_q(std::string_view text);

/// One file inside "begin 644 name" ... "end" lines.
struct UuFile {
  std::string_view name;  ///< raw bytes, of the searched text
  std::string bytes;
  std::size_t begin = 0;  ///< where the block starts in the searched text
  std::size_t end = 0;    ///< one past its last byte, line end included
};
/// The first uuencoded file at or after `from`; nullopt when there is none.
[[nodiscard]] std::optional<UuFile> find_uuencoded(std::string_view text, std::size_t from = 0);

}  // namespace madoguchi::mail
