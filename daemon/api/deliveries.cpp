// SPDX-License-Identifier: Apache-2.0
// /deliveries, /customers/{number}/deliveries, /suppressions
#include "daemon/api/cursor.h"
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::DeliveryDto;
using service::SuppressionDto;

template <class Dto, class Listing>
Page<Dto> page_of(Listing listing, const char* name) {
  Page<Dto> page;
  page.items = std::move(listing.items);
  if (listing.next) page.next_cursor = encode_cursor(name, *listing.next);
  return page;
}

Result<Page<DeliveryDto>> list_deliveries(const Call& call, const Services& services) {
  const auto after = call.after("deliveries");
  if (!after) return fail(after.error());
  Result<service::DeliveryListing> listing =
      services.deliveries.list(call.caller(), call.choices<domain::DeliveryState>("state"),
                               call.text("address"), *after, static_cast<int>(call.limit()));
  if (!listing) return fail(std::move(listing.error()));
  return page_of<DeliveryDto>(std::move(*listing), "deliveries");
}

Result<Page<DeliveryDto>> list_customer_deliveries(const Call& call, const Services& services) {
  const auto after = call.after("customer_deliveries");
  if (!after) return fail(after.error());
  Result<service::DeliveryListing> listing = services.deliveries.of_customer(
      call.caller(), call.path("number"), *after, static_cast<int>(call.limit()));
  if (!listing) return fail(std::move(listing.error()));
  return page_of<DeliveryDto>(std::move(*listing), "customer_deliveries");
}

Result<Page<SuppressionDto>> list_suppressions(const Call& call, const Services& services) {
  const auto after = call.after("suppressions");
  if (!after) return fail(after.error());
  Result<service::SuppressionListing> listing = services.deliveries.suppressions(
      call.caller(), call.text("address"), *after, static_cast<int>(call.limit()));
  if (!listing) return fail(std::move(listing.error()));
  return page_of<SuppressionDto>(std::move(*listing), "suppressions");
}

}  // namespace

void add_delivery_routes(RouteTable& table, const Services& services) {
  table.add(Route::get("/deliveries")
                .id("listDeliveries")
                .summary("What became of each mail sent, newest first")
                .description("One item per message and recipient, of the cases the caller may see.")
                .tag("deliveries")
                .needs(Permission::cases_read)
                .query_choice<domain::DeliveryState>("state", "State; several mean OR.", true)
                .query_text("address", "The recipient's address.")
                .guards(Permission::customers_contact_read, {"address"})
                .paged()
                .handle([services](const Call& call) -> Result<Page<DeliveryDto>> {
                  return list_deliveries(call, services);
                }));
  table.add(Route::get("/customers/{number}/deliveries")
                .id("listCustomerDeliveries")
                .summary("Mails that were sent to the customer, newest first")
                .description("To any of the customer's addresses, from all cases that the caller "
                             "may see.")
                .tag("customers")
                .needs(Permission::cases_read)
                .paged()
                .handle([services](const Call& call) -> Result<Page<DeliveryDto>> {
                  return list_customer_deliveries(call, services);
                }));
  table.add(Route::get("/customers/{number}/deliveries/{id}")
                .id("getCustomerDelivery")
                .summary("One of them with its full content")
                .description("id is the message_id of the list.")
                .tag("customers")
                .needs(Permission::cases_read)
                .handle([services](const Call& call) -> Result<service::MessageDto> {
                  return services.deliveries.of_customer(call.caller(), call.path("number"),
                                                         call.path("id"));
                }));
  table.add(
      Route::get("/suppressions")
          .id("listSuppressions")
          .summary("Addresses that get no automatic mail, because mail to them bounced for good")
          .description("An agent's reply to one is sent all the same and carries a notice.")
          .tag("deliveries")
          .needs(Permission::cases_read)
          .query_text("address", "Only this one.")
          .guards(Permission::customers_contact_read, {"address"})
          .paged()
          .handle([services](const Call& call) -> Result<Page<SuppressionDto>> {
            return list_suppressions(call, services);
          }));
  table.add(Route::del("/suppressions/{address}")
                .id("releaseSuppression")
                .summary("Lets the address get automatic mail again")
                .tag("deliveries")
                .needs(Permission::cases_write)
                .needs_also(Permission::customers_contact_read)
                .handle([services](const Call& call) -> Result<void> {
                  return services.deliveries.release(context_of(call, services),
                                                     call.path("address"));
                }));
}

}  // namespace madoguchi::api
