// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace madoguchi::api {

/// Percent-decoding (RFC 3986, 2.1); `malformed` when a % is not followed by two hex digits, or
/// when the result is not UTF-8 or holds a control character.
[[nodiscard]] Result<std::string> percent_decode(std::string_view text);

using QueryPairs = std::vector<std::pair<std::string, std::string>>;

/// Names and values of "a=1&b=x+y" (application/x-www-form-urlencoded), at most 200 of them.
[[nodiscard]] Result<QueryPairs> parse_query(std::string_view query);

}  // namespace madoguchi::api
