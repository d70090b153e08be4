// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "core/config/configuration.h"
#include "core/net/guarded_client.h"

namespace madoguchi::app {

/// What the configuration says of the way out: trusted ranges, authorities, proxy.
[[nodiscard]] Result<net::GuardedClient::Options> http_client_options(
    const config::NetSettings& settings);

/// What leaves the exchanges of `client` in the configured folder, or null without one.
[[nodiscard]] std::unique_ptr<net::HttpClient> recorder_for(const config::NetSettings& settings,
                                                            const net::HttpClient& client,
                                                            const Clock& clock);

/// A GET of a URL that somebody else wrote, to be over by `limit` from now. `forbidden` when it is
/// no https URL that may be asked.
[[nodiscard]] Result<net::HttpRequest> http_request(const std::string& url,
                                                    std::chrono::milliseconds limit);

}  // namespace madoguchi::app
