// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/net/connection.h"

namespace madoguchi::net {

/// All addresses of a name, the best first, with this port; `unresolved` when there is none.
using Resolve = std::function<tl::expected<std::vector<Endpoint>, HttpFailure>(
    const std::string& host, std::uint16_t port, const Patience& patience)>;

/// By /etc/hosts and DNS, as the system is configured, within the caller's patience. Keeps nothing.
[[nodiscard]] Resolve system_resolver();

}  // namespace madoguchi::net
