// SPDX-License-Identifier: Apache-2.0
// /customers/{number}/edit-lock
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::EditLockDto;

constexpr const char* kEditLockPath = "/customers/{number}/edit-lock";

Route edit_lock_route(Route route, const char* id, const char* summary) {
  return std::move(route).id(id).summary(summary).tag("customers");
}

}  // namespace

void add_edit_lock_routes(RouteTable& table, const Services& services) {
  table.add(edit_lock_route(Route::get(kEditLockPath), "getEditLock",
                            "Who edits the customer, and since when")
                .needs(Permission::customers_read)
                .handle([services](const Call& call) -> Result<EditLockDto> {
                  return services.edit_locks.get(call.caller(), call.path("number"));
                }));
  table.add(
      edit_lock_route(Route::put(kEditLockPath), "putEditLock",
                      "Takes, renews, asks for or takes over the edit lock")
          .description("200 with a token: the lock is the caller's for 60 seconds; again every 20 "
                       "seconds, with the token in Edit-Lock, renews it. 202: the holder has been "
                       "asked to hand it over; ask again every 20 seconds. Taking over needs "
                       "edit_locks_take_over.")
          .needs(Permission::customers_write)
          .under_edit_lock()
          .also({202})
          .handle([services](const Call& call, const std::optional<service::EditLockWishDto>& wish)
                      -> Result<Reply<EditLockDto>> {
            Result<EditLockDto> lock =
                services.edit_locks.put(context_of(call, services), call.path("number"),
                                        wish.value_or(service::EditLockWishDto()));
            if (!lock) return fail(std::move(lock.error()));
            const int status = lock->token ? 200 : 202;
            return Reply<EditLockDto>{std::move(*lock), status};
          }));
  table.add(edit_lock_route(Route::del(kEditLockPath), "deleteEditLock",
                            "Lets the edit lock go, to whoever has asked for it")
                .needs(Permission::customers_write)
                .under_edit_lock()
                .handle([services](const Call& call) -> Result<void> {
                  return services.edit_locks.release(context_of(call, services),
                                                     call.path("number"));
                }));
}

}  // namespace madoguchi::api
