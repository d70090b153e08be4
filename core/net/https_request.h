// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/net/address_guard.h"

namespace madoguchi::net {

struct HttpsRequest {
  std::string url;
  std::optional<std::string> post = std::nullopt;  ///< POSTs this; else GETs
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string ca_file = {};                       ///< PEM, in place of the system's authorities
  std::chrono::milliseconds limit{10'000};        ///< for everything, name resolution included
  std::size_t max_body = std::size_t{64} * 1024;  ///< of the answer
  std::stop_token stop = {};                      ///< gives up within a second
};

struct HttpsAnswer {
  int status = 0;
  std::string body;
  std::optional<std::chrono::seconds> retry_after;  ///< what it asks for (RFC 9110, 10.2.3)
};

/// Asks a URL that somebody else wrote (security.md S6): https with a verified certificate and
/// nothing else, no redirect, no proxy, no user in the URL; every address is judged at the moment
/// it is connected to, so a name cannot mean another one between check and use; port 443 unless the
/// address is trusted. `forbidden` when it must not be asked, `unavailable` when no answer came;
/// `detail` says why. Safe for use by many threads.
[[nodiscard]] Result<HttpsAnswer> https_request(const HttpsRequest& wish,
                                                const AddressGuard& guard);

/// Whether that is an https URL without a user: what https_request would ask at all.
[[nodiscard]] bool is_plain_https(const std::string& url);

}  // namespace madoguchi::net
