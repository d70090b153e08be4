// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/net/guarded_client.h"

namespace madoguchi::net {

/// Where a call really goes, after every check.
struct Route {
  std::vector<Endpoint> endpoints;
  /// What the proxy is to connect to, "1.2.3.4:443"; empty: `endpoints` are the other side itself.
  std::string tunnel = {};
};

/// Resolves and judges. `refused` when it must not be asked.
[[nodiscard]] tl::expected<Route, HttpFailure> find_route(const GuardedClient::Options& options,
                                                          const HttpRequest& request,
                                                          const Patience& patience);

/// Has the proxy at the other end of `channel` connect to `tunnel`.
[[nodiscard]] HttpStep open_tunnel(Channel& channel, const HttpProxy& proxy,
                                   const std::string& tunnel);

}  // namespace madoguchi::net
