// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/browser.h"

#include <algorithm>

#include "core/service/sessions.h"
#include "daemon/http/ascii.h"

namespace madoguchi::api {
namespace {

std::string_view without_blanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_read(http::Method method) {
  return method == http::Method::get || method == http::Method::head ||
         method == http::Method::options;
}

bool is_our_origin(const http::Request& request, std::string_view origin,
                   std::string_view public_url) {
  if (!public_url.empty() && http::same_ignoring_case(origin, public_url)) return true;
  const std::string own = (request.secure ? "https://" : "http://") +
                          std::string(request.headers.find("Host").value_or(""));
  return http::same_ignoring_case(origin, own);
}

Error not_ours(const char* detail) {
  Error error = Error::forbidden(
      {"This request does not come from a page of the hub. Load the page anew and try again.",
       "このリクエストは窓口の画面から送られたものではありません。画面を再読み込みして、もう一度"
       "お試しください。"});
  error.type = "csrf";
  error.detail = detail;
  return error;
}

bool is_json(const http::Request& request) {
  const std::optional<std::string_view> type = request.headers.find("Content-Type");
  if (!type) return !request.body || request.body->view().empty();
  return http::same_ignoring_case(without_blanks(type->substr(0, type->find(';'))),
                                  "application/json");
}

}  // namespace

std::optional<std::string_view> cookie_of(const http::Request& request, std::string_view name) {
  std::optional<std::string_view> found;
  for (const auto& field : request.headers.all()) {
    if (!http::same_ignoring_case(field.first, "Cookie")) continue;
    for (std::string_view rest = field.second; !rest.empty();) {
      const std::size_t end = std::min(rest.find(';'), rest.size());
      const std::string_view pair = without_blanks(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      const std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
      if (found) return std::nullopt;
      found = pair.substr(equals + 1);
    }
  }
  return found;
}

std::string set_cookie(std::string_view name, std::string_view value, std::optional<int> max_age) {
  std::string line =
      std::string(name) + "=" + std::string(value) + "; Path=/; Secure; HttpOnly; SameSite=Lax";
  if (value.empty()) max_age = 0;
  if (max_age) line += "; Max-Age=" + std::to_string(*max_age);
  return line;
}

bool comes_from_elsewhere(const http::Request& request, std::string_view public_url) {
  const std::optional<std::string_view> origin = request.headers.find("Origin");
  if (origin && !is_our_origin(request, *origin, public_url)) return true;
  const std::optional<std::string_view> site = request.headers.find("Sec-Fetch-Site");
  return site && *site != "same-origin" && *site != "none";
}

Result<void> check_browser(const http::Request& request, bool takes_raw,
                           std::string_view public_url, const service::SignedIn& who) {
  if (is_read(request.method)) {
    // Following a link to us is fine; SameSite=Lax lets nothing else through but old browsers.
    const bool followed = request.headers.find("Sec-Fetch-Mode").value_or("") == "navigate" &&
                          !request.headers.find("Origin");
    if (!followed && comes_from_elsewhere(request, public_url)) {
      return fail(not_ours("read from another site"));
    }
    return {};
  }
  if (comes_from_elsewhere(request, public_url)) return fail(not_ours("written by another site"));
  const bool says_where = request.headers.find("Origin").has_value() ||
                          request.headers.find("Sec-Fetch-Site").value_or("") == "same-origin";
  if (!says_where && !takes_raw) return fail(not_ours("neither Origin nor Sec-Fetch-Site"));
  if (!takes_raw && !is_json(request)) return fail(not_ours("not application/json"));
  const std::optional<std::string_view> shown = request.headers.find("X-CSRF-Token");
  if (!shown || !service::is_csrf_token_of(who, *shown)) {
    return fail(not_ours("no or another X-CSRF-Token"));
  }
  return {};
}

}  // namespace madoguchi::api
