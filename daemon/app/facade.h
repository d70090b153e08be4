// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "core/service/oidc.h"
#include "daemon/admin/routes.h"
#include "daemon/api/dispatcher.h"
#include "daemon/api/gates.h"
#include "daemon/app/hub.h"

namespace madoguchi::app {

/// The HTTP facade over a hub: every route, its gates and the dispatcher that serves them.
class Facade {
 public:
  /// `ready` says whether the daemon takes work.
  Facade(Hub& hub, service::OidcService::Options oidc, std::function<Result<void>()> ready);

  [[nodiscard]] http::Application& application() { return dispatcher_; }
  /// docs/api/openapi.json.
  [[nodiscard]] std::string openapi() const;

 private:
  service::OidcService oidc_;
  api::CallerGate authenticator_;
  api::StoredIdempotency idempotency_;
  api::RouteTable table_;
  api::Dispatcher dispatcher_;
};

}  // namespace madoguchi::app
