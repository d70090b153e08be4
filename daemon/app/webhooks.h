// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/base/clock.h"
#include "core/config/configuration.h"
#include "core/net/http.h"
#include "core/service/webhooks.h"

namespace madoguchi::app {

/// The [[webhook]] tables of the configuration, with their secrets read.
[[nodiscard]] Result<std::vector<service::WebhookAccount>> make_webhooks(
    const config::Configuration& configuration, const Clock& clock);

/// Asks for pages by `client`, which must outlive it.
[[nodiscard]] service::AskForPage page_asker(const net::HttpClient& client);

}  // namespace madoguchi::app
