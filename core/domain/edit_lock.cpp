// SPDX-License-Identifier: Apache-2.0
#include "core/domain/edit_lock.h"

#include <algorithm>

namespace madoguchi::domain {
namespace {

bool is_holder(const EditLock& lock, const EditLockSeeker& seeker) {
  return lock.token != 0 && lock.holder == seeker.agent;
}

/// Whoever names a token has to have the current one.
bool token_fits(const EditLock& lock, const EditLockSeeker& seeker) {
  return seeker.tokens.empty() ||
         std::find(seeker.tokens.begin(), seeker.tokens.end(), lock.token) != seeker.tokens.end();
}

void forget_wish(EditLock& lock) {
  lock.asked_by = AgentId();
  lock.asked_by_name.clear();
  lock.asked_until.reset();
}

void lease(EditLock& lock, const EditLockMoment& now) { lock.until = now.lease + kEditLease; }

/// The lock becomes `agent`'s under a new token.
Change give(EditLock& lock, const char* event, const AgentId& agent, const std::string& name,
            const EditLockMoment& now) {
  const std::string before = lock.is_held() ? lock.holder_name : "";
  ++lock.token;
  lock.holder = agent;
  lock.holder_name = name;
  lock.since = now.wall;
  lease(lock, now);
  if (lock.asked_by == agent) forget_wish(lock);
  return {event, {{"holder", before, name}, {"token", "", std::to_string(lock.token)}}};
}

}  // namespace

Error edit_locked(const EditLock& lock) {
  Error error;
  error.code = ErrorCode::locked;
  error.type = "edit-locked";
  error.message = {lock.holder_name + " is editing this customer.",
                   lock.holder_name + "さんがこの顧客を編集中です。"};
  return error;
}

Error edit_lock_lost() {
  Error error;
  error.code = ErrorCode::locked;
  error.type = "edit-lock-lost";
  error.message = {
      "Somebody else has edited this customer since. Keep what you typed, load it anew and go on.",
      "他の人がこの顧客を編集しました。入力内容を控えてから、再読み込みして続けてください。"};
  return error;
}

Change lapse(EditLock& lock, const EditLockMoment& now) {
  if (!lock.until || *lock.until > now.lease) return {};
  lock.until.reset();
  return {"edit_lock.expired", {{"holder", lock.holder_name, ""}}};
}

Result<Change> acquire(EditLock& lock, const EditLockSeeker& seeker, const EditLockMoment& now) {
  if (lock.is_held() && !is_holder(lock, seeker)) return fail(edit_locked(lock));
  if (!seeker.tokens.empty() && !(is_holder(lock, seeker) && token_fits(lock, seeker))) {
    return fail(edit_lock_lost());
  }
  if (lock.is_held()) {
    lease(lock, now);
    return Change{};
  }
  if (seeker.tokens.empty()) {
    return give(lock, "edit_lock.acquired", seeker.agent, seeker.name, now);
  }
  lock.since = now.wall;
  lease(lock, now);
  return Change{"edit_lock.acquired",
                {{"holder", "", lock.holder_name}, {"token", "", std::to_string(lock.token)}}};
}

Result<Change> release(EditLock& lock, const EditLockSeeker& seeker, const EditLockMoment& now) {
  if (!lock.is_held()) return Change{};
  if (!is_holder(lock, seeker)) return fail(edit_locked(lock));
  if (!token_fits(lock, seeker)) return fail(edit_lock_lost());
  if (lock.is_asked_for(now)) {
    return give(lock, "edit_lock.handed_over", AgentId(lock.asked_by),
                std::string(lock.asked_by_name), now);
  }
  lock.until.reset();
  return Change{"edit_lock.released", {{"holder", lock.holder_name, ""}}};
}

Result<Change> ask_for(EditLock& lock, const EditLockSeeker& seeker, const EditLockMoment& now) {
  if (!lock.is_held() || is_holder(lock, seeker)) return acquire(lock, seeker, now);
  const bool asked = lock.is_asked_for(now);
  if (asked && lock.asked_by != seeker.agent) {
    return fail(
        Error::conflict("edit-lock-asked-for",
                        {lock.asked_by_name + " has asked for it already.",
                         "すでに" + lock.asked_by_name + "さんが引き継ぎを依頼しています。"}));
  }
  lock.asked_by = seeker.agent;
  lock.asked_by_name = seeker.name;
  lock.asked_until = now.lease + kEditLease;
  if (asked) return Change{};
  return Change{"edit_lock.asked_for", {{"asked_by", "", seeker.name}}};
}

Change take_over(EditLock& lock, const EditLockSeeker& seeker, const std::string& reason,
                 const EditLockMoment& now) {
  if (lock.is_held() && is_holder(lock, seeker)) {
    lease(lock, now);
    return {};
  }
  const bool held = lock.is_held();
  Change change = give(lock, held ? "edit_lock.taken_over" : "edit_lock.acquired", seeker.agent,
                       seeker.name, now);
  if (held) change.fields.push_back({"reason", "", reason});
  return change;
}

}  // namespace madoguchi::domain
