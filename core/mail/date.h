// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "core/base/clock.h"

namespace madoguchi::mail {

/// A Date header (RFC 5322 section 3.3 with the obsolete forms: two-digit years, zone names,
/// missing seconds or zone, comments), also ISO 8601 and asctime dates that some devices send.
/// nullopt when no day can be made of it. A missing or unknown zone is UTC, as RFC 5322 says of
/// "-0000".
[[nodiscard]] std::optional<TimePoint> parse_date(std::string_view folded);

}  // namespace madoguchi::mail
