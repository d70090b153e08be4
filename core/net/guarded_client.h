// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/base/secret.h"
#include "core/net/address_guard.h"
#include "core/net/http.h"
#include "core/net/resolver.h"

namespace madoguchi::net {

/// A proxy that connects for us (RFC 9110, 9.3.6). Who configures it trusts it: it is not judged.
struct HttpProxy {
  std::string host;
  std::uint16_t port = 3128;
  Secret credentials = {};  ///< "user:password"; empty: none are sent
  /// Whose answer counts for the address of a name. By the proxy's, names are not judged here: it
  /// has to keep internal addresses out. Addresses in URLs are judged all the same.
  enum class Names { hub, proxy } names = Names::hub;
};

/// The hub's one way out over HTTP (security.md S6). A name is resolved once, each of its addresses
/// is judged, one refused address refuses the call, and those very addresses are connected to; port
/// 443 unless the address is trusted; TLS always verified; no redirects, no decompression, no
/// cookies; head and body have limits and everything together one deadline. Trusted addresses are
/// never asked through the proxy. Keeps no connection. Safe for use by many threads.
class GuardedClient final : public HttpClient {
 public:
  struct Options {
    AddressGuard guard;
    std::string ca_file = {};  ///< PEM, in place of the system's authorities
    std::optional<HttpProxy> proxy = std::nullopt;
    Resolve resolve = system_resolver();
  };
  GuardedClient(const Clock& clock, Options options);

  [[nodiscard]] HttpResult send(const HttpRequest& request) const override;

 private:
  const Clock& clock_;
  Options options_;
};

}  // namespace madoguchi::net
