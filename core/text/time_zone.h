// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/clock.h"

namespace madoguchi::text {

using ZoneChange = std::pair<TimePoint, std::chrono::seconds>;

/// How far the clocks of an IANA zone ("Europe/London") are ahead of UTC, and from when on, for the
/// years 2000 to 2100, by ICU's tables; the first one holds before them too. Nothing for a name
/// that is none.
[[nodiscard]] std::optional<std::vector<ZoneChange>> zone_changes(std::string_view name);

}  // namespace madoguchi::text
