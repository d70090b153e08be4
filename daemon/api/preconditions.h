// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/result.h"
#include "daemon/api/route.h"

namespace madoguchi::api {

/// The version that If-Match asks for (RFC 9110, 13.1.1): 7 of `"7"`; nullopt when absent or "*";
/// -1, which no resource has, for tags that are weak or none of ours, so that the use case answers
/// with the current state. `precondition_required` when absent and required.
[[nodiscard]] Result<std::optional<std::int64_t>> expected_version(
    std::optional<std::string_view> if_match, bool required);

/// 1 to 255 characters without controls.
[[nodiscard]] bool is_idempotency_key(std::string_view text);

/// Whether the body is one the route takes: its media type (415), and nothing but `{}` where it
/// takes none.
[[nodiscard]] Result<void> check_body(const RouteSpec& route, const http::Request& request);

}  // namespace madoguchi::api
