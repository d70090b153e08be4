// SPDX-License-Identifier: Apache-2.0
#include "core/store/fetch_cursors.h"

#include "core/store/columns.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kRetire{"fetch_cursors.retire",
                                "UPDATE fetch_cursors SET active = 0 WHERE active = 1"};
constexpr db::Statement kDeclare{
    "fetch_cursors.declare",
    "INSERT INTO fetch_cursors (mailbox_id, account, active, mails, state, last_error) "
    "VALUES ($1, $2, 1, 0, 'starting', '') "
    "ON CONFLICT (mailbox_id, account) DO UPDATE SET active = 1"};
constexpr db::Statement kClaim{
    "fetch_cursors.claim",
    "UPDATE fetch_cursors SET owner = $3, lease_until = $4 "
    "WHERE mailbox_id = $1 AND account = $2 AND active = 1 "
    "RETURNING mailbox_id, account, cursor, mails, state, last_success_at, last_error, "
    "last_error_at",
    "UPDATE fetch_cursors SET owner = $3, "
    "lease_until = CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT) + $4 "
    "WHERE mailbox_id = $1 AND account = $2 AND active = 1 AND (owner IS NULL OR owner = $3 OR "
    "lease_until < CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)) "
    "RETURNING mailbox_id, account, cursor, mails, state, last_success_at, last_error, "
    "last_error_at"};
constexpr db::Statement kRelease{"fetch_cursors.release",
                                 "UPDATE fetch_cursors SET owner = NULL, lease_until = NULL "
                                 "WHERE mailbox_id = $1 AND account = $2 AND owner = $3"};
constexpr db::Statement kAdvance{
    "fetch_cursors.advance",
    "UPDATE fetch_cursors SET cursor = $4, mails = mails + $5, lease_until = $6 "
    "WHERE mailbox_id = $1 AND account = $2 AND owner = $3",
    "UPDATE fetch_cursors SET cursor = $4, mails = mails + $5, "
    "lease_until = CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT) + $6 "
    "WHERE mailbox_id = $1 AND account = $2 AND owner = $3"};
constexpr db::Statement kSucceeded{"fetch_cursors.succeeded",
                                   "UPDATE fetch_cursors SET state = 'good', last_success_at = $4 "
                                   "WHERE mailbox_id = $1 AND account = $2 AND owner = $3"};
constexpr db::Statement kFailed{
    "fetch_cursors.failed",
    "UPDATE fetch_cursors SET state = 'failing', last_error = $4, last_error_at = $5 "
    "WHERE mailbox_id = $1 AND account = $2 AND owner = $3"};
constexpr db::Statement kAll{
    "fetch_cursors.all",
    "SELECT mailbox_id, account, cursor, mails, state, last_success_at, last_error, last_error_at "
    "FROM fetch_cursors WHERE active = 1"};

FetchRecord record_of(const db::Row& row) {
  FetchRecord record;
  record.key = {row.id<domain::MailboxId>(0), row.string(1)};
  record.sealed_cursor = row.string(2);
  record.mails = row.integer(3);
  record.state = enum_column<FetchState>(row.text(4));
  record.last_success_at = row.optional_time(5);
  record.last_error = row.string(6);
  record.last_error_at = row.optional_time(7);
  return record;
}

std::int64_t micros(std::chrono::seconds time) { return std::chrono::microseconds(time).count(); }

}  // namespace

void FetchCursors::declare(const std::vector<FetchAccountKey>& keys) {
  session_.run(kRetire);
  for (const FetchAccountKey& key : keys) session_.run(kDeclare, {key.mailbox, key.account});
}

std::optional<FetchRecord> FetchCursors::claim(const FetchAccountKey& key, const std::string& owner,
                                               std::chrono::seconds lease) {
  const db::Rows rows = session_.run(kClaim, {key.mailbox, key.account, owner, micros(lease)});
  return rows.empty() ? std::nullopt : std::optional(record_of(rows.front()));
}

void FetchCursors::release(const FetchAccountKey& key, const std::string& owner) {
  session_.run(kRelease, {key.mailbox, key.account, owner});
}

bool FetchCursors::advance(const FetchAccountKey& key, const std::string& owner,
                           std::string_view sealed_cursor, std::int64_t mails,
                           std::chrono::seconds lease) {
  return session_
             .run(kAdvance,
                  {key.mailbox, key.account, owner, db::Bytes{sealed_cursor}, mails, micros(lease)})
             .affected() == 1;
}

bool FetchCursors::succeeded(const FetchAccountKey& key, const std::string& owner, TimePoint at) {
  return session_.run(kSucceeded, {key.mailbox, key.account, owner, at}).affected() == 1;
}

bool FetchCursors::failed(const FetchAccountKey& key, const std::string& owner,
                          const std::string& error, TimePoint at) {
  return session_.run(kFailed, {key.mailbox, key.account, owner, error, at}).affected() == 1;
}

std::vector<FetchRecord> FetchCursors::all() {
  std::vector<FetchRecord> records;
  const db::Rows rows = session_.run(kAll);
  for (const db::Row row : db::each(rows)) records.push_back(record_of(row));
  return records;
}

}  // namespace madoguchi::store
