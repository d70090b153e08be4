// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/facade.h"

#include "core/json/writer.h"
#include "core/store/intake.h"
#include "daemon/api/oidc.h"
#include "daemon/api/openapi.h"
#include "daemon/console/routes.h"

namespace madoguchi::app {
namespace {

const api::RouteTable& filled(api::RouteTable& table, Hub& hub, service::OidcService& oidc,
                              admin::Probes probes) {
  api::add_routes(table, hub.services());
  api::add_oidc_routes(table, oidc, hub.services());
  admin::add_routes(table, std::move(probes));
  console::add_routes(table);
  return table;
}

/// Gauges that cost a query are read when somebody looks.
void read_gauges(Hub& hub, observe::Registry& metrics) {
  struct Counts {
    std::int64_t undecided = 0;
    std::int64_t quarantined = 0;
  };
  const Result<Counts> counts = hub.database().read([](db::Session& session) -> Result<Counts> {
    store::Intake intake(session);
    return Counts{intake.count(domain::IntakeOutcome::undecided),
                  intake.count(domain::IntakeOutcome::quarantined)};
  });
  if (!counts || !hub.ledger().measure()) return;
  metrics.gauge("madoguchi_intake_undecided", "Mails that are durable and wait to be decided.")
      .set(static_cast<double>(counts->undecided));
  metrics
      .gauge("madoguchi_intake_quarantined", "Mails that could not be read and wait for a person.")
      .set(static_cast<double>(counts->quarantined));
  metrics.gauge("madoguchi_feed_readers", "Live streams and long polls of the change feed.")
      .set(static_cast<double>(hub.feed().readers()));
}

}  // namespace

Facade::Facade(Hub& hub, service::OidcService::Options oidc, std::function<Result<void>()> ready)
    : oidc_(hub.environment(), hub.sessions(), std::move(oidc)),
      authenticator_(hub.services().tokens, hub.services().sessions, hub.services().public_url),
      idempotency_(hub.services().idempotency),
      dispatcher_(filled(table_, hub, oidc_,
                         {std::move(ready), [&hub] { read_gauges(hub, hub.environment().metrics); },
                          hub.environment().metrics,
                          [this](const http::Request& request) {
                            const Result<service::SignedIn> who =
                                authenticator_.authenticate(request, false);
                            return who && who->caller.may(domain::Permission::operations_read);
                          },
                          [this] { return openapi(); }}),
                  {authenticator_, idempotency_, hub.environment().log, hub.environment().metrics,
                   hub.clock(), hub.ids()}) {}

std::string Facade::openapi() const {
  return json::pretty(api::openapi(table_, MADOGUCHI_VERSION));
}

}  // namespace madoguchi::app
