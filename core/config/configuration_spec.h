// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/config/configuration.h"
#include "core/config/spec.h"

namespace madoguchi::config {

/// The declaration of every option of the daemon.
[[nodiscard]] ConfigSpec<Configuration> configuration_spec();

/// Of [net].
[[nodiscard]] ConfigSpec<NetSettings> net_spec();
/// Of [[webhook]].
[[nodiscard]] ConfigSpec<WebhookSettings> webhook_spec();
/// Of [sign_in] and [[oidc]].
[[nodiscard]] ConfigSpec<SignInSettings> sign_in_spec();
[[nodiscard]] ConfigSpec<OidcSettings> oidc_spec();
void providers_are_distinct(const Configuration& configuration, Complaints& complaints);
/// A name that stands in URLs and in the API.
[[nodiscard]] Codec<std::string> plain_name();

}  // namespace madoguchi::config
