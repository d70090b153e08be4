// SPDX-License-Identifier: Apache-2.0
// /orders/bulk, /orders/payment-status, /orders/notify
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::OperationStartedDto;

constexpr char kHow[] =
    " Each order by itself, wholly or not at all: GET /operations/{id} says how it went and what "
    "changed, POST /operations/{id}/retry tries those that failed once more. With preview nothing "
    "is changed: the rows say what would, and what would be refused.";

/// Which orders, and what; worked off by a job.
template <class Wish>
void add_bulk(RouteTable& table, const Services& services, Route route,
              const std::string& description,
              Result<OperationStartedDto> (service::OrderBulkService::*work)(
                  const service::Context&, const Wish&)) {
  table.add(
      std::move(route)
          .tag("orders")
          .description(description + kHow)
          .handle([services, work](const Call& call,
                                   const Wish& wish) -> Result<Accepted<OperationStartedDto>> {
            Result<OperationStartedDto> begun =
                (services.order_bulk.*work)(context_of(call, services), wish);
            if (!begun) return fail(std::move(begun.error()));
            return Accepted<OperationStartedDto>{std::move(*begun)};
          }));
}

}  // namespace

void add_order_bulk_routes(RouteTable& table, const Services& services) {
  using Service = service::OrderBulkService;
  add_bulk(table, services,
           Route::post("/orders/bulk")
               .id("bulkOrders")
               .summary("Changes many orders")
               .needs(Permission::orders_write),
           "State, desired delivery, parcels, labels, memo. An order whose customer somebody else "
           "edits fails (edit-locked).",
           &Service::change);
  add_bulk(table, services,
           Route::post("/orders/payment-status")
               .id("bulkOrderPayments")
               .summary("Captures, voids, reauthorises or refunds the payments of many orders")
               .needs(Permission::orders_payment),
           "What a payment does not stand for is refused (order-payment-state).",
           &Service::change_payments);
  add_bulk(table, services,
           Route::post("/orders/notify")
               .id("notifyOrders")
               .summary("Writes to the customers of many orders by a template")
               .needs(Permission::cases_write),
           "Each mail opens a case of its own, resolved until the customer answers, and goes out "
           "as replies do. Refused without an address (customer-without-address), where mail to "
           "it bounces (address-suppressed), where the order lacks a value of the template "
           "(template-incomplete).",
           &Service::notify);
}

}  // namespace madoguchi::api
