// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "core/base/error.h"
#include "daemon/api/language.h"
#include "daemon/http/message.h"

namespace madoguchi::api {

/// The one place where a kind of failure becomes an HTTP status.
[[nodiscard]] int status_of(ErrorCode code) noexcept;

/// RFC 9457 application/problem+json: type, title, status, detail, instance (the request id),
/// errors [{pointer, message}] and the error's further members; Retry-After on 429 and 503,
/// WWW-Authenticate on 401. `Error::detail` does not appear.
[[nodiscard]] http::Response problem(const Error& error, Language language,
                                     std::string_view request_id);
/// The same for what has a status of its own: 405 of the router, refusals of the engine.
[[nodiscard]] http::Response problem(int status, const Text& title, const Error& error,
                                     Language language, std::string_view request_id);

}  // namespace madoguchi::api
