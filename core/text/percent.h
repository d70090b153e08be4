// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Percent-encoding (RFC 3986, section 2.1) and back. Pure functions on octets: what is decoded may
/// hold anything.
namespace madoguchi::text {

/// Everything but letters, digits, "-._~" and `also_plain` as %XX.
[[nodiscard]] std::string percent_encoded(std::string_view text, std::string_view also_plain = {});
/// One octet as %XX.
void append_percent(std::string& out, char octet);

/// Nothing when a % is not followed by two hexadecimal digits.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);
/// The same of a form's name or value, where + stands for a space.
[[nodiscard]] std::optional<std::string> form_decoded(std::string_view text);
/// Leaves a % that begins no octet as it stands: for what others wrote and people shall read.
[[nodiscard]] std::string percent_decoded_where_right(std::string_view text);

}  // namespace madoguchi::text
