// SPDX-License-Identifier: Apache-2.0
// /customers/{number}/cards, /customers/{number}/card-sessions
#include "daemon/api/cursor.h"
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::CardDto;
using service::CardSessionDto;

constexpr const char* kCards = "/customers/{number}/cards";
constexpr const char* kCard = "/customers/{number}/cards/{id}";
constexpr const char* kSessions = "/customers/{number}/card-sessions";
constexpr const char* kSession = "/customers/{number}/card-sessions/{id}";

Route card_route(Route route, const char* id, const char* summary, Permission permission) {
  return std::move(route).id(id).summary(summary).tag("cards").needs(permission);
}

Result<Page<CardDto>> list_cards(const Call& call, const Services& services) {
  Result<std::vector<CardDto>> items = services.cards.list(call.caller(), call.path("number"));
  if (!items) return fail(std::move(items.error()));
  return Page<CardDto>{std::move(*items), std::nullopt, std::nullopt, std::nullopt};
}

Result<Page<CardSessionDto>> list_sessions(const Call& call, const Services& services) {
  const auto after = call.after("card_sessions");
  if (!after) return fail(after.error());
  Result<service::CardSessionListing> listing = services.card_sessions.list(
      call.caller(), call.path("number"), *after, static_cast<int>(call.limit()));
  if (!listing) return fail(std::move(listing.error()));
  Page<CardSessionDto> page;
  page.items = std::move(listing->items);
  if (listing->next) page.next_cursor = encode_cursor("card_sessions", *listing->next);
  return page;
}

Result<Created<CardSessionDto>> begin(const Call& call, const service::CardSessionCreateDto& wish,
                                      const Services& services) {
  const std::string& number = call.path("number");
  Result<CardSessionDto> begun =
      services.card_sessions.begin(context_of(call, services), number, wish);
  if (!begun) return fail(std::move(begun.error()));
  std::string location =
      std::string(kBase) + "/customers/" + number + "/card-sessions/" + begun->id;
  return Created<CardSessionDto>{std::move(*begun), std::move(location)};
}

void add_list_routes(RouteTable& table, const Services& services) {
  table.add(card_route(Route::get(kCards), "listCards",
                       "The customer's cards, as they were registered", Permission::customers_read)
                .handle([services](const Call& call) -> Result<Page<CardDto>> {
                  return list_cards(call, services);
                }));
  table.add(card_route(Route::get(kCard), "getCard", "One card", Permission::customers_read)
                .handle([services](const Call& call) -> Result<CardDto> {
                  return services.cards.get(call.caller(), call.path("number"), call.path("id"));
                }));
}

void add_change_routes(RouteTable& table, const Services& services) {
  table.add(card_route(Route::post(kCards), "keepCard",
                       "Tells of a card that a payment service keeps",
                       Permission::customers_transfer)
                .description("For programs that know the service's tokens. The same token again is "
                             "the same card, as it is now. People register cards by card sessions.")
                .under_edit_lock()
                .handle([services](const Call& call,
                                   const service::ToldCardDto& told) -> Result<CardDto> {
                  return services.cards.keep(context_of(call, services), call.path("number"), told);
                }));
  table.add(
      card_route(Route::patch(kCard), "patchCard", "Makes it the one to use; changes what may be",
                 Permission::customers_write)
          .description("409 card-part-fixed for what the payment service does not let anybody "
                       "change; allowed_actions say so before.")
          .under_edit_lock()
          .needs_if_match()
          .handle(
              [services](const Call& call, const service::CardPatchDto& wish) -> Result<CardDto> {
                return services.cards.patch(context_of(call, services), call.path("number"),
                                            call.path("id"), wish);
              }));
  table.add(card_route(Route::del(kCard), "deleteCard",
                       "Deletes a card, here and at the payment service",
                       Permission::customers_write)
                .description("409 card-in-use while an order is still to be paid by it.")
                .under_edit_lock()
                .needs_if_match()
                .handle([services](const Call& call) -> Result<void> {
                  return services.cards.remove(context_of(call, services), call.path("number"),
                                               call.path("id"));
                }));
}

void add_session_routes(RouteTable& table, const Services& services) {
  table.add(card_route(Route::get(kSessions), "listCardSessions",
                       "Registrations of cards, newest first", Permission::customers_read)
                .paged()
                .handle([services](const Call& call) -> Result<Page<CardSessionDto>> {
                  return list_sessions(call, services);
                }));
  table.add(
      card_route(Route::post(kSessions), "createCardSession", "Begins to register a card",
                 Permission::customers_write)
          .description("The number is typed into the payment service's page, reader or "
                       "keypad, never here. Follow it by GET or by the card_session events. "
                       "409 no-card-gateway when no such service is connected.")
          .under_edit_lock()
          .handle([services](const Call& call, const service::CardSessionCreateDto& wish)
                      -> Result<Created<CardSessionDto>> { return begin(call, wish, services); }));
  table.add(card_route(Route::get(kSession), "getCardSession", "One registration",
                       Permission::customers_read)
                .handle([services](const Call& call) -> Result<CardSessionDto> {
                  return services.card_sessions.get(call.caller(), call.path("number"),
                                                    call.path("id"));
                }));
  table.add(card_route(Route::post(std::string(kSession) + "/cancel"), "cancelCardSession",
                       "Cancels it, as long as the card is not with the service",
                       Permission::customers_write)
                .under_edit_lock()
                .handle([services](const Call& call) -> Result<CardSessionDto> {
                  return services.card_sessions.cancel(context_of(call, services),
                                                       call.path("number"), call.path("id"));
                }));
}

}  // namespace

void add_card_routes(RouteTable& table, const Services& services) {
  add_list_routes(table, services);
  add_change_routes(table, services);
  add_session_routes(table, services);
}

}  // namespace madoguchi::api
