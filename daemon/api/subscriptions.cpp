// SPDX-License-Identifier: Apache-2.0
// /subscriptions, /customers/{number}/subscriptions
#include "core/service/case_wishes.h"
#include "daemon/api/cursor.h"
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::OrderDto;
using service::SubscriptionDto;

constexpr char kObjections[] =
    " Past the change deadline, or below the minimum count: 409 subscription-objection with the "
    "objections, until exception is true; 403 without subscriptions_exception.";

Result<Page<SubscriptionDto>> page_of(const Call& call, const Services& services,
                                      service::SubscriptionFilter filter, std::string_view list) {
  filter.limit = static_cast<int>(call.limit());
  const auto key = call.after(list);
  if (!key) return fail(key.error());
  std::optional<std::int64_t> after;
  if (*key && !(*key)->empty()) after = service::number_of_key((*key)->front());
  Result<service::SubscriptionListing> listing =
      services.subscriptions.list(call.caller(), filter, after);
  if (!listing) return fail(std::move(listing.error()));
  Page<SubscriptionDto> page;
  page.items = std::move(listing->items);
  if (listing->next) page.next_cursor = encode_cursor(list, {std::to_string(*listing->next)});
  return page;
}

Result<Page<SubscriptionDto>> list_subscriptions(const Call& call, const Services& services) {
  service::SubscriptionFilter filter;
  filter.numbers = call.texts("number");
  filter.customers = call.texts("customer");
  filter.accounts = call.texts("account");
  filter.states = call.choices<domain::SubscriptionState>("state");
  filter.skus = call.texts("sku");
  filter.labels = call.texts("label");
  filter.next_from = call.text("next_from");
  filter.next_to = call.text("next_to");
  return page_of(call, services, std::move(filter), "subscriptions");
}

Result<Page<SubscriptionDto>> list_customer_subscriptions(const Call& call,
                                                          const Services& services) {
  const Result<service::CustomerDto> customer =
      services.customers.get(call.caller(), call.path("number"));
  if (!customer) return fail(customer.error());
  service::SubscriptionFilter filter;
  filter.customers = {customer->number};
  return page_of(call, services, std::move(filter), "customer_subscriptions");
}

Route subscription_route(Route route, const char* id, const char* summary, Permission permission) {
  return std::move(route).id(id).summary(summary).tag("subscriptions").needs(permission);
}

void add_subscription_list_routes(RouteTable& table, const Services& services) {
  table.add(
      subscription_route(Route::get("/subscriptions"), "listSubscriptions",
                         "Finds subscriptions, newest first", Permission::orders_read)
          .description("Several values of one filter mean OR, different filters AND. A page may be "
                       "short and go on: follow next_cursor until it is null.")
          .query_texts("number", "Number of the subscription; two shops may have the same.")
          .query_texts("customer", "Number of the customer.")
          .query_texts("account", "The shop that makes its orders.")
          .query_choice<domain::SubscriptionState>("state", "Where it stands.", true)
          .query_texts("sku", "Code of one of its items, whole.")
          .query_texts("label", "Id or name of a label.")
          .query_text("next_from", "First day of the next delivery, a day in Japan.", 10)
          .query_text("next_to", "Last day of the next delivery.", 10)
          .paged()
          .handle([services](const Call& call) -> Result<Page<SubscriptionDto>> {
            return list_subscriptions(call, services);
          }));
  table.add(subscription_route(
                Route::get("/customers/{number}/subscriptions"), "listCustomerSubscriptions",
                "The customer's subscriptions, newest first", Permission::orders_read)
                .paged()
                .handle([services](const Call& call) -> Result<Page<SubscriptionDto>> {
                  return list_customer_subscriptions(call, services);
                }));
}

/// POST below a subscription that changes it.
template <class Wish>
void add_step(RouteTable& table, const Services& services, const char* step, const char* id,
              const char* summary, const std::string& description,
              Result<SubscriptionDto> (service::SubscriptionService::*work)(const service::Context&,
                                                                            const std::string&,
                                                                            const Wish&)) {
  table.add(
      subscription_route(Route::post(std::string("/subscriptions/{id}/") + step), id, summary,
                         Permission::orders_write)
          .under_edit_lock()
          .description(description)
          .handle([services, work](const Call& call, const Wish& wish) -> Result<SubscriptionDto> {
            return (services.subscriptions.*work)(context_of(call, services), call.path("id"),
                                                  wish);
          }));
}

void add_steps(RouteTable& table, const Services& services) {
  using Service = service::SubscriptionService;
  add_step(table, services, "skip", "skipSubscription", "Lets the next delivery fall out",
           std::string("It goes on with the one after it.") + kObjections, &Service::skip);
  add_step(table, services, "pause", "pauseSubscription", "Makes no orders for now",
           std::string("Until resume_on, or until somebody resumes it.") + kObjections,
           &Service::pause);
  add_step(table, services, "resume", "resumeSubscription", "Goes on",
           "With next_date, or with the first of its days whose order can still be made.",
           &Service::resume);
  add_step(table, services, "cancel", "cancelSubscription", "Ends it for good",
           std::string("Orders that were made stay.") + kObjections, &Service::cancel);
  table.add(
      subscription_route(Route::post("/subscriptions/{id}/order-now"), "orderSubscriptionNow",
                         "Makes the order of the next delivery now", Permission::orders_write)
          .under_edit_lock()
          .description("The next delivery is counted from it. Each day has one order at most: 409 "
                       "subscription-ordered.")
          .handle([services](const Call& call,
                             const service::OrderNowDto& wish) -> Result<Created<OrderDto>> {
            Result<OrderDto> made =
                services.subscriptions.order_now(context_of(call, services), call.path("id"), wish);
            if (!made) return fail(std::move(made.error()));
            std::string location = std::string(kBase) + "/orders/" + made->id;
            return Created<OrderDto>{std::move(*made), std::move(location)};
          }));
}

constexpr char kBulkHow[] =
    " Each subscription by itself, wholly or not at all: GET /operations/{id} says how it went and "
    "what changed, POST /operations/{id}/retry tries those that failed once more. With preview "
    "nothing is changed: the rows say what would, and what would be refused.";

void add_subscription_bulk_routes(RouteTable& table, const Services& services) {
  using service::OperationStartedDto;
  table.add(subscription_route(Route::post("/subscriptions/bulk"), "bulkSubscriptions",
                               "Changes, skips, pauses, resumes or cancels many subscriptions",
                               Permission::orders_write)
                .description(std::string("What meets an objection fails, as it does for one "
                                         "subscription.") +
                             kBulkHow)
                .handle([services](const Call& call, const service::SubscriptionBulkDto& wish)
                            -> Result<Accepted<OperationStartedDto>> {
                  Result<OperationStartedDto> begun =
                      services.subscription_bulk.change(context_of(call, services), wish);
                  if (!begun) return fail(std::move(begun.error()));
                  return Accepted<OperationStartedDto>{std::move(*begun)};
                }));
  table.add(
      subscription_route(Route::post("/subscriptions/notify"), "notifySubscriptions",
                         "Writes to the customers of many subscriptions by a template",
                         Permission::cases_write)
          .description(std::string("Each mail opens a case of its own, resolved until the customer "
                                   "answers, and goes out as replies do. Refused as by "
                                   "/orders/notify.") +
                       kBulkHow)
          .handle([services](const Call& call, const service::SubscriptionNoticeDto& wish)
                      -> Result<Accepted<OperationStartedDto>> {
            Result<OperationStartedDto> begun =
                services.subscription_bulk.notify(context_of(call, services), wish);
            if (!begun) return fail(std::move(begun.error()));
            return Accepted<OperationStartedDto>{std::move(*begun)};
          }));
}

}  // namespace

void add_subscription_routes(RouteTable& table, const Services& services) {
  add_subscription_bulk_routes(table, services);
  add_subscription_list_routes(table, services);
  table.add(subscription_route(Route::post("/subscriptions"), "createSubscription",
                               "Begins a subscription", Permission::orders_write)
                .under_edit_lock()
                .description(
                    "The hub makes its orders, lead_days before each delivery, once for each day; "
                    "of one that a shop runs already (account, number) the shop does.")
                .handle([services](const Call& call, const service::SubscriptionCreateDto& wish)
                            -> Result<Created<SubscriptionDto>> {
                  Result<SubscriptionDto> made =
                      services.subscriptions.create(context_of(call, services), wish);
                  if (!made) return fail(std::move(made.error()));
                  std::string location = std::string(kBase) + "/subscriptions/" + made->id;
                  return Created<SubscriptionDto>{std::move(*made), std::move(location)};
                }));
  table.add(subscription_route(Route::get("/subscriptions/{id}"), "getSubscription",
                               "One subscription", Permission::orders_read)
                .handle([services](const Call& call) -> Result<SubscriptionDto> {
                  return services.subscriptions.get(call.caller(), call.path("id"));
                }));
  table.add(
      subscription_route(Route::patch("/subscriptions/{id}"), "patchSubscription",
                         "Changes a subscription and calculates it anew", Permission::orders_write)
          .under_edit_lock()
          .description("Items, address, interval, next delivery. Of one that was canceled "
                       "only memo and labels (409 subscription-canceled)." +
                       std::string(kObjections))
          .needs_if_match()
          .handle([services](const Call& call,
                             const service::SubscriptionPatchDto& wish) -> Result<SubscriptionDto> {
            return services.subscriptions.patch(context_of(call, services), call.path("id"), wish);
          }));
  add_steps(table, services);
}

}  // namespace madoguchi::api
