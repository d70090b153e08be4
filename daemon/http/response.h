// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/http/message.h"

namespace madoguchi::http {

/// RFC 9110, 15; "Unknown" for what has no name there.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

/// What of a response must not go on the wire, or nothing: a final status from 200 to 599, names
/// that are tokens, values without control characters (CR, LF, NUL: response splitting).
[[nodiscard]] std::optional<std::string> fault_of(const Response& response);

/// What the engine adds to a response's own headers.
struct HeadExtras {
  std::string_view date;                        ///< IMF-fixdate
  std::optional<std::uint64_t> content_length;  ///< absent: none is sent
  bool chunked = false;
  bool close = false;
};

/// The head of a response that has no fault. Content-Length, Transfer-Encoding, Connection and Date
/// of its own are left out: they are the engine's.
[[nodiscard]] std::string render_head(const Response& response, const HeadExtras& extras);

/// Whether a response with that status has a body (RFC 9110, 6.4.1).
[[nodiscard]] constexpr bool has_content(int status) noexcept {
  return status != 204 && status != 304;
}

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
[[nodiscard]] std::string http_date(std::int64_t unix_seconds);

}  // namespace madoguchi::http
