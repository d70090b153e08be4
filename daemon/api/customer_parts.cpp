// SPDX-License-Identifier: Apache-2.0
// /customers/{number}/addresses, /customers/{number}/memos, /labels, /blacklist-reasons
#include "daemon/api/cursor.h"
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::DeliveryAddressDto;
using service::MasterEntryDto;
using service::MemoDto;

template <class T>
Result<Created<T>> created(Result<T> made, const std::string& folder) {
  if (!made) return fail(std::move(made.error()));
  std::string location = std::string(kBase) + folder + "/" + made->id;
  return Created<T>{std::move(*made), std::move(location)};
}

Route customer_part_route(Route route, const char* id, const char* summary, Permission permission) {
  return std::move(route).id(id).summary(summary).tag("customers").needs(permission);
}

void add_address_routes(RouteTable& table, const Services& services) {
  const std::string all = "/customers/{number}/addresses";
  const std::string one = all + "/{id}";
  table.add(customer_part_route(Route::get(all), "listDeliveryAddresses",
                                "The customer's delivery addresses", Permission::customers_read)
                .handle([services](const Call& call) -> Result<Page<DeliveryAddressDto>> {
                  return whole_page(services.customer_parts.addresses(call.path("number")));
                }));
  table.add(customer_part_route(Route::post(all), "createDeliveryAddress",
                                "Adds a delivery address", Permission::customers_write)
                .under_edit_lock()
                .handle([services](const Call& call, const service::DeliveryAddressCreateDto& wish)
                            -> Result<Created<DeliveryAddressDto>> {
                  const std::string& number = call.path("number");
                  return created(
                      services.customer_parts.add_address(context_of(call, services), number, wish),
                      "/customers/" + number + "/addresses");
                }));
  table.add(customer_part_route(Route::get(one), "getDeliveryAddress", "One delivery address",
                                Permission::customers_read)
                .handle([services](const Call& call) -> Result<DeliveryAddressDto> {
                  return services.customer_parts.address(call.path("number"), call.path("id"));
                }));
  table.add(customer_part_route(Route::patch(one), "patchDeliveryAddress",
                                "Changes a delivery address", Permission::customers_write)
                .under_edit_lock()
                .needs_if_match()
                .handle([services](const Call& call, const service::DeliveryAddressPatchDto& wish)
                            -> Result<DeliveryAddressDto> {
                  return services.customer_parts.patch_address(
                      context_of(call, services), call.path("number"), call.path("id"), wish);
                }));
  table.add(customer_part_route(Route::del(one), "deleteDeliveryAddress",
                                "Deletes a delivery address", Permission::customers_write)
                .under_edit_lock()
                .needs_if_match()
                .handle([services](const Call& call) -> Result<void> {
                  return services.customer_parts.remove_address(
                      context_of(call, services), call.path("number"), call.path("id"));
                }));
}

Result<Page<MemoDto>> list_memos(const Call& call, const Services& services) {
  const auto after = call.after("customer_memos");
  if (!after) return fail(after.error());
  Result<service::MemoListing> listing =
      services.customer_parts.memos(call.path("number"), *after, static_cast<int>(call.limit()));
  if (!listing) return fail(std::move(listing.error()));
  Page<MemoDto> page;
  page.items = std::move(listing->items);
  if (listing->next) page.next_cursor = encode_cursor("customer_memos", *listing->next);
  return page;
}

void add_memo_routes(RouteTable& table, const Services& services) {
  const std::string all = "/customers/{number}/memos";
  const std::string one = all + "/{id}";
  table.add(customer_part_route(Route::get(all), "listMemos", "Memos on the customer, newest first",
                                Permission::customers_read)
                .paged()
                .handle([services](const Call& call) -> Result<Page<MemoDto>> {
                  return list_memos(call, services);
                }));
  table.add(customer_part_route(Route::post(all), "createMemo", "Writes a memo",
                                Permission::customers_write)
                .under_edit_lock()
                .handle([services](const Call& call,
                                   const service::MemoWishDto& wish) -> Result<Created<MemoDto>> {
                  const std::string& number = call.path("number");
                  return created(
                      services.customer_parts.add_memo(context_of(call, services), number, wish),
                      "/customers/" + number + "/memos");
                }));
  table.add(customer_part_route(Route::get(one), "getMemo", "One memo", Permission::customers_read)
                .handle([services](const Call& call) -> Result<MemoDto> {
                  return services.customer_parts.memo(call.path("number"), call.path("id"));
                }));
  table.add(customer_part_route(Route::patch(one), "patchMemo",
                                "Changes a memo; the history keeps the old text",
                                Permission::customers_write)
                .under_edit_lock()
                .needs_if_match()
                .handle([services](const Call& call,
                                   const service::MemoWishDto& wish) -> Result<MemoDto> {
                  return services.customer_parts.patch_memo(
                      context_of(call, services), call.path("number"), call.path("id"), wish);
                }));
  table.add(customer_part_route(Route::del(one), "deleteMemo",
                                "Deletes a memo; the history keeps its text",
                                Permission::customers_write)
                .under_edit_lock()
                .needs_if_match()
                .handle([services](const Call& call) -> Result<void> {
                  return services.customer_parts.remove_memo(context_of(call, services),
                                                             call.path("number"), call.path("id"));
                }));
}

/// One small list of the settings.
struct MasterList {
  const char* path;
  domain::MasterKind kind;
  const char* list_id;
  const char* create_id;
  const char* get_id;
  const char* patch_id;
  const char* what;
};

void add_master_routes(RouteTable& table, const Services& services, const MasterList& list) {
  const std::string all = list.path;
  const std::string one = all + "/{id}";
  const domain::MasterKind kind = list.kind;
  const std::string what = list.what;
  table.add(Route::get(all)
                .id(list.list_id)
                .summary("All " + what + ", in their order")
                .tag("settings")
                .needs(Permission::settings_read)
                .handle([services, kind](const Call&) -> Result<Page<MasterEntryDto>> {
                  return whole_page(services.master_data.list(kind));
                }));
  table.add(
      Route::post(all)
          .id(list.create_id)
          .summary("Adds one of the " + what)
          .tag("settings")
          .needs(Permission::settings_write)
          .handle([services, kind, all](const Call& call, const service::CategoryCreateDto& wish)
                      -> Result<Created<MasterEntryDto>> {
            return created(services.master_data.create(context_of(call, services), kind, wish),
                           all);
          }));
  table.add(Route::get(one)
                .id(list.get_id)
                .summary("One of the " + what)
                .tag("settings")
                .needs(Permission::settings_read)
                .handle([services, kind](const Call& call) -> Result<MasterEntryDto> {
                  return services.master_data.get(kind, call.path("id"));
                }));
  table.add(Route::patch(one)
                .id(list.patch_id)
                .summary("Changes or archives one of the " + what)
                .tag("settings")
                .needs(Permission::settings_write)
                .needs_if_match()
                .handle([services, kind](const Call& call, const service::CategoryPatchDto& wish)
                            -> Result<MasterEntryDto> {
                  return services.master_data.patch(context_of(call, services), kind,
                                                    call.path("id"), wish);
                }));
}

}  // namespace

void add_customer_part_routes(RouteTable& table, const Services& services) {
  add_address_routes(table, services);
  add_memo_routes(table, services);
  add_master_routes(table, services,
                    {"/labels", domain::MasterKind::customer_label, "listLabels", "createLabel",
                     "getLabel", "patchLabel", "customer labels"});
  add_master_routes(table, services,
                    {"/blacklist-reasons", domain::MasterKind::blacklist_reason,
                     "listBlacklistReasons", "createBlacklistReason", "getBlacklistReason",
                     "patchBlacklistReason", "reasons of the blacklist"});
  add_master_routes(table, services,
                    {"/subscription-reasons", domain::MasterKind::subscription_reason,
                     "listSubscriptionReasons", "createSubscriptionReason", "getSubscriptionReason",
                     "patchSubscriptionReason", "reasons to pause or cancel subscriptions"});
  add_master_routes(
      table, services,
      {"/return-reasons", domain::MasterKind::return_reason, "listReturnReasons",
       "createReturnReason", "getReturnReason", "patchReturnReason", "reasons of returns"});
}

}  // namespace madoguchi::api
