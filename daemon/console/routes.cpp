// SPDX-License-Identifier: Apache-2.0
#include "daemon/console/routes.h"

#include "daemon/console/serve.h"

namespace madoguchi::console {
namespace {

using api::Call;
using api::Route;
using api::Verbatim;

void add_redirect(api::RouteTable& table, const char* path, const char* id) {
  table.add(Route::get(path)
                .at_root()
                .page()
                .id(id)
                .summary("Leads to the console")
                .open()
                .handle([](const Call&) -> Result<Verbatim> {
                  Verbatim answer;
                  answer.response.status = 303;
                  answer.response.headers.add("Location", "/app/");
                  return answer;
                }));
}

}  // namespace

void add_routes(api::RouteTable& table) {
  add_redirect(table, "/", "goToConsole");
  add_redirect(table, "/app", "goIntoConsole");
  table.add(Route::get("/app/{path...}")
                .at_root()
                .page()
                .id("getConsole")
                .summary("The web console")
                .open()
                .handle([](const Call& call) -> Result<Verbatim> {
                  Result<http::Response> found =
                      serve(assets(), call.path("path"), call.request().headers);
                  if (!found) return fail(std::move(found.error()));
                  return Verbatim{std::move(*found)};
                }));
}

}  // namespace madoguchi::console
