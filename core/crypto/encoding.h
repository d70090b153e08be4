// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

/// Bytes as text (RFC 4648) and back. Decoding is strict, so that one value has one text: no white
/// space, right padding, unused bits zero. What is not so is `malformed`. Pure functions.
namespace madoguchi::crypto {

/// Section 4, padded.
[[nodiscard]] std::string to_base64(std::string_view bytes);
[[nodiscard]] Result<std::string> from_base64(std::string_view text);

/// Section 5, without padding.
[[nodiscard]] std::string to_base64url(std::string_view bytes);
[[nodiscard]] Result<std::string> from_base64url(std::string_view text);

/// Section 6 in lower case, without padding: fits a mail address, which others may put in upper
/// case; so decoding takes both.
[[nodiscard]] std::string to_base32(std::string_view bytes);
[[nodiscard]] Result<std::string> from_base32(std::string_view text);

/// Section 8, both cases. The way there is `to_hex` of digest.h.
[[nodiscard]] Result<std::string> from_hex(std::string_view text);

}  // namespace madoguchi::crypto
