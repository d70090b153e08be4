// SPDX-License-Identifier: Apache-2.0
#include "core/store/order_returns.h"

#include "core/domain/return_names.h"
#include "core/store/order_columns.h"

namespace madoguchi::json {

template <>
struct Table<domain::ReturnItem> {
  static constexpr const char* name = "KeptReturnItem";
  static const Fields& fields() {
    using domain::ReturnItem;
    static const Fields table = json::fields<ReturnItem>(
        field("sku", &ReturnItem::sku, ""), field("quantity", &ReturnItem::quantity, ""));
    return table;
  }
};

}  // namespace madoguchi::json

namespace madoguchi::store {
namespace {

constexpr std::string_view kColumns =
    "r.id, r.order_id, r.kind, r.state, r.items, r.replacement_items, r.replacement_order_id, "
    "r.reason, r.note, r.refund, r.case_seq, r.version, r.created_at, r.modified_at, "
    "r.reasons";

constexpr db::Statement kInsert{
    "order_returns.insert",
    "INSERT INTO order_returns (id, order_id, kind, state, items, replacement_items, "
    "replacement_order_id, reason, note, refund, case_seq, version, created_at, modified_at, "
    "reasons) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"};
constexpr db::Statement kUpdate{
    "order_returns.update",
    "UPDATE order_returns SET state = $3, items = $4, replacement_items = $5, "
    "replacement_order_id = $6, reason = $7, note = $8, refund = $9, modified_at = $10, "
    "reasons = $11, version = version + 1 WHERE id = $1 AND version = $2"};

domain::OrderReturn return_of(const db::Row& row) {
  domain::OrderReturn value;
  value.id = row.id<domain::ReturnId>(0);
  value.order = row.id<domain::OrderId>(1);
  value.kind = enum_column<domain::ReturnKind>(row.text(2));
  value.state = enum_column<domain::ReturnState>(row.text(3));
  value.items = from_column<std::vector<domain::ReturnItem>>(row.text(4));
  value.replacement_items = from_column<std::vector<domain::OrderItem>>(row.text(5));
  if (!row.is_null(6)) value.replacement = row.id<domain::OrderId>(6);
  value.reason = row.string(7);
  value.note = row.string(8);
  value.refund = row.integer(9);
  if (!row.is_null(10)) value.case_sequence = row.integer(10);
  value.version = row.integer(11);
  value.created_at = row.time(12);
  value.modified_at = row.time(13);
  value.reasons = from_column<std::vector<domain::MasterId>>(row.text(14));
  return value;
}

}  // namespace

void OrderReturns::insert(const domain::OrderReturn& value) {
  session_.run(kInsert,
               {value.id, value.order, enum_name(value.kind), enum_name(value.state),
                to_column(value.items), to_column(value.replacement_items), value.replacement,
                value.reason, value.note, value.refund, value.case_sequence, value.version,
                value.created_at, value.modified_at, to_column(value.reasons)});
}

bool OrderReturns::update(domain::OrderReturn& value) {
  const db::Rows rows = session_.run(
      kUpdate, {value.id, value.version, enum_name(value.state), to_column(value.items),
                to_column(value.replacement_items), value.replacement, value.reason, value.note,
                value.refund, value.modified_at, to_column(value.reasons)});
  if (rows.affected() != 1) return false;
  ++value.version;
  return true;
}

std::optional<domain::OrderReturn> OrderReturns::by_id(const domain::ReturnId& id) {
  static const std::string sql =
      "SELECT " + std::string(kColumns) + " FROM order_returns r WHERE r.id = $1";
  const db::Rows rows = session_.run({"order_returns.by_id", sql}, {id});
  return rows.empty() ? std::nullopt : std::optional(return_of(rows.front()));
}

std::vector<domain::OrderReturn> OrderReturns::of_order(const domain::OrderId& id) {
  static const std::string sql = "SELECT " + std::string(kColumns) +
                                 " FROM order_returns r WHERE r.order_id = $1 ORDER BY r.id";
  const db::Rows rows = session_.run({"order_returns.of_order", sql}, {id});
  std::vector<domain::OrderReturn> all;
  for (const db::Row row : db::each(rows)) all.push_back(return_of(row));
  return all;
}

}  // namespace madoguchi::store
