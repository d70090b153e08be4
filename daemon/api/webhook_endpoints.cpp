// SPDX-License-Identifier: Apache-2.0
// /webhooks
#include "daemon/api/cursor.h"
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::WebhookDeliveryDto;
using service::WebhookEndpointDto;

Route webhook_route(Route route, const char* id, const char* summary) {
  return std::move(route)
      .id(id)
      .summary(summary)
      .tag("webhooks")
      .needs(Permission::webhooks_manage)
      .needs_also(Permission::customers_contact_read)  // what it is told has everything
      .needs_also(Permission::orders_amount_read)
      .whole_desk();
}

Result<Page<WebhookEndpointDto>> list_webhooks(const Services& services) {
  Result<std::vector<WebhookEndpointDto>> all = services.webhook_endpoints.list();
  if (!all) return fail(std::move(all.error()));
  return Page<WebhookEndpointDto>{std::move(*all), std::nullopt, std::nullopt, std::nullopt};
}

Result<Created<WebhookEndpointDto>> create(const Call& call, const Services& services,
                                           const service::WebhookEndpointCreateDto& wish) {
  Result<WebhookEndpointDto> made =
      services.webhook_endpoints.create(context_of(call, services), wish);
  if (!made) return fail(std::move(made.error()));
  std::string location = std::string(kBase) + "/webhooks/" + made->id;
  return Created<WebhookEndpointDto>{std::move(*made), std::move(location)};
}

Result<Page<WebhookDeliveryDto>> deliveries(const Call& call, const Services& services) {
  const auto after = call.after("webhook_deliveries");
  if (!after) return fail(after.error());
  const auto states = call.choices<domain::WebhookDeliveryState>("state");
  Result<service::WebhookDeliveryListing> listing = services.webhook_endpoints.deliveries(
      call.path("id"), states.empty() ? std::nullopt : std::optional(states.front()), *after,
      static_cast<int>(call.limit()));
  if (!listing) return fail(std::move(listing.error()));
  Page<WebhookDeliveryDto> page;
  page.items = std::move(listing->items);
  if (listing->next) page.next_cursor = encode_cursor("webhook_deliveries", *listing->next);
  return page;
}

void add_settings(RouteTable& table, const Services& services) {
  table.add(webhook_route(Route::get("/webhooks"), "listWebhooks",
                          "Programs that are told what happens here")
                .handle([services](const Call&) { return list_webhooks(services); }));
  table.add(
      webhook_route(Route::post("/webhooks"), "createWebhook",
                    "Tells a program what happens from now on")
          .description("Each event is POSTed as JSON to the URL and signed (Standard Webhooks: "
                       "webhook-id, webhook-timestamp, webhook-signature); 2xx takes it, 410 ends "
                       "it, anything else is tried again for three days. The answer has the "
                       "secret, once. Events come at least once and in no order: webhook-id is the "
                       "same in each try, and GET /changes?after= asks for more.")
          .tells_secret()
          .handle([services](const Call& call, const service::WebhookEndpointCreateDto& wish) {
            return create(call, services, wish);
          }));
  table.add(webhook_route(Route::get("/webhooks/{id}"), "getWebhook", "One webhook")
                .handle([services](const Call& call) -> Result<WebhookEndpointDto> {
                  return services.webhook_endpoints.get(call.path("id"));
                }));
  table.add(webhook_route(Route::patch("/webhooks/{id}"), "patchWebhook",
                          "Changes, pauses, enables a webhook")
                .needs_if_match()
                .handle([services](const Call& call, const service::WebhookEndpointPatchDto& wish)
                            -> Result<WebhookEndpointDto> {
                  return services.webhook_endpoints.patch(context_of(call, services),
                                                          call.path("id"), wish);
                }));
  table.add(webhook_route(Route::del("/webhooks/{id}"), "deleteWebhook",
                          "Deletes a webhook with what waits for it")
                .needs_if_match()
                .handle([services](const Call& call) -> Result<void> {
                  return services.webhook_endpoints.remove(context_of(call, services),
                                                           call.path("id"));
                }));
  table.add(webhook_route(Route::post("/webhooks/{id}/rotate-secret"), "rotateWebhookSecret",
                          "Makes a new secret")
                .description("For a day requests are signed with the old one too. The answer has "
                             "the new one, once.")
                .tells_secret()
                .handle([services](const Call& call) -> Result<WebhookEndpointDto> {
                  return services.webhook_endpoints.rotate_secret(context_of(call, services),
                                                                  call.path("id"));
                }));
}

void add_deliveries(RouteTable& table, const Services& services) {
  table.add(webhook_route(Route::post("/webhooks/{id}/test"), "testWebhook",
                          "Sends it the event webhook.tested, and nobody else")
                .handle([services](const Call& call) -> Result<Accepted<WebhookEndpointDto>> {
                  Result<WebhookEndpointDto> done =
                      services.webhook_endpoints.test(context_of(call, services), call.path("id"));
                  if (!done) return fail(std::move(done.error()));
                  return Accepted<WebhookEndpointDto>{std::move(*done)};
                }));
  table.add(webhook_route(Route::get("/webhooks/{id}/deliveries"), "listWebhookDeliveries",
                          "What it was sent, newest first")
                .description("Delivered ones are kept for 7 days, dead ones for 30.")
                .query_choice<domain::WebhookDeliveryState>("state", "Only of this state.", false)
                .paged()
                .handle([services](const Call& call) { return deliveries(call, services); }));
  table.add(webhook_route(Route::post("/webhooks/{id}/deliveries/{delivery}/retry"),
                          "retryWebhookDelivery", "Sends one that ended again, under its old id")
                .handle([services](const Call& call) -> Result<Accepted<WebhookDeliveryDto>> {
                  Result<WebhookDeliveryDto> done = services.webhook_endpoints.retry(
                      context_of(call, services), call.path("id"), call.path("delivery"));
                  if (!done) return fail(std::move(done.error()));
                  return Accepted<WebhookDeliveryDto>{std::move(*done)};
                }));
  table.add(webhook_route(Route::post("/webhooks/{id}/replay"), "replayWebhook",
                          "Sends everything from some time or event on again, under the old ids")
                .handle([services](const Call& call, const service::WebhookReplayDto& wish)
                            -> Result<Accepted<WebhookEndpointDto>> {
                  Result<WebhookEndpointDto> done = services.webhook_endpoints.replay(
                      context_of(call, services), call.path("id"), wish);
                  if (!done) return fail(std::move(done.error()));
                  return Accepted<WebhookEndpointDto>{std::move(*done)};
                }));
}

}  // namespace

void add_webhook_endpoint_routes(RouteTable& table, const Services& services) {
  add_settings(table, services);
  add_deliveries(table, services);
}

}  // namespace madoguchi::api
