// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/domain/edit_lock.h"
#include "core/service/dto/edit_lock_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// The edit lock of a customer's screen (C4): the first agent edits, the others read and see who
/// and since when. What needs it is decided by `take_for_change`. Each step is in the customer's
/// history and the feed, renewals are not. Safe for use by many threads.
class EditLockService {
 public:
  explicit EditLockService(const Environment& env) : env_(env) {}

  [[nodiscard]] Result<EditLockDto> get(const domain::Caller& caller, const std::string& number);
  /// With a token when the caller has the lock now; without one he has asked for it. `locked` with
  /// the holder while it is somebody else's.
  [[nodiscard]] Result<EditLockDto> put(const Context& context, const std::string& number,
                                        const EditLockWishDto& wish);
  [[nodiscard]] Result<void> release(const Context& context, const std::string& number);

  /// Ends leases that have run out, so that those who wait hear of it. Called every few seconds.
  [[nodiscard]] Result<void> end_run_out();
  /// Before anything else is done by a process that has just been started.
  [[nodiscard]] Result<void> begin_anew();

 private:
  const Environment& env_;
};

/// How the customer's lock stands, in the caller's unit of work.
[[nodiscard]] EditLockDto edit_lock_of(const Environment& env, db::Session& session,
                                       const domain::Caller& caller,
                                       const domain::CustomerId& customer);

/// Called first by every command that changes what the lock of `customers` covers, in its
/// transaction, whichever route it came by: `locked` while somebody else holds it, or when a token
/// that the caller sent is not the current one any more. When nobody holds it the caller has it
/// until the transaction ends. What the hub itself does, connectors' writes among it, passes.
///
/// It covers the customer, its addresses, labels, blacklist, memos, cards, card sessions, orders,
/// subscriptions, and an inquiry's subject, category and recorded text (contract: Customers). Such
/// a route is declared with Route::under_edit_lock.
[[nodiscard]] Result<void> take_for_change(const Environment& env, db::Session& session,
                                           const Context& context,
                                           std::vector<domain::CustomerId> customers);

}  // namespace madoguchi::service
