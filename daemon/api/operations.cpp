// SPDX-License-Identifier: Apache-2.0
// /operations, /cases/bulk
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::OperationDto;
using service::OperationStartedDto;

Route operation_route(Route route, const char* id, const char* summary) {
  return std::move(route).id(id).summary(summary).tag("operations").needs(Permission::cases_read);
}

}  // namespace

void add_operation_routes(RouteTable& table, const Services& services) {
  table.add(Route::post("/cases/bulk")
                .id("bulkCases")
                .summary("Resolves, assigns, tags, categorises or ranks many cases")
                .description(
                    "Each case by itself, wholly or not at all: GET /operations/{id} says how it "
                    "went. With preview nothing is changed, only tried. assign needs "
                    "cases_assign.")
                .tag("cases")
                .needs(Permission::cases_write)
                .handle([services](const Call& call, const service::CaseBulkDto& wish)
                            -> Result<Accepted<OperationStartedDto>> {
                  Result<OperationStartedDto> begun =
                      services.case_bulk.start(context_of(call, services), wish);
                  if (!begun) return fail(std::move(begun.error()));
                  return Accepted<OperationStartedDto>{std::move(*begun)};
                }));
  table.add(operation_route(Route::get("/operations/{id}"), "getOperation",
                            "How one wish for many objects goes, object by object")
                .handle([services](const Call& call) -> Result<OperationDto> {
                  return services.operations.get(call.caller(), call.path("id"));
                }));
  table.add(operation_route(Route::post("/operations/{id}/retry"), "retryOperation",
                            "Tries those that failed once more")
                .handle([services](const Call& call) -> Result<OperationDto> {
                  return services.operations.retry(context_of(call, services), call.path("id"));
                }));
  table.add(operation_route(Route::post("/operations/{id}/cancel"), "cancelOperation",
                            "Leaves those alone that were not begun")
                .handle([services](const Call& call) -> Result<OperationDto> {
                  return services.operations.cancel(context_of(call, services), call.path("id"));
                }));
}

}  // namespace madoguchi::api
