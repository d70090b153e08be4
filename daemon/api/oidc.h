// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/service/oidc.h"
#include "daemon/api/services.h"

namespace madoguchi::api {

/// Signing in by other providers, and agents' accounts there.
void add_oidc_routes(RouteTable& table, service::OidcService& oidc, const Services& services);

}  // namespace madoguchi::api
