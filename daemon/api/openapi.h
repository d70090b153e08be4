// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "daemon/api/router.h"

namespace madoguchi::api {

/// The OpenAPI 3.1 document of a route table: what the dispatcher serves is what is described,
/// schemas from the field tables. Compact, the same bytes for the same table (json::pretty lays it
/// out for docs/api/openapi.json).
[[nodiscard]] std::string openapi(const RouteTable& table, std::string_view version);

}  // namespace madoguchi::api
