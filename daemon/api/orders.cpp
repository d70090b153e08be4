// SPDX-License-Identifier: Apache-2.0
// /products, /orders, /customers/{number}/orders, /cases/{number}/orders
#include "daemon/api/cursor.h"
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::OrderDto;
using service::ProductDto;

Result<Page<ProductDto>> list_products(const Call& call, const Services& services) {
  service::ProductFilter filter;
  filter.q = call.text("q");
  filter.accounts = call.texts("account");
  filter.limit = static_cast<int>(call.limit());
  const auto after = call.after("products");
  if (!after) return fail(after.error());
  Result<service::ProductListing> listing = services.products.list(filter, *after);
  if (!listing) return fail(std::move(listing.error()));
  Page<ProductDto> page;
  page.items = std::move(listing->items);
  if (listing->next) page.next_cursor = encode_cursor("products", *listing->next);
  return page;
}

Result<Page<OrderDto>> page_of(Result<service::OrderListing> listing, std::string_view list) {
  if (!listing) return fail(std::move(listing.error()));
  Page<OrderDto> page;
  page.items = std::move(listing->items);
  if (listing->next) page.next_cursor = encode_cursor(list, *listing->next);
  if (listing->count) {
    page.count = *listing->count;
    page.count_capped = *listing->count >= 1000;
  }
  return page;
}

Result<Page<OrderDto>> list_orders(const Call& call, const Services& services) {
  service::OrderFilter filter;
  filter.numbers = call.texts("number");
  filter.customers = call.texts("customer");
  filter.accounts = call.texts("account");
  filter.states = call.choices<domain::OrderState>("state");
  filter.payment_states = call.choices<domain::PaymentState>("payment_state");
  filter.skus = call.texts("sku");
  filter.tracking_numbers = call.texts("tracking_number");
  filter.labels = call.texts("label");
  filter.subscriptions = call.texts("subscription");
  filter.date_from = call.text("date_from");
  filter.date_to = call.text("date_to");
  filter.limit = static_cast<int>(call.limit());
  filter.count = call.flag("count");
  const auto after = call.after("orders");
  if (!after) return fail(after.error());
  return page_of(services.orders.list(call.caller(), filter, *after), "orders");
}

Result<Page<OrderDto>> list_customer_orders(const Call& call, const Services& services) {
  const Result<service::CustomerDto> customer =
      services.customers.get(call.caller(), call.path("number"));
  if (!customer) return fail(customer.error());
  service::OrderFilter filter;
  filter.customers = {customer->number};
  filter.limit = static_cast<int>(call.limit());
  const auto after = call.after("customer_orders");
  if (!after) return fail(after.error());
  return page_of(services.orders.list(call.caller(), filter, *after), "customer_orders");
}

Result<Page<OrderDto>> list_of_case(const Call& call, const Services& services) {
  const auto after = call.after("case_orders");
  if (!after) return fail(after.error());
  return page_of(services.orders.of_case(call.caller(), call.path("number"), *after,
                                         static_cast<int>(call.limit())),
                 "case_orders");
}

Result<Reply<OrderDto>> create(const Call& call, const service::OrderCreateDto& wish,
                               const Services& services) {
  if (call.flag("preview")) {
    Result<OrderDto> shown = services.orders.preview(context_of(call, services), wish);
    if (!shown) return fail(std::move(shown.error()));
    return Reply<OrderDto>{std::move(*shown), 200, {}};
  }
  service::Context context = context_of(call, services);
  if (context.claim) context.claim->status = 201;
  Result<OrderDto> made = services.orders.create(context, wish);
  if (!made) return fail(std::move(made.error()));
  Reply<OrderDto> reply{std::move(*made), 201, {}};
  reply.headers.add("Location", std::string(kBase) + "/orders/" + reply.value.id);
  return reply;
}

Route order_route(Route route, const char* id, const char* summary, Permission permission) {
  return std::move(route).id(id).summary(summary).tag("orders").needs(permission);
}

void add_order_list_routes(RouteTable& table, const Services& services) {
  table.add(order_route(Route::get("/products"), "listProducts",
                        "Products, in the order of their codes", Permission::orders_read)
                .description("They come from a file (POST /imports?kind=products) or a shop.")
                .query_text("q", "Words, each of which stands in a code or a name.")
                .query_texts("account", "The shop they are sold in.")
                .paged()
                .handle([services](const Call& call) -> Result<Page<ProductDto>> {
                  return list_products(call, services);
                }));
  table.add(
      order_route(Route::get("/orders"), "listOrders", "Finds orders, newest first",
                  Permission::orders_read)
          .description("Several values of one filter mean OR, different filters AND. A page "
                       "may be short and go on: follow next_cursor until it is null.")
          .query_texts("number", "Number of the order; two shops may have the same.")
          .query_texts("customer", "Number of the customer.")
          .query_texts("account", "The shop it belongs to.")
          .query_choice<domain::OrderState>("state", "Where it stands.", true)
          .query_choice<domain::PaymentState>("payment_state", "Where its payment stands.", true)
          .query_texts("sku", "Code of one of its items, whole.")
          .query_texts("tracking_number", "With or without hyphens.")
          .query_texts("label", "Id or name of a label.")
          .query_texts("subscription", "Id of the subscription that made it.")
          .query_text("date_from", "First day of ordering, a day in Japan: 2026-11-01.", 10)
          .query_text("date_to", "Last day of ordering.", 10)
          .query_flag("count", "Count them too, up to 1,000.")
          .paged()
          .handle([services](const Call& call) -> Result<Page<OrderDto>> {
            return list_orders(call, services);
          }));
  table.add(order_route(Route::get("/customers/{number}/orders"), "listCustomerOrders",
                        "The customer's orders, newest first", Permission::orders_read)
                .paged()
                .handle([services](const Call& call) -> Result<Page<OrderDto>> {
                  return list_customer_orders(call, services);
                }));
  table.add(order_route(Route::get("/cases/{number}/orders"), "listCaseOrders",
                        "Orders that the case names, and those taken in it",
                        Permission::orders_read)
                .paged()
                .handle([services](const Call& call) -> Result<Page<OrderDto>> {
                  return list_of_case(call, services);
                }));
}

}  // namespace

void add_order_routes(RouteTable& table, const Services& services) {
  add_order_list_routes(table, services);
  table.add(
      order_route(Route::post("/orders"), "createOrder", "Takes an order", Permission::orders_write)
          .under_edit_lock()
          .description("By phone: with the case, whose customer it is for. From a mail: with the "
                       "message, which is kept as the source. With preview=true nothing is written "
                       "and the calculated order comes back with its warnings. Tax is rounded down "
                       "once for each rate, as a qualified invoice (適格請求書) demands.")
          .query_flag("preview", "Only calculate.")
          .also({201})
          .handle([services](const Call& call, const service::OrderCreateDto& wish)
                      -> Result<Reply<OrderDto>> { return create(call, wish, services); }));
  table.add(
      order_route(Route::get("/orders/{id}"), "getOrder", "One order", Permission::orders_read)
          .handle([services](const Call& call) -> Result<OrderDto> {
            return services.orders.get(call.caller(), call.path("id"));
          }));
  table.add(order_route(Route::patch("/orders/{id}"), "patchOrder",
                        "Changes an order and calculates it anew", Permission::orders_write)
                .under_edit_lock()
                .description("Items, amounts and the address until it has left (409 order-closed), "
                             "amounts until it is paid (409 order-paid); states as next_states and "
                             "next_payment_states say (409 order-state, order-payment-state).")
                .needs_if_match()
                .handle([services](const Call& call,
                                   const service::OrderPatchDto& wish) -> Result<OrderDto> {
                  return services.orders.patch(context_of(call, services), call.path("id"), wish);
                }));
  table.add(order_route(Route::post("/orders/{id}/cancel"), "cancelOrder",
                        "Cancels an order that has not left", Permission::orders_write)
                .under_edit_lock()
                .description("What was not paid yet is voided; money that was taken stays where it "
                             "is until it is voided or refunded.")
                .handle([services](const Call& call,
                                   const service::CancelOrderDto& wish) -> Result<OrderDto> {
                  return services.orders.cancel(context_of(call, services), call.path("id"), wish);
                }));
}

}  // namespace madoguchi::api
