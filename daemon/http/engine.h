// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>

#include "daemon/http/address.h"
#include "daemon/http/body.h"
#include "daemon/http/census.h"
#include "daemon/http/head.h"
#include "daemon/http/instruments.h"
#include "daemon/http/server.h"
#include "daemon/http/tls.h"
#include "daemon/http/workers.h"

namespace madoguchi::http {

/// What all connections of one server share. Outlives them; does not change after start but for
/// what is safe for many threads by itself.
struct Engine {
  Engine(ServerOptions the_options, Application& the_application, observe::Log& log,
         observe::Registry& metrics);

  ServerOptions options;
  Application& application;
  Instruments instruments;
  Census census;
  HeadLimits head_limits;
  SpillRules spill_rules;
  BodyBudget body_budget = std::make_shared<std::atomic<std::size_t>>(0);
  TrustedProxies proxies;
  std::unique_ptr<TlsContext> tls;  ///< null: plain HTTP
  std::atomic<bool> draining{false};
  Workers workers;  // last: its threads end before what they use

 private:
  void handle(Job job);
};

}  // namespace madoguchi::http
