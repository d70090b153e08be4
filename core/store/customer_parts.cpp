// SPDX-License-Identifier: Apache-2.0
#include "core/store/customer_parts.h"

#include "core/store/customer_columns.h"
#include "core/store/search_texts.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kInsertAddress{
    "customer_addresses.insert",
    "INSERT INTO customer_addresses (id, customer_id, label, address, version, created_at) VALUES "
    "($1, $2, $3, $4, $5, $6)"};
constexpr db::Statement kUpdateAddress{
    "customer_addresses.update",
    "UPDATE customer_addresses SET label = $3, address = $4, version = version + 1 WHERE id = $1 "
    "AND version = $2"};
constexpr db::Statement kRemoveAddress{
    "customer_addresses.remove", "DELETE FROM customer_addresses WHERE id = $1 AND version = $2"};
constexpr db::Statement kAddresses{
    "customer_addresses.of",
    "SELECT id, customer_id, label, address, version, created_at FROM customer_addresses WHERE "
    "customer_id = $1 ORDER BY id"};
constexpr db::Statement kAddressById{
    "customer_addresses.by_id",
    "SELECT id, customer_id, label, address, version, created_at FROM customer_addresses WHERE id "
    "= $1"};
constexpr db::Statement kMoveAddress{
    "customer_addresses.move",
    "UPDATE customer_addresses SET customer_id = $3 WHERE id = $1 AND customer_id = $2"};

constexpr db::Statement kInsertMemo{
    "customer_memos.insert",
    "INSERT INTO customer_memos (id, customer_id, body_text, author_id, author_name, version, "
    "created_at, modified_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};
constexpr db::Statement kUpdateMemo{
    "customer_memos.update",
    "UPDATE customer_memos SET body_text = $3, modified_at = $4, version = version + 1 WHERE id = "
    "$1 AND version = $2"};
constexpr db::Statement kRemoveMemo{"customer_memos.remove",
                                    "DELETE FROM customer_memos WHERE id = $1 AND version = $2"};
constexpr db::Statement kMemos{
    "customer_memos.of",
    "SELECT id, customer_id, body_text, author_id, author_name, version, created_at, modified_at "
    "FROM customer_memos WHERE customer_id = $1 AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT "
    "$3"};
constexpr db::Statement kCountMemos{
    "customer_memos.count",
    "SELECT count(*) FROM (SELECT 1 FROM customer_memos WHERE customer_id = $1 LIMIT $2) n"};
constexpr db::Statement kMemoById{
    "customer_memos.by_id",
    "SELECT id, customer_id, body_text, author_id, author_name, version, created_at, modified_at "
    "FROM customer_memos WHERE id = $1"};
constexpr db::Statement kMoveMemo{
    "customer_memos.move",
    "UPDATE customer_memos SET customer_id = $3 WHERE id = $1 AND customer_id = $2"};

constexpr db::Statement kInsertEntry{
    "master_data.insert",
    "INSERT INTO master_data (id, kind, name, detail, position, archived, version) VALUES ($1, $2, "
    "$3, $4, $5, $6, $7)"};
constexpr db::Statement kUpdateEntry{
    "master_data.update",
    "UPDATE master_data SET name = $3, detail = $4, position = $5, archived = $6, version = "
    "version + 1 WHERE id = $1 AND version = $2"};
constexpr db::Statement kAllEntries{
    "master_data.all",
    "SELECT id, kind, name, detail, position, archived, version FROM master_data ORDER BY kind, "
    "position, name"};

domain::DeliveryAddress address_of(const db::Row& row) {
  return {row.id<domain::DeliveryAddressId>(0),
          row.id<domain::CustomerId>(1),
          row.string(2),
          from_column<domain::PostalAddress>(row.text(3)),
          row.integer(4),
          row.time(5)};
}

domain::Memo memo_of(const db::Row& row) {
  domain::Memo memo{row.id<domain::MemoId>(0),
                    row.id<domain::CustomerId>(1),
                    row.string(2),
                    std::nullopt,
                    row.string(4),
                    row.integer(5),
                    row.time(6),
                    row.time(7)};
  if (!row.is_null(3)) memo.author = row.id<domain::AgentId>(3);
  return memo;
}

}  // namespace

void DeliveryAddresses::insert(const domain::DeliveryAddress& address) {
  session_.run(kInsertAddress, {address.id, address.customer, address.label,
                                to_column(address.address), address.version, address.created_at});
}

bool DeliveryAddresses::update(domain::DeliveryAddress& address) {
  const db::Rows rows = session_.run(
      kUpdateAddress, {address.id, address.version, address.label, to_column(address.address)});
  if (rows.affected() != 1) return false;
  ++address.version;
  return true;
}

bool DeliveryAddresses::remove(const domain::DeliveryAddress& address) {
  return session_.run(kRemoveAddress, {address.id, address.version}).affected() == 1;
}

std::vector<domain::DeliveryAddress> DeliveryAddresses::of(const domain::CustomerId& customer) {
  std::vector<domain::DeliveryAddress> found;
  const db::Rows rows = session_.run(kAddresses, {customer});
  for (const db::Row row : db::each(rows)) found.push_back(address_of(row));
  return found;
}

std::optional<domain::DeliveryAddress> DeliveryAddresses::by_id(
    const domain::DeliveryAddressId& id) {
  const db::Rows rows = session_.run(kAddressById, {id});
  return rows.empty() ? std::nullopt : std::optional(address_of(rows.front()));
}

void DeliveryAddresses::move(const std::string& id, const domain::CustomerId& from,
                             const domain::CustomerId& to) {
  session_.queue(kMoveAddress, {id, from, to});
}

void Memos::insert(const domain::Memo& memo) {
  session_.run(kInsertMemo, {memo.id, memo.customer, memo.text, memo.author, memo.author_name,
                             memo.version, memo.created_at, memo.modified_at});
  SearchTexts(session_).put(TextKind::memo, memo.id.str(), search_text_of(memo));
}

bool Memos::update(domain::Memo& memo) {
  const db::Rows rows =
      session_.run(kUpdateMemo, {memo.id, memo.version, memo.text, memo.modified_at});
  if (rows.affected() != 1) return false;
  ++memo.version;
  SearchTexts(session_).put(TextKind::memo, memo.id.str(), search_text_of(memo));
  return true;
}

bool Memos::remove(const domain::Memo& memo) {
  if (session_.run(kRemoveMemo, {memo.id, memo.version}).affected() != 1) return false;
  SearchTexts(session_).forget(TextKind::memo, memo.id.str());
  return true;
}

std::vector<domain::Memo> Memos::of(const domain::CustomerId& customer, const std::string& before,
                                    int limit) {
  std::vector<domain::Memo> found;
  const db::Rows rows = session_.run(kMemos, {customer, before, limit});
  for (const db::Row row : db::each(rows)) found.push_back(memo_of(row));
  return found;
}

int Memos::count(const domain::CustomerId& customer, int limit) {
  return static_cast<int>(session_.run(kCountMemos, {customer, limit}).front().integer(0));
}

std::optional<domain::Memo> Memos::by_id(const domain::MemoId& id) {
  const db::Rows rows = session_.run(kMemoById, {id});
  return rows.empty() ? std::nullopt : std::optional(memo_of(rows.front()));
}

void Memos::move(const std::string& id, const domain::CustomerId& from,
                 const domain::CustomerId& to) {
  session_.queue(kMoveMemo, {id, from, to});
}

void MasterData::insert(const domain::MasterEntry& entry) {
  session_.run(kInsertEntry, {entry.id, enum_name(entry.kind), entry.name, entry.detail,
                              entry.position, entry.archived, entry.version});
}

bool MasterData::update(domain::MasterEntry& entry) {
  const db::Rows rows = session_.run(kUpdateEntry, {entry.id, entry.version, entry.name,
                                                    entry.detail, entry.position, entry.archived});
  if (rows.affected() != 1) return false;
  ++entry.version;
  return true;
}

std::vector<domain::MasterEntry> MasterData::all() {
  std::vector<domain::MasterEntry> entries;
  const db::Rows rows = session_.run(kAllEntries);
  for (const db::Row row : db::each(rows)) {
    entries.push_back({row.id<domain::MasterId>(0), enum_column<domain::MasterKind>(row.text(1)),
                       row.string(2), row.string(3), row.integer(4), row.boolean(5),
                       row.integer(6)});
  }
  return entries;
}

}  // namespace madoguchi::store
