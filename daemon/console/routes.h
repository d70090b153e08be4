// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/api/router.h"

namespace madoguchi::console {

/// /, /app, /app/…
void add_routes(api::RouteTable& table);

}  // namespace madoguchi::console
