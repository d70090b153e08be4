// SPDX-License-Identifier: Apache-2.0
#include "core/store/accounts.h"

#include <algorithm>

#include "core/store/columns.h"

namespace madoguchi::store {
namespace {

constexpr std::string_view kAccountColumns =
    "id, name, title, type, state, reason, options, secrets, poll_every, requests, per, "
    "concurrency, overlap, start_failure, created_at, modified_at, version";

constexpr db::Statement kInsertAccount{
    "accounts.insert",
    "INSERT INTO accounts (id, name, title, type, state, reason, options, secrets, poll_every, "
    "requests, per, concurrency, overlap, start_failure, created_at, modified_at, version) VALUES "
    "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) "
    "ON CONFLICT (name) DO NOTHING"};
constexpr db::Statement kUpdateAccount{
    "accounts.update",
    "UPDATE accounts SET title = $3, state = $4, reason = $5, options = $6, secrets = $7, "
    "poll_every = $8, requests = $9, per = $10, concurrency = $11, overlap = $12, start_failure = "
    "$13, modified_at = $14, version = version + 1 WHERE id = $1 AND version = $2"};
constexpr db::Statement kRemoveErrors{"accounts.remove_errors",
                                      "DELETE FROM account_errors WHERE account_id = $1"};
constexpr db::Statement kRemoveRate{"accounts.remove_rate",
                                    "DELETE FROM account_rates WHERE account_id = $1"};
constexpr db::Statement kRemoveStreams{"accounts.remove_streams",
                                       "DELETE FROM account_streams WHERE account_id = $1"};
constexpr db::Statement kRemoveAccount{"accounts.remove", "DELETE FROM accounts WHERE id = $1"};
// One of each table whose rows are marked with an account.
constexpr db::Statement kIsUsed{
    "accounts.is_used",
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM orders WHERE account = $1) OR EXISTS (SELECT 1 FROM "
    "subscriptions WHERE account = $1) OR EXISTS (SELECT 1 FROM products WHERE account = $1) OR "
    "EXISTS (SELECT 1 FROM cards WHERE account = $1) OR EXISTS (SELECT 1 FROM card_sessions WHERE "
    "account = $1) OR EXISTS (SELECT 1 FROM survey_responses WHERE account = $1) OR EXISTS (SELECT "
    "1 FROM external_threads WHERE account = $1) OR EXISTS (SELECT 1 FROM external_messages WHERE "
    "account = $1)"};

constexpr db::Statement kAddError{
    "accounts.add_error",
    "INSERT INTO account_errors (id, account_id, at, operation, class, detail) VALUES ($1, $2, $3, "
    "$4, $5, $6)"};
constexpr db::Statement kTrimErrors{
    "accounts.trim_errors",
    "DELETE FROM account_errors WHERE account_id = $1 AND id NOT IN (SELECT id FROM account_errors "
    "WHERE account_id = $1 ORDER BY id DESC LIMIT $2)"};
constexpr db::Statement kErrors{
    "accounts.errors",
    "SELECT id, at, operation, class, detail FROM account_errors WHERE account_id = $1 ORDER BY id "
    "DESC"};

constexpr db::Statement kFullAt{"accounts.full_at",
                                "SELECT full_at FROM account_rates WHERE account_id = $1"};
constexpr db::Statement kMakeRate{
    "accounts.make_rate",
    "INSERT INTO account_rates (account_id, full_at) VALUES ($1, 0) ON CONFLICT (account_id) DO "
    "NOTHING"};
constexpr db::Statement kSetFullAt{
    "accounts.set_full_at",
    "UPDATE account_rates SET full_at = $3 WHERE account_id = $1 AND full_at = $2"};
constexpr db::Statement kSharedNow{
    "accounts.now", "SELECT CAST($1 AS BIGINT)",
    "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT) + 0 * CAST($1 AS "
    "BIGINT)"};

constexpr std::string_view kStreamColumns =
    "account_id, stream, cursor, turn, state, items, failures, more, next_at, last_success_at, "
    "complete_until, last_error, last_error_at";
constexpr db::Statement kDeclareStream{
    "account_streams.declare",
    "INSERT INTO account_streams (account_id, stream, turn, state, items, failures, more, "
    "last_error) VALUES ($1, $2, 1, 'starting', 0, 0, 0, '') ON CONFLICT (account_id, stream) DO "
    "NOTHING"};
constexpr db::Statement kNextTurn{
    "account_streams.next_turn",
    "UPDATE account_streams SET cursor = $4, turn = turn + 1, state = $5, items = $6, failures = "
    "$7, more = $8, next_at = $9, last_success_at = $10, complete_until = $11, last_error = $12, "
    "last_error_at = $13 WHERE account_id = $1 AND stream = $2 AND turn = $3"};

AccountRecord account_of(const db::Row& row) {
  AccountRecord record;
  domain::Account& value = record.value;
  value.id = row.id<domain::AccountId>(0);
  value.name = row.string(1);
  value.title = row.string(2);
  value.type = row.string(3);
  value.state = enum_column<domain::AccountState>(row.text(4));
  value.reason = row.string(5);
  value.options = from_column<std::map<std::string, std::string>>(row.text(6));
  record.sealed_secrets = row.string(7);
  value.poll_every = std::chrono::seconds(row.integer(8));
  value.requests = static_cast<int>(row.integer(9));
  value.per = std::chrono::seconds(row.integer(10));
  value.concurrency = static_cast<int>(row.integer(11));
  value.overlap = std::chrono::seconds(row.integer(12));
  value.start_failure = enum_column<domain::StartFailure>(row.text(13));
  value.created_at = row.time(14);
  value.modified_at = row.time(15);
  value.version = row.integer(16);
  return record;
}

StreamRecord stream_of(const db::Row& row) {
  StreamRecord record;
  record.account = row.id<domain::AccountId>(0);
  record.stream = row.string(1);
  record.sealed_cursor = row.string(2);
  record.turn = row.integer(3);
  record.state = enum_column<StreamState>(row.text(4));
  record.items = row.integer(5);
  record.failures = row.integer(6);
  record.more = row.boolean(7);
  record.next_at = row.optional_time(8);
  record.last_success_at = row.optional_time(9);
  record.complete_until = row.optional_time(10);
  record.last_error = row.string(11);
  record.last_error_at = row.optional_time(12);
  return record;
}

/// Nothing is null, not an empty value.
std::optional<db::Bytes> bytes_or_null(const std::string& sealed) {
  return sealed.empty() ? std::nullopt : std::optional(db::Bytes{sealed});
}

std::optional<AccountRecord> first_account(const db::Rows& rows) {
  return rows.empty() ? std::nullopt : std::optional(account_of(rows.front()));
}

std::vector<StreamRecord> streams_in(const db::Rows& rows) {
  std::vector<StreamRecord> found;
  for (const db::Row row : db::each(rows)) found.push_back(stream_of(row));
  return found;
}

}  // namespace

bool Accounts::insert(const AccountRecord& record) {
  const domain::Account& value = record.value;
  return session_
             .run(kInsertAccount,
                  {value.id, value.name, value.title, value.type, enum_name(value.state),
                   value.reason, to_column(value.options), bytes_or_null(record.sealed_secrets),
                   std::int64_t{value.poll_every.count()}, value.requests,
                   std::int64_t{value.per.count()}, value.concurrency,
                   std::int64_t{value.overlap.count()}, enum_name(value.start_failure),
                   value.created_at, value.modified_at, value.version})
             .affected() == 1;
}

bool Accounts::update(AccountRecord& record) {
  domain::Account& value = record.value;
  const db::Rows rows = session_.run(
      kUpdateAccount,
      {value.id, value.version, value.title, enum_name(value.state), value.reason,
       to_column(value.options), bytes_or_null(record.sealed_secrets),
       std::int64_t{value.poll_every.count()}, value.requests, std::int64_t{value.per.count()},
       value.concurrency, std::int64_t{value.overlap.count()}, enum_name(value.start_failure),
       value.modified_at});
  if (rows.affected() != 1) return false;
  ++value.version;
  return true;
}

void Accounts::remove(const domain::AccountId& id) {
  for (const db::Statement& one : {kRemoveErrors, kRemoveRate, kRemoveStreams, kRemoveAccount}) {
    session_.run(one, {id});
  }
}

std::optional<AccountRecord> Accounts::by_id(const domain::AccountId& id) {
  static const std::string sql =
      "SELECT " + std::string(kAccountColumns) + " FROM accounts WHERE id = $1";
  return first_account(session_.run({"accounts.by_id", sql}, {id}));
}

std::optional<AccountRecord> Accounts::by_name(const std::string& name) {
  static const std::string sql =
      "SELECT " + std::string(kAccountColumns) + " FROM accounts WHERE name = $1";
  return first_account(session_.run({"accounts.by_name", sql}, {name}));
}

std::vector<AccountRecord> Accounts::all() {
  static const std::string sql =
      "SELECT " + std::string(kAccountColumns) +
      " FROM accounts ORDER BY CASE WHEN state = 'archived' THEN 1 ELSE 0 END, name";
  std::vector<AccountRecord> found;
  const db::Rows rows = session_.run({"accounts.all", sql});
  for (const db::Row row : db::each(rows)) found.push_back(account_of(row));
  return found;
}

bool Accounts::is_used(const std::string& name) { return !session_.run(kIsUsed, {name}).empty(); }

void Accounts::add_error(const domain::AccountId& account, const AccountErrorRecord& error,
                         int most) {
  session_.run(kAddError,
               {error.id, account, error.at, error.operation, error.failure_class, error.detail});
  session_.run(kTrimErrors, {account, most});
}

std::vector<AccountErrorRecord> Accounts::errors(const domain::AccountId& account) {
  std::vector<AccountErrorRecord> found;
  const db::Rows rows = session_.run(kErrors, {account});
  for (const db::Row row : db::each(rows)) {
    found.push_back({row.string(0), row.time(1), row.string(2), row.string(3), row.string(4)});
  }
  return found;
}

TimePoint Accounts::full_at(const domain::AccountId& account) {
  const db::Rows rows = session_.run(kFullAt, {account});
  return rows.empty() ? TimePoint{} : rows.front().time(0);
}

bool Accounts::set_full_at(const domain::AccountId& account, TimePoint before, TimePoint after) {
  if (before == TimePoint{}) session_.run(kMakeRate, {account});
  return session_.run(kSetFullAt, {account, before, after}).affected() == 1;
}

TimePoint Accounts::now(TimePoint own) { return session_.run(kSharedNow, {own}).front().time(0); }

void AccountStreams::declare(const domain::AccountId& account, const std::string& stream) {
  session_.run(kDeclareStream, {account, stream});
}

std::optional<StreamRecord> AccountStreams::find(const domain::AccountId& account,
                                                 const std::string& stream) {
  static const std::string sql = "SELECT " + std::string(kStreamColumns) +
                                 " FROM account_streams WHERE account_id = $1 AND stream = $2";
  const db::Rows rows = session_.run({"account_streams.find", sql}, {account, stream});
  return rows.empty() ? std::nullopt : std::optional(stream_of(rows.front()));
}

std::vector<StreamRecord> AccountStreams::of(const domain::AccountId& account) {
  static const std::string sql = "SELECT " + std::string(kStreamColumns) +
                                 " FROM account_streams WHERE account_id = $1 ORDER BY stream";
  return streams_in(session_.run({"account_streams.of", sql}, {account}));
}

std::vector<StreamRecord> AccountStreams::all() {
  static const std::string sql =
      "SELECT " + std::string(kStreamColumns) + " FROM account_streams ORDER BY account_id, stream";
  return streams_in(session_.run({"account_streams.all", sql}));
}

bool AccountStreams::next_turn(StreamRecord& record) {
  const db::Rows rows = session_.run(
      kNextTurn,
      {record.account, record.stream, record.turn, bytes_or_null(record.sealed_cursor),
       enum_name(record.state), record.items, record.failures, record.more, record.next_at,
       record.last_success_at, record.complete_until, record.last_error, record.last_error_at});
  if (rows.affected() != 1) return false;
  ++record.turn;
  return true;
}

}  // namespace madoguchi::store
