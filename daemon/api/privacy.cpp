// SPDX-License-Identifier: Apache-2.0
// /customers/{number}/export, /erase, /legal-hold, /sightings; /retention
#include "daemon/api/cursor.h"
#include "daemon/api/download.h"
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::LegalHoldDto;
using service::RetentionDto;
using service::SightingDto;

constexpr const char* kHoldPath = "/customers/{number}/legal-hold";

Route privacy_route(Route route, const char* id, const char* summary) {
  // All there is of a person, from every mailbox.
  return std::move(route)
      .id(id)
      .summary(summary)
      .tag("privacy")
      .needs(Permission::privacy_manage)
      .needs_also(Permission::customers_contact_read)
      .needs_also(Permission::orders_amount_read)
      .whole_desk();
}

Result<Page<SightingDto>> list_sightings(const Call& call, const Services& services) {
  const auto after = call.after("sightings");
  if (!after) return fail(after.error());
  Result<service::SightingListing> listing =
      services.privacy.sightings(call.path("number"), *after, static_cast<int>(call.limit()));
  if (!listing) return fail(std::move(listing.error()));
  Page<SightingDto> page;
  page.items = std::move(listing->items);
  if (listing->next) page.next_cursor = encode_cursor("sightings", *listing->next);
  return page;
}

void add_hold_routes(RouteTable& table, const Services& services) {
  table.add(privacy_route(Route::get(kHoldPath), "getLegalHold",
                          "Whether the customer must not be erased, and why")
                .handle([services](const Call& call) -> Result<LegalHoldDto> {
                  return services.privacy.hold(call.caller(), call.path("number"));
                }));
  table.add(privacy_route(Route::put(kHoldPath), "putLegalHold",
                          "Keeps the customer from being erased, by hand or by retention")
                .handle([services](const Call& call,
                                   const service::LegalHoldWishDto& wish) -> Result<LegalHoldDto> {
                  return services.privacy.put_hold(context_of(call, services), call.path("number"),
                                                   wish);
                }));
  table.add(privacy_route(Route::del(kHoldPath), "deleteLegalHold", "Allows erasing again")
                .handle([services](const Call& call) -> Result<void> {
                  return services.privacy.remove_hold(context_of(call, services),
                                                      call.path("number"));
                }));
}

void add_retention_routes(RouteTable& table, const Services& services) {
  table.add(privacy_route(Route::get("/retention"), "getRetention", "How long things are kept")
                .handle([services](const Call&) -> Result<RetentionDto> {
                  return services.retention.get();
                }));
  table.add(
      privacy_route(Route::put("/retention"), "putRetention", "Says how long things are kept")
          .description("All rules at once. A job goes through them once a day; who is under a "
                       "legal hold is left alone. Look at the preview first: what was erased "
                       "does not come back.")
          .needs_if_match()
          .handle([services](const Call& call,
                             const store::RetentionRules& wish) -> Result<RetentionDto> {
            return services.retention.put(context_of(call, services), wish);
          }));
  table.add(privacy_route(Route::post("/retention/preview"), "previewRetention",
                          "What such rules would take now; nothing is written")
                .handle([services](const Call&, const store::RetentionRules& wish)
                            -> Result<service::RetentionPreviewDto> {
                  return services.retention.preview(wish);
                }));
}

}  // namespace

void add_privacy_routes(RouteTable& table, const Services& services) {
  table.add(
      privacy_route(Route::post("/customers/{number}/erase"), "eraseCustomer",
                    "Erases all that is known of a person")
          .description(
              "Case by case, then the customer: GET /operations/{id} says how it goes. Texts, "
              "mails, files, addresses, memos, cards and the values in the change history are "
              "gone for good; rows, numbers, times and amounts stay, so that everything adds "
              "up. 409 while there is a legal hold, or an order or subscription under way. "
              "With preview nothing is erased, only tried.")
          .under_edit_lock()
          .handle([services](const Call& call, const service::EraseCustomerDto& wish)
                      -> Result<Accepted<service::OperationStartedDto>> {
            Result<service::OperationStartedDto> begun =
                services.privacy.erase(context_of(call, services), call.path("number"), wish);
            if (!begun) return fail(std::move(begun.error()));
            return Accepted<service::OperationStartedDto>{std::move(*begun)};
          }));
  table.add(privacy_route(Route::get("/customers/{number}/export"), "exportPerson",
                          "All that is known of a person, as a ZIP archive")
                .description("JSON as this interface answers it, the mails as they came, the files "
                             "that were attached; index.json says what there is. The export stands "
                             "in the customer's history.")
                .answers_with("application/zip")
                .handle([services](const Call& call) -> Result<Bytes> {
                  Result<service::Content> all =
                      services.privacy.export_all(call.caller(), call.path("number"));
                  if (!all) return fail(std::move(all.error()));
                  return download(std::move(*all));
                }));
  table.add(privacy_route(Route::get("/customers/{number}/sightings"), "listSightings",
                          "Who saw the customer, newest first")
                .description("Each agent once for each hour and place.")
                .paged()
                .handle([services](const Call& call) -> Result<Page<SightingDto>> {
                  return list_sightings(call, services);
                }));
  add_hold_routes(table, services);
  add_retention_routes(table, services);
}

}  // namespace madoguchi::api
