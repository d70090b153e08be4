// SPDX-License-Identifier: Apache-2.0
#include "core/store/customer_merges.h"

#include "core/store/customer_columns.h"
#include "core/store/customer_parts.h"

namespace madoguchi::store {
namespace {

/// As customer_merges.kept has it.
struct Kept {
  domain::Customer before;
  domain::Customer after;
  CustomerBelongings moved;
};

}  // namespace
}  // namespace madoguchi::store

namespace madoguchi::json {

/// What merging may change of a customer.
template <>
struct Table<domain::Customer> {
  static constexpr const char* name = "KeptCustomer";
  static const Fields& fields() {
    using domain::Customer;
    static const Fields table = json::fields<Customer>(
        field("family_name", &Customer::family_name, ""),
        field("given_name", &Customer::given_name, ""),
        field("family_name_kana", &Customer::family_name_kana, ""),
        field("given_name_kana", &Customer::given_name_kana, ""),
        field("company", &Customer::company, ""), field("emails", &Customer::emails, ""),
        field("phones", &Customer::phones, ""), field("external_ids", &Customer::external_ids, ""),
        field("billing_address", &Customer::billing_address, ""),
        field("labels", &Customer::labels, ""), field("tags", &Customer::tags, ""),
        field("blacklisted", &Customer::blacklisted, ""),
        field("blacklist_reasons", &Customer::blacklist_reasons, ""),
        field("language", &Customer::language, ""), field("time_zone", &Customer::time_zone, ""),
        field("birthday", &Customer::birthday, ""), field("sex", &Customer::sex, ""),
        field("standing", &Customer::standing, ""));
    return table;
  }
};

template <>
struct Table<store::CustomerBelongings> {
  static constexpr const char* name = "Belongings";
  static const Fields& fields() {
    using store::CustomerBelongings;
    static const Fields table = json::fields<CustomerBelongings>(
        field("cases", &CustomerBelongings::cases, ""),
        field("memos", &CustomerBelongings::memos, ""),
        field("addresses", &CustomerBelongings::addresses, ""),
        field("orders", &CustomerBelongings::orders, "").optional(),
        field("cards", &CustomerBelongings::cards, "").optional(),
        field("card_sessions", &CustomerBelongings::card_sessions, "").optional(),
        field("surveys", &CustomerBelongings::surveys, "").optional(),
        field("subscriptions", &CustomerBelongings::subscriptions, "").optional());
    return table;
  }
};

template <>
struct Table<store::Kept> {
  static constexpr const char* name = "KeptMerge";
  static const Fields& fields() {
    static const Fields table = json::fields<store::Kept>(field("before", &store::Kept::before, ""),
                                                          field("after", &store::Kept::after, ""),
                                                          field("moved", &store::Kept::moved, ""));
    return table;
  }
};

}  // namespace madoguchi::json

namespace madoguchi::store {
namespace {

constexpr db::Statement kInsert{
    "customer_merges.insert",
    "INSERT INTO customer_merges (source_id, target_id, kept, at) VALUES ($1, $2, $3, $4)"};
constexpr db::Statement kStanding{
    "customer_merges.standing",
    "SELECT seq, target_id, kept, at FROM customer_merges WHERE source_id = $1 AND undone_at IS "
    "NULL ORDER BY seq DESC LIMIT 1"};
constexpr db::Statement kUndone{"customer_merges.undone",
                                "UPDATE customer_merges SET undone_at = $2 WHERE seq = $1"};
constexpr db::Statement kCases{"customer_merges.cases",
                               "SELECT seq FROM cases WHERE customer_id = $1 ORDER BY seq"};
constexpr db::Statement kMemos{"customer_merges.memos",
                               "SELECT id FROM customer_memos WHERE customer_id = $1 ORDER BY id"};
constexpr db::Statement kOrders{"customer_merges.orders",
                                "SELECT seq FROM orders WHERE customer_id = $1 ORDER BY seq"};
constexpr db::Statement kCards{"customer_merges.cards",
                               "SELECT id FROM cards WHERE customer_id = $1 ORDER BY id"};
constexpr db::Statement kCardSessions{
    "customer_merges.card_sessions",
    "SELECT id FROM card_sessions WHERE customer_id = $1 ORDER BY id"};
constexpr db::Statement kMoveCards{
    "customer_merges.move_cards",
    "UPDATE cards SET customer_id = $3, version = version + 1 WHERE customer_id = $2 AND id IN "
    "(SELECT value FROM json_each($1))",
    "UPDATE cards SET customer_id = $3, version = version + 1 WHERE customer_id = $2 AND id IN "
    "(SELECT json_array_elements_text($1::json))"};
constexpr db::Statement kMoveCardSessions{
    "customer_merges.move_card_sessions",
    "UPDATE card_sessions SET customer_id = $3, version = version + 1 WHERE customer_id = $2 AND "
    "id IN (SELECT value FROM json_each($1))",
    "UPDATE card_sessions SET customer_id = $3, version = version + 1 WHERE customer_id = $2 AND "
    "id IN (SELECT json_array_elements_text($1::json))"};
constexpr db::Statement kSurveys{
    "customer_merges.surveys",
    "SELECT id FROM survey_responses WHERE customer_id = $1 ORDER BY id"};
constexpr db::Statement kMoveSurveys{
    "customer_merges.move_surveys",
    "UPDATE survey_responses SET customer_id = $3, version = version + 1 WHERE customer_id = $2 "
    "AND id IN (SELECT value FROM json_each($1))",
    "UPDATE survey_responses SET customer_id = $3, version = version + 1 WHERE customer_id = $2 "
    "AND id IN (SELECT json_array_elements_text($1::json))"};
constexpr db::Statement kMoveOrders{
    "customer_merges.move_orders",
    "UPDATE orders SET customer_id = $3, version = version + 1 WHERE customer_id = $2 AND seq IN "
    "(SELECT value FROM json_each($1))",
    "UPDATE orders SET customer_id = $3, version = version + 1 WHERE customer_id = $2 AND seq IN "
    "(SELECT value::bigint FROM json_array_elements_text($1::json))"};
constexpr db::Statement kSubscriptions{
    "customer_merges.subscriptions",
    "SELECT seq FROM subscriptions WHERE customer_id = $1 ORDER BY seq"};
constexpr db::Statement kMoveSubscriptions{
    "customer_merges.move_subscriptions",
    "UPDATE subscriptions SET customer_id = $3, version = version + 1 WHERE customer_id = $2 AND "
    "seq IN (SELECT value FROM json_each($1))",
    "UPDATE subscriptions SET customer_id = $3, version = version + 1 WHERE customer_id = $2 AND "
    "seq IN (SELECT value::bigint FROM json_array_elements_text($1::json))"};
constexpr db::Statement kMoveCases{
    "customer_merges.move_cases",
    "UPDATE cases SET customer_id = $3, version = version + 1 WHERE customer_id = $2 AND seq IN "
    "(SELECT value FROM json_each($1))",
    "UPDATE cases SET customer_id = $3, version = version + 1 WHERE customer_id = $2 AND seq IN "
    "(SELECT value::bigint FROM json_array_elements_text($1::json))"};

}  // namespace

void CustomerMerges::insert(const CustomerMerge& merge) {
  session_.run(kInsert, {merge.source, merge.target,
                         to_column(Kept{merge.before, merge.after, merge.moved}), merge.at});
}

std::optional<CustomerMerge> CustomerMerges::standing(const domain::CustomerId& source) {
  const db::Rows rows = session_.run(kStanding, {source});
  if (rows.empty()) return std::nullopt;
  const db::Row row = rows.front();
  Kept kept = from_column<Kept>(row.text(2));
  return CustomerMerge{row.integer(0),
                       source,
                       row.id<domain::CustomerId>(1),
                       std::move(kept.before),
                       std::move(kept.after),
                       std::move(kept.moved),
                       row.time(3)};
}

void CustomerMerges::undone(const CustomerMerge& merge, TimePoint at) {
  session_.run(kUndone, {merge.sequence, at});
}

CustomerBelongings CustomerMerges::belongings(const domain::CustomerId& customer) {
  CustomerBelongings found;
  const db::Rows cases = session_.run(kCases, {customer});
  for (const db::Row row : db::each(cases)) found.cases.push_back(row.integer(0));
  const db::Rows orders = session_.run(kOrders, {customer});
  for (const db::Row row : db::each(orders)) found.orders.push_back(row.integer(0));
  const db::Rows subscriptions = session_.run(kSubscriptions, {customer});
  for (const db::Row row : db::each(subscriptions)) {
    found.subscriptions.push_back(row.integer(0));
  }
  const db::Rows memos = session_.run(kMemos, {customer});
  for (const db::Row row : db::each(memos)) found.memos.push_back(row.string(0));
  for (const domain::DeliveryAddress& one : DeliveryAddresses(session_).of(customer)) {
    found.addresses.push_back(one.id.str());
  }
  const db::Rows cards = session_.run(kCards, {customer});
  for (const db::Row row : db::each(cards)) found.cards.push_back(row.string(0));
  const db::Rows sessions = session_.run(kCardSessions, {customer});
  for (const db::Row row : db::each(sessions)) found.card_sessions.push_back(row.string(0));
  const db::Rows surveys = session_.run(kSurveys, {customer});
  for (const db::Row row : db::each(surveys)) found.surveys.push_back(row.string(0));
  return found;
}

void CustomerMerges::move(const CustomerBelongings& belongings, const domain::CustomerId& from,
                          const domain::CustomerId& to) {
  if (!belongings.cases.empty()) {
    session_.run(kMoveCases, {to_column(belongings.cases), from, to});
  }
  if (!belongings.orders.empty()) {
    session_.run(kMoveOrders, {to_column(belongings.orders), from, to});
  }
  if (!belongings.cards.empty()) {
    session_.run(kMoveCards, {to_column(belongings.cards), from, to});
  }
  if (!belongings.card_sessions.empty()) {
    session_.run(kMoveCardSessions, {to_column(belongings.card_sessions), from, to});
  }
  if (!belongings.surveys.empty()) {
    session_.run(kMoveSurveys, {to_column(belongings.surveys), from, to});
  }
  if (!belongings.subscriptions.empty()) {
    session_.run(kMoveSubscriptions, {to_column(belongings.subscriptions), from, to});
  }
  Memos memos(session_);
  for (const std::string& id : belongings.memos) memos.move(id, from, to);
  DeliveryAddresses addresses(session_);
  for (const std::string& id : belongings.addresses) addresses.move(id, from, to);
  session_.flush();
}

}  // namespace madoguchi::store
