// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/service/signed_in.h"
#include "daemon/http/message.h"

/// What is particular to callers that are browsers: cookies (RFC 6265) and what protects their
/// writes from other sites (security.md S2). Pure functions.
namespace madoguchi::api {

inline constexpr std::string_view kSessionCookie = "__Host-sid";

/// The cookie of that name; none when there are several, which no browser of ours sends.
[[nodiscard]] std::optional<std::string_view> cookie_of(const http::Request& request,
                                                        std::string_view name);
/// The Set-Cookie line of a cookie that no script reads and no other site's form sends; an empty
/// value takes it away.
[[nodiscard]] std::string set_cookie(std::string_view name, std::string_view value,
                                     std::optional<int> max_age = std::nullopt);

/// Whether the browser says that the request comes from another site: by Origin, which is ours when
/// it is `public_url` or what Host says, or by Sec-Fetch-Site.
[[nodiscard]] bool comes_from_elsewhere(const http::Request& request, std::string_view public_url);

/// Whether a call by cookie is one of our own pages. A write has to say where it comes from, to
/// carry the session's CSRF token, and to be JSON, unless its route takes raw bytes (then the token
/// is enough); reading must not be asked for by a page of somebody else. `forbidden` ("csrf").
[[nodiscard]] Result<void> check_browser(const http::Request& request, bool takes_raw,
                                         std::string_view public_url, const service::SignedIn& who);

}  // namespace madoguchi::api
