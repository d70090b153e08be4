// SPDX-License-Identifier: Apache-2.0
#include "core/store/deliveries.h"

#include "core/store/case_scope.h"
#include "core/store/columns.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kReport{
    "deliveries.report",
    "UPDATE deliveries SET state = $3, detail = $4, at = $5, reason = $6, status_code = $7, "
    "report_id = $8 WHERE message_id = $1 AND address = $2"};
constexpr db::Statement kWentTo{
    "deliveries.went_to",
    "SELECT 1 FROM deliveries WHERE message_id = $1 AND address_key IN (SELECT address_key FROM "
    "customer_emails WHERE customer_id = $2) AND state NOT IN ('draft', 'awaiting_approval', "
    "'scheduled')"};
constexpr db::Statement kSuppress{
    "suppressions.insert",
    "INSERT INTO suppressions (address_key, address, reason, detail, message_id, at) "
    "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (address_key) DO NOTHING"};
constexpr db::Statement kSuppressed{"suppressions.find",
                                    "SELECT 1 FROM suppressions WHERE address_key = $1"};
constexpr db::Statement kRelease{"suppressions.release",
                                 "DELETE FROM suppressions WHERE address_key = $1"};
constexpr db::Statement kAcknowledge{
    "acknowledgements.claim",
    "INSERT INTO acknowledgements (address_key, message_id, at) VALUES ($1, $2, $3) "
    "ON CONFLICT (address_key) DO UPDATE SET message_id = excluded.message_id, at = excluded.at "
    "WHERE acknowledgements.at <= $4"};
constexpr db::Statement kAcknowledged{"acknowledgements.count",
                                      "SELECT count(*) FROM acknowledgements WHERE at > $1"};

/// Conditions and their values, grown together. Views that are bound must outlive it.
class Filter {
 public:
  std::string bind(db::Param value) {
    params_.push_back(value);
    return "$" + std::to_string(params_.size());
  }
  void add(const std::string& condition) {
    where_ += (where_.empty() ? " WHERE " : " AND ") + condition;
  }
  void in_scope(const domain::Scope& scope) {
    const std::string seen = case_in_scope(*this, scope);
    if (!seen.empty()) add(seen);
  }
  [[nodiscard]] db::Rows run(db::Session& session, const char* name, const std::string& select,
                             const std::string& order, int limit) const {
    const std::string text = select + where_ + order + " LIMIT " + std::to_string(limit);
    return session.run({name, text}, params_.data(), params_.size());
  }

 private:
  std::string where_;
  std::vector<db::Param> params_;
};

/// What the query asks for, but for where a page goes on.
void narrow(Filter& filter, const DeliveryQuery& query) {
  std::string states;
  for (const domain::DeliveryState state : query.states)
    states += (states.empty() ? "" : ", ") + filter.bind(enum_name(state));
  if (!states.empty()) filter.add("d.state IN (" + states + ")");
  if (!query.address_key.empty()) filter.add("d.address_key = " + filter.bind(query.address_key));
  if (query.customer) {
    filter.add("d.address_key IN (SELECT address_key FROM customer_emails WHERE customer_id = " +
               filter.bind(*query.customer) +
               ") AND d.state NOT IN ('draft', 'awaiting_approval', 'scheduled')");
  }
  filter.in_scope(query.scope);
}

}  // namespace

void Deliveries::report(const domain::MessageId& id, const domain::Delivery& delivery,
                        const domain::IntakeId& report) {
  session_.run(kReport, {id, delivery.address, enum_name(delivery.state), delivery.detail,
                         delivery.at, delivery.reason, delivery.status_code, report});
}

std::vector<DeliveryRecord> Deliveries::list(const DeliveryQuery& query) {
  Filter filter;
  narrow(filter, query);
  if (query.after) {
    const std::string at = filter.bind(query.after->at);
    const std::string message = filter.bind(query.after->message);
    const std::string address = filter.bind(query.after->address);
    filter.add("(d.at, d.message_id, d.address) < (" + at + ", " + message + ", " + address + ")");
  }
  const db::Rows rows = filter.run(
      session_, "deliveries.list",
      "SELECT d.message_id, d.address, d.state, d.detail, d.at, d.reason, d.status_code, "
      "d.report_id, c.seq, EXISTS (SELECT 1 FROM suppressions s "
      "WHERE s.address_key = d.address_key), m.subject "
      "FROM deliveries d JOIN messages m ON m.id = d.message_id JOIN cases c ON c.id = m.case_id",
      " ORDER BY d.at DESC, d.message_id DESC, d.address DESC", query.limit + 1);
  std::vector<DeliveryRecord> records;
  for (const db::Row row : db::each(rows)) {
    DeliveryRecord record;
    record.message = row.id<domain::MessageId>(0);
    record.value = {row.string(1),  enum_column<domain::DeliveryState>(row.text(2)),
                    row.string(3),  row.time(4),
                    row.string(5),  row.string(6),
                    !row.is_null(7)};
    record.case_sequence = row.integer(8);
    record.suppressed = row.boolean(9);
    record.subject = row.string(10);
    records.push_back(std::move(record));
  }
  return records;
}

int Deliveries::count(const DeliveryQuery& query) {
  Filter filter;
  narrow(filter, query);
  // One row each, so that counting can stop.
  return static_cast<int>(
      filter
          .run(session_, "deliveries.count",
               "SELECT 1 FROM deliveries d JOIN messages m ON m.id = d.message_id JOIN cases c ON "
               "c.id = m.case_id",
               "", query.limit)
          .size());
}

bool Deliveries::went_to(const domain::MessageId& id, const domain::CustomerId& customer) {
  return !session_.run(kWentTo, {id, customer}).empty();
}

bool Deliveries::suppress(const Suppression& suppression) {
  return session_
             .run(kSuppress, {suppression.address_key, suppression.address, suppression.reason,
                              suppression.detail, suppression.message, suppression.at})
             .affected() == 1;
}

bool Deliveries::suppressed(const std::string& address_key) {
  return !session_.run(kSuppressed, {address_key}).empty();
}

std::vector<Suppression> Deliveries::suppressions(const SuppressionQuery& query) {
  Filter filter;
  if (!query.address_key.empty()) filter.add("s.address_key = " + filter.bind(query.address_key));
  filter.in_scope(query.scope);
  if (query.after) {
    const std::string at = filter.bind(query.after->at);
    const std::string key = filter.bind(query.after->message);
    filter.add("(s.at, s.address_key) < (" + at + ", " + key + ")");
  }
  const db::Rows rows = filter.run(
      session_, "suppressions.list",
      "SELECT s.address_key, s.address, s.reason, s.detail, s.message_id, c.seq, s.at "
      "FROM suppressions s JOIN messages m ON m.id = s.message_id JOIN cases c ON c.id = m.case_id",
      " ORDER BY s.at DESC, s.address_key DESC", query.limit + 1);
  std::vector<Suppression> found;
  for (const db::Row row : db::each(rows)) {
    found.push_back({row.string(0), row.string(1), row.string(2), row.string(3),
                     row.id<domain::MessageId>(4), row.integer(5), row.time(6)});
  }
  return found;
}

void Deliveries::release(const std::string& address_key) { session_.run(kRelease, {address_key}); }

bool Deliveries::claim_acknowledgement(const std::string& address_key,
                                       const domain::MessageId& message, TimePoint now,
                                       TimePoint not_since) {
  return session_.run(kAcknowledge, {address_key, message, now, not_since}).affected() == 1;
}

std::int64_t Deliveries::acknowledgements_since(TimePoint since) {
  return session_.run(kAcknowledged, {since}).front().integer(0);
}

}  // namespace madoguchi::store
