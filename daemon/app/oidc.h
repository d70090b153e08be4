// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/config/configuration.h"
#include "core/net/http.h"
#include "core/service/oidc.h"

namespace madoguchi::app {

[[nodiscard]] domain::Role role_of(config::PersonRole role);

/// The providers of the configuration with their secrets, asked by `client`, which must outlive it.
[[nodiscard]] Result<service::OidcService::Options> oidc_options(
    const config::Configuration& configuration, const net::HttpClient& client);

}  // namespace madoguchi::app
