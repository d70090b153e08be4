// SPDX-License-Identifier: Apache-2.0
#include "daemon/console/serve.h"

#include <algorithm>
#include <string>
#include <utility>

#include "daemon/http/ascii.h"

namespace madoguchi::console {
namespace {

constexpr std::string_view kIndex = "index.html";
constexpr std::string_view kFiles = "assets/";

/// Nothing but our own files, and no text becomes markup or script but by the one
/// policy that the framework's compiled templates use.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types "
    "svelte-trusted-html";
constexpr const char* kFeatures =
    "accelerometer=(), camera=(), display-capture=(), fullscreen=(), geolocation=(), "
    "gyroscope=(), microphone=(), midi=(), payment=(), usb=()";

/// Calls `use` with each member of a comma-separated field until it says true.
template <class F>
bool any_of_list(std::string_view list, F use) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    if (use(http::trimmed(list.substr(0, end)))) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

/// Whether the weight in "br;q=0" is nothing (RFC 9110, 12.4.2).
bool is_refused(std::string_view parameters) {
  const std::size_t equals = parameters.find('=');
  if (equals == std::string_view::npos) return false;
  return http::trimmed(parameters.substr(equals + 1)).find_first_not_of("0.") ==
         std::string_view::npos;
}

bool accepts(const http::Headers& headers, std::string_view coding) {
  return any_of_list(headers.find("Accept-Encoding").value_or(""), [&](std::string_view one) {
    const std::size_t semicolon = std::min(one.find(';'), one.size());
    return http::same_ignoring_case(http::trimmed(one.substr(0, semicolon)), coding) &&
           !is_refused(one.substr(semicolon));
  });
}

bool has_already(const http::Headers& headers, std::string_view etag) {
  return any_of_list(headers.find("If-None-Match").value_or(""), [&](std::string_view one) {
    if (one.starts_with("W/")) one.remove_prefix(2);
    return one == "*" || one == etag;
  });
}

const Asset* find(std::span<const Asset> assets, std::string_view path) {
  const auto found = std::find_if(assets.begin(), assets.end(),
                                  [&](const Asset& one) { return one.path == path; });
  return found == assets.end() ? nullptr : &*found;
}

/// The smallest form that the browser takes, and what that is called.
std::pair<std::string_view, const char*> chosen(const Asset& asset, const http::Headers& headers) {
  if (!asset.brotli.empty() && accepts(headers, "br")) return {asset.brotli, "br"};
  if (!asset.gzip.empty() && accepts(headers, "gzip")) return {asset.gzip, "gzip"};
  return {asset.plain, nullptr};
}

void add_page_headers(http::Headers& headers) {
  headers.add("Content-Security-Policy", kPolicy);
  headers.add("Cross-Origin-Opener-Policy", "same-origin");
  headers.add("Permissions-Policy", kFeatures);
}

}  // namespace

Result<http::Response> serve(std::span<const Asset> assets, std::string_view path,
                             const http::Headers& headers) {
  if (assets.empty()) {
    return fail(Error::not_found(
        {"This build has no console: build it with -DMADOGUCHI_CONSOLE=ON. The API is at /api/v1.",
         "このビルドにはコンソールが含まれていません。-DMADOGUCHI_CONSOLE=ON "
         "でビルドしてください。API は /api/v1 で利用できます。"}));
  }
  const Asset* asset = find(assets, path);
  if (asset == nullptr && !path.starts_with(kFiles)) asset = find(assets, kIndex);
  if (asset == nullptr) {
    return fail(Error::not_found({"There is no such file in this version of the console.",
                                  "このバージョンのコンソールにそのファイルはありません。"}));
  }
  http::Response response;
  response.headers.add("ETag", std::string(asset->etag));
  response.headers.add("Cache-Control",
                       asset->hashed ? "public, max-age=31536000, immutable" : "no-cache");
  response.headers.add("Vary", "Accept-Encoding");
  add_page_headers(response.headers);
  if (has_already(headers, asset->etag)) {
    response.status = 304;
    return response;
  }
  const auto [body, coding] = chosen(*asset, headers);
  response.headers.add("Content-Type", std::string(asset->type));
  if (coding != nullptr) response.headers.add("Content-Encoding", coding);
  response.body = body;
  return response;
}

}  // namespace madoguchi::console
