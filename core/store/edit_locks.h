// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/edit_lock.h"

namespace madoguchi::store {

/// Edit locks of customers. Leases are measured by PostgreSQL's clock there, so that the clocks of
/// several daemons do not matter, and by the steady clock of the only process on SQLite.
class EditLocks {
 public:
  EditLocks(db::Session& session, const Clock& clock) : session_(session), clock_(clock) {}

  /// As it was last written, its lease perhaps run out; nullopt when there never was one.
  [[nodiscard]] std::optional<domain::EditLock> find(const domain::CustomerId& customer);
  /// As `find`, made when there is none, and nobody else's until this unit of work ends.
  [[nodiscard]] domain::EditLock hold(const domain::CustomerId& customer);
  /// Asked for after `hold`, whose waiting may have taken a while.
  [[nodiscard]] domain::EditLockMoment now();
  /// Of one that this unit of work holds.
  void save(const domain::EditLock& lock);

  /// Takes the lock for the rest of this unit of work, under a new token: who has an older one is
  /// told. False, and nothing changed, while it is leased, even when the lease has run out.
  [[nodiscard]] bool pass(const domain::CustomerId& customer, const domain::AgentId& agent,
                          const std::string& name);
  /// The same for who had it last and has its token.
  [[nodiscard]] bool pass(const domain::CustomerId& customer, const domain::AgentId& agent,
                          std::int64_t token);

  /// Customers whose lease has run out.
  [[nodiscard]] std::vector<domain::CustomerId> run_out(int limit);
  /// At the start of the only process on SQLite: the clock of the one before means nothing any
  /// more. Who held a lock then may go on with it, for one lease.
  void begin_anew();

 private:
  db::Session& session_;
  const Clock& clock_;
};

}  // namespace madoguchi::store
