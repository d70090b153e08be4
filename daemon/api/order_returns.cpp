// SPDX-License-Identifier: Apache-2.0
// /orders/{id}/returns, /returns/{id}
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::OrderReturnDto;

Route return_route(Route route, const char* id, const char* summary, Permission permission) {
  return std::move(route).id(id).summary(summary).tag("orders").needs(permission);
}

}  // namespace

void add_order_return_routes(RouteTable& table, const Services& services) {
  const std::string all = "/orders/{id}/returns";
  table.add(return_route(Route::get(all), "listReturns",
                         "Returns, exchanges, reships and refunds of an order, oldest first",
                         Permission::orders_read)
                .handle([services](const Call& call) -> Result<Page<OrderReturnDto>> {
                  Result<std::vector<OrderReturnDto>> found =
                      services.order_returns.list(call.path("id"));
                  if (!found) return fail(std::move(found.error()));
                  return Page<OrderReturnDto>{std::move(*found), std::nullopt, std::nullopt,
                                              std::nullopt};
                }));
  table.add(
      return_route(Route::post(all), "createReturn", "Begins a return, exchange, reship or refund",
                   Permission::orders_write)
          .under_edit_lock()
          .description("Quantities are at most what was delivered and does not come back "
                       "otherwise, refunds at most what was paid and does not go back otherwise. "
                       "If-Match, if sent, is the order's version.")
          .handle([services](const Call& call, const service::ReturnCreateDto& wish)
                      -> Result<Created<OrderReturnDto>> {
            Result<OrderReturnDto> made =
                services.order_returns.create(context_of(call, services), call.path("id"), wish);
            if (!made) return fail(std::move(made.error()));
            std::string location = std::string(kBase) + "/returns/" + made->id;
            return Created<OrderReturnDto>{std::move(*made), std::move(location)};
          }));
  table.add(
      return_route(Route::get("/returns/{id}"), "getReturn", "One return", Permission::orders_read)
          .handle([services](const Call& call) -> Result<OrderReturnDto> {
            return services.order_returns.get(call.path("id"));
          }));
  table.add(return_route(Route::patch("/returns/{id}"), "patchReturn",
                         "Changes a return, or takes it on", Permission::orders_write)
                .under_edit_lock()
                .description("A reship that is approved, and an exchange whose goods are received, "
                             "make the order that goes out instead. completed books the refund; "
                             "an order all of which came back is returned.")
                .needs_if_match()
                .handle([services](const Call& call,
                                   const service::ReturnPatchDto& wish) -> Result<OrderReturnDto> {
                  return services.order_returns.patch(context_of(call, services), call.path("id"),
                                                      wish);
                }));
}

}  // namespace madoguchi::api
