// SPDX-License-Identifier: Apache-2.0
#include "daemon/admin/routes.h"

#include <memory>

namespace madoguchi::admin {
namespace {

using api::Bytes;
using api::Call;
using api::Route;

Bytes plain(std::string text) {
  return {std::move(text), "text/plain; charset=utf-8", std::nullopt, {}};
}

}  // namespace

void add_routes(api::RouteTable& table, Probes probes) {
  const auto shared = std::make_shared<const Probes>(std::move(probes));
  table.add(Route::get("/livez")
                .at_root()
                .id("livez")
                .summary("The process runs")
                .tag("operations")
                .open()
                .answers_with("text/plain")
                .handle([](const Call&) -> Result<Bytes> { return plain("ok\n"); }));
  table.add(Route::get("/readyz")
                .at_root()
                .id("readyz")
                .summary("Requests can be served: the database answers")
                .tag("operations")
                .open()
                .answers_with("text/plain")
                .handle([shared](const Call&) -> Result<Bytes> {
                  if (Result<void> ready = shared->ready(); !ready)
                    return fail(std::move(ready.error()));
                  return plain("ready\n");
                }));
  table.add(Route::get("/metrics")
                .at_root()
                .id("metrics")
                .summary("Prometheus text; from this machine, or with a token")
                .tag("operations")
                .open()
                .answers_with("text/plain")
                .handle([shared](const Call& call) -> Result<Bytes> {
                  if (!call.request().loopback && !shared->may_read_metrics(call.request())) {
                    return fail(Error::unauthenticated("metrics from outside need a token"));
                  }
                  shared->before_metrics();
                  return Bytes{shared->metrics.render(),
                               "text/plain; version=0.0.4; charset=utf-8",
                               std::nullopt,
                               {}};
                }));
  table.add(Route::get("/openapi.json")
                .id("getOpenapi")
                .summary("This description of the facade")
                .tag("operations")
                .open()
                .answers_with("application/json")
                .handle([shared](const Call&) -> Result<Bytes> {
                  return Bytes{shared->openapi(), "application/json", std::nullopt, {}};
                }));
}

}  // namespace madoguchi::admin
