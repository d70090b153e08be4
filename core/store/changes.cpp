// SPDX-License-Identifier: Apache-2.0
#include "core/store/changes.h"

#include <charconv>

#include "core/store/columns.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kAppend{
    "changes.append",
    "INSERT INTO changes (at, event, object_type, object_id, case_id, customer_id, mailboxes, "
    "actor_id, "
    "actor_name, data, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"};

constexpr db::Statement kSalt{"changes.salt", "SELECT salt FROM history_salts WHERE subject = $1"};
constexpr db::Statement kFirstSalt{"changes.first_salt",
                                   "INSERT INTO history_salts (subject, salt) VALUES ($1, $2)"};
// Of two writers the second gets what the first one made.
constexpr db::Statement kMakeSalt{
    "changes.make_salt",
    "INSERT INTO history_salts (subject, salt) VALUES ($1, $2) ON CONFLICT (subject) DO UPDATE SET "
    "salt = history_salts.salt RETURNING salt"};
constexpr db::Statement kForgetSalt{"changes.forget_salt",
                                    "DELETE FROM history_salts WHERE subject = $1"};

// PostgreSQL: entries of transactions that may still be running, or that began after one that is,
// are held back, so that (tx, seq) is an order in which nothing can appear behind a reader's back.
// Only this database's transactions count: the server's own snapshot would wait for every other
// database's too. The snapshot, whose end bounds what has begun, is taken before the statement
// looks at who is running; whoever is below the end and does not run any more has committed before
// a later unit of work takes its snapshot. (backend_xid has 32 bits, tx all 64; one that began
// after the snapshot is above its end.)
constexpr db::Statement kHorizon{
    "changes.horizon", "SELECT 9223372036854775807",
    "SELECT least(min(s.top + 2147483648 - (s.top % 4294967296 - a.backend_xid::text::bigint + "
    "6442450944) % 4294967296), s.top) FROM (SELECT "
    "pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS "
    "top) s "
    "LEFT JOIN pg_stat_activity a ON a.datname = current_database() AND a.backend_xid IS NOT NULL "
    "GROUP BY s.top"};

// No transaction that this server has seen commit is at or above its snapshot's end. Asked apart:
// the hub's role need not be allowed to update the history.
constexpr db::Statement kRestored{
    "changes.restored", "SELECT 0",
    "SELECT count(*) FROM (SELECT 1 FROM changes WHERE tx >= "
    "pg_snapshot_xmax(pg_current_snapshot())::text::bigint LIMIT 1) AS beyond"};
constexpr db::Statement kAdopt{"changes.adopt", "SELECT 0",
                               "UPDATE changes SET tx = 0 WHERE tx > 0"};

constexpr db::Statement kPlaceOf{
    "changes.place_of", "SELECT tx FROM changes WHERE seq <= $1 ORDER BY seq DESC LIMIT 1"};

// On SQLite all of one transaction: a row value with the rowid in it would be looked for from the
// beginning of the table.
constexpr db::Statement kAfter{
    "changes.after",
    "SELECT tx, seq, at, event, object_type, object_id, case_id, customer_id, mailboxes, actor_id, "
    "actor_name, data, (SELECT number FROM customers WHERE id = customer_id), sealed, (SELECT salt "
    "FROM history_salts WHERE subject = coalesce(case_id, customer_id)), (SELECT assignee_id FROM "
    "cases WHERE id = case_id), (SELECT team_id FROM cases WHERE id = case_id) FROM changes WHERE "
    "+tx >= $1 AND seq > $2 AND +tx < $3 ORDER BY seq LIMIT $4",
    "SELECT tx, seq, at, event, object_type, object_id, case_id, customer_id, mailboxes, actor_id, "
    "actor_name, data, (SELECT number FROM customers WHERE id = customer_id), sealed, (SELECT salt "
    "FROM history_salts WHERE subject = coalesce(case_id, customer_id)), (SELECT assignee_id FROM "
    "cases WHERE id = case_id), (SELECT team_id FROM cases WHERE id = case_id) FROM changes WHERE "
    "(tx, seq) > ($1, $2) AND tx < $3 ORDER BY tx, seq LIMIT $4"};

constexpr db::Statement kNewest{
    "changes.newest",
    "SELECT tx, seq FROM changes WHERE tx < $1 ORDER BY tx DESC, seq DESC LIMIT 1"};

constexpr db::Statement kBefore{
    "changes.before",
    "SELECT tx, seq FROM changes WHERE at < $1 ORDER BY tx DESC, seq DESC LIMIT 1"};

constexpr db::Statement kAt{
    "changes.at",
    "SELECT tx, seq, at, event, object_type, object_id, case_id, customer_id, mailboxes, actor_id, "
    "actor_name, data, (SELECT number FROM customers WHERE id = customer_id), sealed, (SELECT salt "
    "FROM history_salts WHERE subject = coalesce(case_id, customer_id)), (SELECT assignee_id FROM "
    "cases WHERE id = case_id), (SELECT team_id FROM cases WHERE id = case_id) FROM changes WHERE "
    "seq = $1"};

constexpr db::Statement kOfObject{
    "changes.of_object",
    "SELECT tx, seq, at, event, object_type, object_id, case_id, customer_id, mailboxes, actor_id, "
    "actor_name, data, (SELECT number FROM customers WHERE id = customer_id), sealed, (SELECT salt "
    "FROM history_salts WHERE subject = coalesce(case_id, customer_id)), (SELECT assignee_id FROM "
    "cases WHERE id = case_id), (SELECT team_id FROM cases WHERE id = case_id) FROM changes WHERE "
    "object_id = $1 ORDER BY seq DESC LIMIT $2"};

constexpr db::Statement kOfCustomer{
    "changes.of_customer",
    "SELECT tx, seq, at, event, object_type, object_id, case_id, customer_id, mailboxes, actor_id, "
    "actor_name, data, (SELECT number FROM customers WHERE id = customer_id), sealed, (SELECT salt "
    "FROM history_salts WHERE subject = coalesce(case_id, customer_id)), (SELECT assignee_id FROM "
    "cases WHERE id = case_id), (SELECT team_id FROM cases WHERE id = case_id) FROM changes WHERE "
    "customer_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3"};

/// Whom an entry is about; what is not about a person rests in the clear. Never null where it
/// counts: see append.
std::string subject_of(const ChangeEntry& entry) {
  if (entry.case_id) return entry.case_id->str();
  return entry.customer_id ? entry.customer_id->str() : std::string();
}

std::string aad_of(const ChangeEntry& entry) {
  return "changes|sealed|" + entry.event + "|" + entry.object_id + "|" +
         std::to_string(to_micros(entry.at));
}

ChangeEntry entry_of(const db::Row& row, const crypto::ShredSeal& seal) {
  ChangeEntry entry;
  entry.position = {row.integer(0), row.integer(1)};
  entry.at = row.time(2);
  entry.event = row.string(3);
  entry.object_type = row.string(4);
  entry.object_id = row.string(5);
  if (!row.is_null(6)) entry.case_id = row.id<domain::CaseId>(6);
  if (!row.is_null(7)) entry.customer_id = row.id<domain::CustomerId>(7);
  entry.mailboxes = from_column<std::vector<domain::MailboxId>>(row.text(8));
  if (!row.is_null(9)) entry.actor = row.id<domain::AgentId>(9);
  entry.actor_name = row.string(10);
  entry.fields = from_column<std::vector<domain::FieldChange>>(row.text(11));
  entry.customer_number = row.string(12);
  if (!row.is_null(15)) entry.assignee = row.id<domain::AgentId>(15);
  if (!row.is_null(16)) entry.team = row.id<domain::TeamId>(16);
  if (row.is_null(13)) return entry;
  const std::string salt = row.is_null(14) ? std::string() : row.string(14);
  if (const auto opened = seal.open(salt, aad_of(entry), row.text(13))) {
    entry.fields = from_column<std::vector<domain::FieldChange>>(*opened);
  } else {
    entry.erased = true;
  }
  return entry;
}

std::vector<ChangeEntry> entries_of(const db::Rows& rows, const crypto::ShredSeal& seal) {
  std::vector<ChangeEntry> entries;
  entries.reserve(rows.size());
  for (const db::Row row : db::each(rows)) entries.push_back(entry_of(row, seal));
  return entries;
}

}  // namespace

std::string FeedPosition::str() const {
  return std::to_string(transaction) + "-" + std::to_string(sequence);
}

std::optional<FeedPosition> FeedPosition::parse(std::string_view text) {
  FeedPosition position;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, position.transaction);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '-') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, position.sequence);
  if (second.ec != std::errc() || second.ptr != end) return std::nullopt;
  if (position.transaction < 0 || position.sequence < 0) return std::nullopt;
  return position;
}

void History::append(const ChangeEntry& entry) {
  const std::string subject = subject_of(entry);
  std::string data = to_column(entry.fields);
  std::optional<db::Bytes> sealed;
  std::string cipher;
  if (!subject.empty() && !entry.fields.empty()) {
    cipher = seal_.seal(salt_of(subject, entry.first), aad_of(entry), data);
    sealed = db::Bytes{cipher};
    data = "[]";
  }
  session_.queue(kAppend, {entry.at, entry.event, entry.object_type, entry.object_id, entry.case_id,
                           entry.customer_id, to_column(entry.mailboxes), entry.actor,
                           entry.actor_name, data, sealed});
}

std::string History::salt_of(const std::string& subject, bool first) {
  std::string salt = crypto::ShredSeal::new_salt();
  if (first) {
    session_.queue(kFirstSalt, {subject, db::Bytes{salt}});
    return salt;
  }
  const db::Rows known = session_.run(kSalt, {subject});
  if (!known.empty()) return known.front().string(0);
  return session_.run(kMakeSalt, {subject, db::Bytes{salt}}).front().string(0);
}

void History::shred(const std::string& subject) { session_.queue(kForgetSalt, {subject}); }

Changes::Horizon Changes::horizon() { return {session_.run(kHorizon).front().integer(0)}; }

void Changes::adopt_restored() {
  session_.without_time_limit();
  if (session_.run(kRestored).front().integer(0) > 0) session_.run(kAdopt);
}

FeedPosition Changes::place(FeedPosition position, Horizon below) {
  if (position.transaction >= below.transaction) {
    const db::Rows rows = session_.run(kPlaceOf, {position.sequence});
    position.transaction = rows.empty() ? 0 : rows.front().integer(0);
  }
  return position;
}

std::vector<ChangeEntry> History::after(FeedPosition after, Changes::Horizon below, int limit) {
  after = Changes(session_).place(after, below);
  return entries_of(
      session_.run(kAfter, {after.transaction, after.sequence, below.transaction, limit}), seal_);
}

FeedPosition Changes::newest(Horizon below) {
  const db::Rows rows = session_.run(kNewest, {below.transaction});
  return rows.empty() ? FeedPosition{}
                      : FeedPosition{rows.front().integer(0), rows.front().integer(1)};
}

FeedPosition Changes::before(TimePoint time) {
  const db::Rows rows = session_.run(kBefore, {time});
  return rows.empty() ? FeedPosition{}
                      : FeedPosition{rows.front().integer(0), rows.front().integer(1)};
}

std::optional<ChangeEntry> History::at(std::int64_t sequence) {
  const db::Rows rows = session_.run(kAt, {sequence});
  return rows.empty() ? std::nullopt : std::optional(entry_of(rows.front(), seal_));
}

std::vector<ChangeEntry> History::of_object(const std::string& object_id, int limit) {
  return entries_of(session_.run(kOfObject, {object_id, limit}), seal_);
}

std::vector<ChangeEntry> History::of_customer(const domain::CustomerId& id, std::int64_t before,
                                              int limit) {
  return entries_of(session_.run(kOfCustomer, {id, before, limit}), seal_);
}

}  // namespace madoguchi::store
