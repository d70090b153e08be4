// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace madoguchi::app::systemd {

/// sd_notify(3); nothing without NOTIFY_SOCKET.
void notify(const std::string& state);
/// Half of WATCHDOG_USEC: how often to say WATCHDOG=1; nullopt when nobody listens.
[[nodiscard]] std::optional<std::chrono::microseconds> watchdog_interval();
/// Listening sockets passed by the units whose FileDescriptorName is `name` (sd_listen_fds(3)).
[[nodiscard]] std::vector<int> sockets(const std::string& name);

}  // namespace madoguchi::app::systemd
