// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "core/base/result.h"
#include "core/net/address_guard.h"

namespace madoguchi::net {

struct HttpsGet {
  std::string url;           ///< https; the caller has checked that its host is one to ask
  std::string ca_file = {};  ///< PEM, in place of the system's authorities
  std::chrono::milliseconds limit{10'000};  ///< for everything, name resolution included
  std::size_t max_body = std::size_t{64} * 1024;
};

struct HttpsAnswer {
  int status = 0;
  std::string body;
};

/// Asks a URL that somebody else wrote (security.md S6): https with a verified certificate and
/// nothing else, no redirect, no proxy, no user in the URL; every address is judged at the moment
/// it is connected to, so a name cannot mean another one between check and use; port 443 unless the
/// address is trusted. `forbidden` when it must not be asked, `unavailable` when no answer came;
/// `detail` says why. Safe for use by many threads.
[[nodiscard]] Result<HttpsAnswer> https_get(const HttpsGet& wish, const AddressGuard& guard);

}  // namespace madoguchi::net
