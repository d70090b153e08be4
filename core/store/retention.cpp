// SPDX-License-Identifier: Apache-2.0
#include "core/store/retention.h"

#include "core/store/columns.h"

namespace madoguchi::json {

using store::RetentionRules;

const Fields& Table<RetentionRules>::fields() {
  constexpr std::int64_t kLongest = 36'500;
  static const Fields table = json::fields<RetentionRules>(
      field("closed_cases_days", &RetentionRules::closed_cases_days,
            "Resolved and closed cases are erased when they were not touched for so long; null: "
            "never.")
          .range(30, kLongest),
      field("original_mails_days", &RetentionRules::original_mails_days,
            "Mails as they came are given up after so long; what was read from them stays; null: "
            "never.")
          .range(30, kLongest),
      field("idle_customers_days", &RetentionRules::idle_customers_days,
            "Customers are erased when nothing happened for so long: no change, case, order or "
            "subscription; null: never.")
          .range(30, kLongest),
      field("sightings_days", &RetentionRules::sightings_days,
            "Who saw whom is forgotten after so long; null: never.")
          .range(30, kLongest));
  return table;
}

}  // namespace madoguchi::json

namespace madoguchi::store {
namespace {

constexpr db::Statement kGet{"retention.get", "SELECT rules, version FROM retention WHERE id = 1"};
constexpr db::Statement kPut{
    "retention.put",
    "UPDATE retention SET rules = $1, version = version + 1 WHERE id = 1 AND version = $2"};

constexpr db::Statement kClosedCases{
    "retention.closed_cases",
    "SELECT c.seq FROM cases c WHERE c.modified_at < $1 AND c.erased_at IS NULL AND c.status IN "
    "('resolved', 'closed') AND NOT EXISTS (SELECT 1 FROM legal_holds h WHERE h.customer_id = "
    "c.customer_id) ORDER BY c.modified_at, c.seq LIMIT $2"};

constexpr db::Statement kOriginalMails{
    "retention.original_mails",
    "SELECT i.received_at, i.id FROM intake i WHERE (i.received_at, i.id) > ($1, $2) AND "
    "i.received_at < $3 AND i.outcome NOT IN ('undecided', 'quarantined') AND EXISTS (SELECT 1 "
    "FROM "
    "blobs b WHERE b.id = i.id) AND NOT EXISTS (SELECT 1 FROM cases c JOIN legal_holds h ON "
    "h.customer_id = c.customer_id WHERE c.seq = i.case_seq) ORDER BY i.received_at, i.id LIMIT "
    "$4"};

// What counts as something that happened, beside the customer's own row.
constexpr db::Statement kIdle{
    "retention.idle_customers",
    "SELECT u.seq, u.id, CASE WHEN u.modified_at < $2 AND u.erased_at IS NULL AND u.merged_into IS "
    "NULL AND NOT EXISTS (SELECT 1 FROM legal_holds h WHERE h.customer_id = u.id) AND NOT EXISTS "
    "(SELECT 1 FROM cases c WHERE c.customer_id = u.id AND (c.modified_at >= $2 OR c.status IN "
    "('new', 'open', 'pending'))) AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = "
    "u.id "
    "AND (o.modified_at >= $2 OR o.state IN ('received', 'on_hold', 'preparing', 'shipped'))) AND "
    "NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.customer_id = u.id AND s.state <> "
    "'canceled') THEN 1 ELSE 0 END FROM customers u WHERE u.seq > $1 ORDER BY u.seq LIMIT $3"};

constexpr db::Statement kForgetSightings{
    "retention.forget_sightings",
    "DELETE FROM sightings WHERE (customer_id, hour, agent_id, way) IN (SELECT customer_id, hour, "
    "agent_id, way FROM sightings WHERE at < $1 LIMIT $2)"};
constexpr db::Statement kCountSightings{
    "retention.count_sightings",
    "SELECT count(*) FROM (SELECT 1 FROM sightings WHERE at < $1 LIMIT $2) AS old"};

}  // namespace

Retention::Record Retention::get() {
  const db::Rows rows = session_.run(kGet);
  return {from_column<RetentionRules>(rows.front().text(0)), rows.front().integer(1)};
}

bool Retention::put(Record& record) {
  if (session_.run(kPut, {to_column(record.rules), record.version}).affected() != 1) return false;
  ++record.version;
  return true;
}

std::vector<std::int64_t> Retention::closed_cases(TimePoint before, int limit) {
  std::vector<std::int64_t> sequences;
  const db::Rows rows = session_.run(kClosedCases, {before, limit});
  for (const db::Row row : db::each(rows)) sequences.push_back(row.integer(0));
  return sequences;
}

std::vector<Retention::Mail> Retention::original_mails(const Mail& after, TimePoint before,
                                                       int limit) {
  std::vector<Mail> mails;
  const db::Rows rows = session_.run(kOriginalMails, {after.received_at, after.id, before, limit});
  for (const db::Row row : db::each(rows)) mails.push_back({row.integer(0), row.string(1)});
  return mails;
}

std::vector<domain::CustomerId> Retention::idle_customers(std::int64_t& after, TimePoint before,
                                                          int rows, bool& more) {
  std::vector<domain::CustomerId> idle;
  const db::Rows found = session_.run(kIdle, {after, before, rows});
  for (const db::Row row : db::each(found)) {
    after = row.integer(0);
    if (row.boolean(2)) idle.push_back(row.id<domain::CustomerId>(1));
  }
  more = found.size() == static_cast<std::size_t>(rows);
  return idle;
}

std::int64_t Retention::forget_sightings(TimePoint before, int limit) {
  return static_cast<std::int64_t>(session_.run(kForgetSightings, {before, limit}).affected());
}

std::int64_t Retention::count_sightings(TimePoint before, int limit) {
  return session_.run(kCountSightings, {before, limit}).front().integer(0);
}

}  // namespace madoguchi::store
