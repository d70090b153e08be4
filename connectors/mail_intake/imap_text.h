// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"

namespace madoguchi::connectors::mail_intake {

/// A folder's name as the wire has it: modified UTF-7 (RFC 3501, section 5.1.3) of UTF-8.
[[nodiscard]] std::string to_modified_utf7(std::string_view utf8);

/// The text as a quoted string (RFC 3501, section 4.3); nothing when it holds CR, LF, NUL or an
/// octet beyond ASCII, none of which may come into a command.
[[nodiscard]] std::optional<std::string> imap_quoted(std::string_view text);

/// "3:5,9" of rising numbers.
[[nodiscard]] std::string imap_set(const std::vector<std::uint32_t>& numbers);

/// "1-Nov-2026" of "2026-11-01".
[[nodiscard]] std::string imap_day(std::string_view day);
/// The UTC day of a time.
[[nodiscard]] std::string day_of(TimePoint time);

/// " 1-Nov-2026 09:30:00 +0900" (RFC 3501, section 9, date-time).
[[nodiscard]] std::optional<TimePoint> parse_internal_date(std::string_view text);

}  // namespace madoguchi::connectors::mail_intake
