// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/systemd.h"

#include <systemd/sd-daemon.h>

#include <cstdlib>

namespace madoguchi::app::systemd {

void notify(const std::string& state) { sd_notify(0, state.c_str()); }

std::optional<std::chrono::microseconds> watchdog_interval() {
  std::uint64_t micros = 0;
  if (sd_watchdog_enabled(0, &micros) <= 0 || micros == 0) return std::nullopt;
  return std::chrono::microseconds(micros / 2);
}

std::vector<int> sockets(const std::string& name) {
  char** names = nullptr;
  const int count = sd_listen_fds_with_names(0, &names);
  std::vector<int> found;
  for (int i = 0; i < count; ++i) {
    if (name == names[i]) found.push_back(SD_LISTEN_FDS_START + i);
    std::free(names[i]);
  }
  std::free(names);
  return found;
}

}  // namespace madoguchi::app::systemd
