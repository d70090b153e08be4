// SPDX-License-Identifier: Apache-2.0
#include "core/store/edit_locks.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kFind{
    "edit_locks.find",
    "SELECT token, holder_id, holder_name, since, lease_until, asked_by, asked_by_name, "
    "asked_until FROM edit_locks WHERE customer_id = $1"};
constexpr db::Statement kMake{
    "edit_locks.make",
    "INSERT INTO edit_locks (customer_id, token, holder_id, holder_name) VALUES ($1, 0, '', '') "
    "ON CONFLICT (customer_id) DO NOTHING"};
constexpr db::Statement kHold{
    "edit_locks.hold",
    "SELECT token, holder_id, holder_name, since, lease_until, asked_by, asked_by_name, "
    "asked_until FROM edit_locks WHERE customer_id = $1",
    "SELECT token, holder_id, holder_name, since, lease_until, asked_by, asked_by_name, "
    "asked_until FROM edit_locks WHERE customer_id = $1 FOR UPDATE"};
constexpr db::Statement kSave{
    "edit_locks.save",
    "UPDATE edit_locks SET token = $2, holder_id = $3, holder_name = $4, since = $5, "
    "lease_until = $6, asked_by = $7, asked_by_name = $8, asked_until = $9 WHERE customer_id = "
    "$1"};
constexpr db::Statement kPass{
    "edit_locks.pass",
    "INSERT INTO edit_locks (customer_id, token, holder_id, holder_name) VALUES ($1, 1, $2, $3) "
    "ON CONFLICT (customer_id) DO UPDATE SET token = edit_locks.token + 1, "
    "holder_id = excluded.holder_id, holder_name = excluded.holder_name "
    "WHERE edit_locks.lease_until IS NULL"};
// Writes what is there, which is what keeps everybody else out on both engines.
constexpr db::Statement kPassWithToken{
    "edit_locks.pass_with_token",
    "UPDATE edit_locks SET token = token WHERE customer_id = $1 AND holder_id = $2 AND token = $3"};
constexpr db::Statement kRunOut{
    "edit_locks.run_out",
    "SELECT customer_id FROM edit_locks WHERE lease_until IS NOT NULL AND lease_until <= $1 "
    "ORDER BY lease_until LIMIT $2"};
constexpr db::Statement kBeginAnew{
    "edit_locks.begin_anew",
    "UPDATE edit_locks SET lease_until = $1, asked_until = NULL WHERE lease_until IS NOT NULL"};
constexpr db::Statement kDatabaseNow{
    "edit_locks.now", "SELECT 0",
    "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"};

domain::EditLock lock_of(const domain::CustomerId& customer, const db::Row& row) {
  domain::EditLock lock;
  lock.customer = customer;
  lock.token = row.integer(0);
  lock.holder = row.id<domain::AgentId>(1);
  lock.holder_name = row.string(2);
  lock.since = row.time(3);
  lock.until = row.optional_time(4);
  lock.asked_by = row.id<domain::AgentId>(5);
  lock.asked_by_name = row.string(6);
  lock.asked_until = row.optional_time(7);
  return lock;
}

}  // namespace

std::optional<domain::EditLock> EditLocks::find(const domain::CustomerId& customer) {
  const db::Rows rows = session_.run(kFind, {customer});
  if (rows.empty()) return std::nullopt;
  return lock_of(customer, rows.front());
}

domain::EditLock EditLocks::hold(const domain::CustomerId& customer) {
  session_.queue(kMake, {customer});
  const db::Rows rows = session_.run(kHold, {customer});
  return lock_of(customer, rows.front());
}

domain::EditLockMoment EditLocks::now() {
  if (session_.engine() == db::Engine::postgresql) {
    const TimePoint now = session_.run(kDatabaseNow).front().time(0);
    return {now, now};
  }
  const auto steady = clock_.steady_now().time_since_epoch();
  return {TimePoint(std::chrono::duration_cast<std::chrono::microseconds>(steady)), clock_.now()};
}

void EditLocks::save(const domain::EditLock& lock) {
  session_.queue(kSave, {lock.customer, lock.token, lock.holder, lock.holder_name, lock.since,
                         lock.until, lock.asked_by, lock.asked_by_name, lock.asked_until});
}

bool EditLocks::pass(const domain::CustomerId& customer, const domain::AgentId& agent,
                     const std::string& name) {
  return session_.run(kPass, {customer, agent, name}).affected() == 1;
}

bool EditLocks::pass(const domain::CustomerId& customer, const domain::AgentId& agent,
                     std::int64_t token) {
  return session_.run(kPassWithToken, {customer, agent, token}).affected() == 1;
}

std::vector<domain::CustomerId> EditLocks::run_out(int limit) {
  std::vector<domain::CustomerId> customers;
  const db::Rows rows = session_.run(kRunOut, {now().lease, limit});
  for (const db::Row row : db::each(rows)) customers.push_back(row.id<domain::CustomerId>(0));
  return customers;
}

void EditLocks::begin_anew() {
  if (session_.engine() == db::Engine::postgresql) return;
  session_.run(kBeginAnew, {now().lease + domain::kEditLease});
}

}  // namespace madoguchi::store
