// SPDX-License-Identifier: Apache-2.0
#pragma once

// Who may edit a customer's screen: the first who asked for it, until he lets it go, does not renew
// it, or a supervisor takes it over.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/domain/agent.h"
#include "core/domain/case.h"
#include "core/domain/change.h"

namespace madoguchi::domain {

inline constexpr std::chrono::seconds kEditLease{60};

/// Now, twice: what leases are measured by never jumps inside one database, and is no date.
struct EditLockMoment {
  TimePoint lease;
  TimePoint wall;
};

/// The lock of one customer, held or not.
struct EditLock {
  CustomerId customer;
  std::int64_t token = 0;  ///< grows with each who had it; 0: nobody ever had
  AgentId holder;          ///< who had it last
  std::string holder_name;
  TimePoint since;
  std::optional<TimePoint> until;  ///< end of the lease; null: nobody holds it
  AgentId asked_by;                ///< who waits to be handed it over; empty: nobody
  std::string asked_by_name;
  std::optional<TimePoint> asked_until;  ///< a wish that is not repeated lapses

  [[nodiscard]] bool is_held() const { return until.has_value(); }
  [[nodiscard]] bool is_asked_for(const EditLockMoment& now) const {
    return asked_until && *asked_until > now.lease;
  }
  /// The end of the lease as a date; only while it is held.
  [[nodiscard]] TimePoint expires_at(const EditLockMoment& now) const {
    return now.wall + (*until - now.lease);
  }
};

/// Who wants something of a lock, and the tokens he believes to have.
struct EditLockSeeker {
  AgentId agent;
  std::string name;
  std::vector<std::int64_t> tokens;
};

// The rules. `lapse` comes first; the others take a lease that is there for a living one. Each
// returns what happened for the history; an empty Change is a renewal, or nothing.

/// Ends a lease that has run out.
Change lapse(EditLock& lock, const EditLockMoment& now);

/// Takes the lock when nobody holds it, renews it for its holder, whichever window he asks from.
/// `locked` "edit-locked" while somebody else holds it; "edit-lock-lost" for a token that is not
/// the current one: somebody had it since. A holder who comes back before anybody did goes on with
/// his token.
Result<Change> acquire(EditLock& lock, const EditLockSeeker& seeker, const EditLockMoment& now);

/// Lets it go, to whoever has asked for it. Nothing happens when nobody holds it.
Result<Change> release(EditLock& lock, const EditLockSeeker& seeker, const EditLockMoment& now);

/// Asks the holder to hand it over; of several who ask the first waits, the others get conflict
/// "edit-lock-asked-for". Takes it when nobody holds it.
Result<Change> ask_for(EditLock& lock, const EditLockSeeker& seeker, const EditLockMoment& now);

/// Takes it from whoever holds it; whether the seeker may is for the caller to know.
Change take_over(EditLock& lock, const EditLockSeeker& seeker, const std::string& reason,
                 const EditLockMoment& now);

[[nodiscard]] Error edit_locked(const EditLock& lock);
[[nodiscard]] Error edit_lock_lost();

}  // namespace madoguchi::domain
