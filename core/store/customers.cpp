// SPDX-License-Identifier: Apache-2.0
#include "core/store/customers.h"

#include <algorithm>

#include "core/store/customer_columns.h"
#include "core/store/customer_parts.h"
#include "core/store/customer_rows.h"

namespace madoguchi::store {
namespace {

// The one writer of SQLite sees every number that was given.
constexpr db::Statement kNextNumber{"customers.next_number",
                                    "SELECT coalesce(max(seq), 0) + 1 FROM customers",
                                    "SELECT nextval('customer_numbers')"};

constexpr db::Statement kInsert{
    "customers.insert",
    "INSERT INTO customers (id, seq, number, name, family_name, given_name, family_name_kana, "
    "given_name_kana, company, emails, phones, external_ids, billing_address, labels, tags, "
    "blacklisted, blacklist_reasons, language, time_zone, birthday, sex, standing, sync, "
    "merged_into, created_at, modified_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
    "$10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)"};

constexpr db::Statement kUpdate{
    "customers.update",
    "UPDATE customers SET name = $3, family_name = $4, given_name = $5, family_name_kana = $6, "
    "given_name_kana = $7, company = $8, emails = $9, phones = $10, external_ids = $11, "
    "billing_address = $12, labels = $13, tags = $14, blacklisted = $15, blacklist_reasons = $16, "
    "language = $17, time_zone = $18, birthday = $19, sex = $20, standing = $21, sync = $22, "
    "merged_into = $23, modified_at = $24, erased_at = $25, version = version + 1 WHERE id = $1 "
    "AND version = $2"};

constexpr db::Statement kForgetEmails{"customers.forget_emails",
                                      "DELETE FROM customer_emails WHERE customer_id = $1"};
constexpr db::Statement kAddEmail{
    "customers.add_email",
    "INSERT INTO customer_emails (customer_id, address, address_key, preferred) VALUES ($1, $2, "
    "$3, $4) ON CONFLICT DO NOTHING"};

constexpr db::Statement kAddKey{"customers.add_key",
                                "INSERT INTO customer_keys (kind, key, customer_id) VALUES ($1, "
                                "$2, $3) ON CONFLICT DO NOTHING"};
constexpr db::Statement kForgetKey{
    "customers.forget_key",
    "DELETE FROM customer_keys WHERE kind = $1 AND key = $2 AND customer_id = $3"};

constexpr db::Statement kTexts{
    "customers.texts",
    "SELECT names, kana, places, others, marks FROM customer_texts WHERE seq = $1"};
constexpr db::Statement kWriteTexts{
    "customers.write_texts",
    "INSERT INTO customer_texts (seq, names, kana, places, others, marks) VALUES ($1, $2, $3, $4, "
    "$5, $6) ON CONFLICT (seq) DO UPDATE SET names = $2, kana = $3, places = $4, others = $5, "
    "marks = $6",
    "INSERT INTO customer_texts (seq, names, kana, places, others, marks, grams) VALUES ($1, $2, "
    "$3, $4, $5, $6, array_to_tsvector(array_remove(string_to_array($7, ' '), ''))) ON CONFLICT "
    "(seq) DO UPDATE SET names = $2, kana = $3, places = $4, others = $5, marks = $6, grams = "
    "excluded.grams"};

// The index of FTS5 keeps no texts: to forget one it has to be told it again.
constexpr db::Statement kForgetGrams{
    "customers.forget_grams",
    "INSERT INTO customer_search (customer_search, rowid, grams) VALUES ('delete', $1, $2)"};
constexpr db::Statement kAddGrams{"customers.add_grams",
                                  "INSERT INTO customer_search (rowid, grams) VALUES ($1, $2)"};

constexpr db::Statement kIdByAddress{
    "customers.id_by_address",
    "SELECT e.customer_id FROM customer_emails e JOIN customers u ON u.id = e.customer_id WHERE "
    "e.address_key = $1 AND u.merged_into IS NULL ORDER BY e.preferred DESC, u.seq LIMIT 1"};
constexpr db::Statement kIdByNumber{"customers.id_by_number",
                                    "SELECT id, merged_into FROM customers WHERE number = $1"};
constexpr db::Statement kMergedInto{"customers.merged_into",
                                    "SELECT merged_into FROM customers WHERE id = $1"};
constexpr db::Statement kName{"customers.name", "SELECT name FROM customers WHERE id = $1"};

constexpr db::Statement kByExternal{
    "customers.by_external",
    "SELECT u.number, u.external_ids FROM customer_keys k JOIN customers u ON u.id = k.customer_id "
    "WHERE k.kind = 'external' AND k.key = $1 AND u.id <> $2 AND u.merged_into IS NULL"};

constexpr db::Statement kEmailStates{
    "customers.email_states",
    "SELECT k.value, CASE WHEN EXISTS (SELECT 1 FROM suppressions s WHERE s.address_key = k.value) "
    "THEN 1 ELSE 0 END, (SELECT d.state FROM deliveries d WHERE d.address_key = k.value AND "
    "d.state IN ('sent', 'deferred', 'bounced', 'failed') ORDER BY d.at DESC LIMIT 1) FROM "
    "json_each($1) k",
    "SELECT k.value, CASE WHEN EXISTS (SELECT 1 FROM suppressions s WHERE s.address_key = k.value) "
    "THEN 1 ELSE 0 END, (SELECT d.state FROM deliveries d WHERE d.address_key = k.value AND "
    "d.state IN ('sent', 'deferred', 'bounced', 'failed') ORDER BY d.at DESC LIMIT 1) FROM "
    "json_array_elements_text($1::json) AS k(value)"};

constexpr db::Statement kAlikeByEmail{
    "customers.alike_by_email",
    "SELECT DISTINCT 'email', o.customer_id FROM customer_emails e JOIN customer_emails o ON "
    "o.address_key = e.address_key AND o.customer_id <> e.customer_id JOIN customers u ON u.id = "
    "o.customer_id WHERE e.customer_id = $1 AND u.merged_into IS NULL LIMIT 50"};
constexpr db::Statement kAlikeByKey{
    "customers.alike_by_key",
    "SELECT k.kind, k.customer_id FROM customer_keys k JOIN customers u ON u.id = k.customer_id "
    "WHERE k.kind = $1 AND k.key = $2 AND k.customer_id <> $3 AND u.merged_into IS NULL LIMIT 50"};

bool is_good(std::string_view state) { return state == "sent"; }

}  // namespace

void Customers::insert(domain::Customer& customer) {
  customer.sequence = session_.run(kNextNumber).front().integer(0);
  const CustomerTexts texts(customer);
  session_.queue(kInsert, {customer.id,
                           customer.sequence,
                           customer.number(),
                           texts.name,
                           customer.family_name,
                           customer.given_name,
                           customer.family_name_kana,
                           customer.given_name_kana,
                           customer.company,
                           texts.emails,
                           texts.phones,
                           texts.external_ids,
                           texts.billing_address,
                           texts.labels,
                           texts.tags,
                           customer.blacklisted,
                           texts.blacklist_reasons,
                           customer.language,
                           customer.time_zone,
                           customer.birthday,
                           enum_name(customer.sex),
                           texts.standing,
                           texts.sync,
                           customer.merged_into,
                           customer.created_at,
                           customer.modified_at,
                           customer.version});
  write_emails(customer);
  write_keys(customer, {}, keys_of(customer, {}));
  index(customer, words_of(customer, {}));
}

bool Customers::update(domain::Customer& customer, const domain::Customer& before) {
  const CustomerTexts texts(customer);
  const db::Rows rows = session_.run(kUpdate, {customer.id,
                                               customer.version,
                                               texts.name,
                                               customer.family_name,
                                               customer.given_name,
                                               customer.family_name_kana,
                                               customer.given_name_kana,
                                               customer.company,
                                               texts.emails,
                                               texts.phones,
                                               texts.external_ids,
                                               texts.billing_address,
                                               texts.labels,
                                               texts.tags,
                                               customer.blacklisted,
                                               texts.blacklist_reasons,
                                               customer.language,
                                               customer.time_zone,
                                               customer.birthday,
                                               enum_name(customer.sex),
                                               texts.standing,
                                               texts.sync,
                                               customer.merged_into,
                                               customer.modified_at,
                                               customer.erased_at});
  if (rows.affected() != 1) return false;
  ++customer.version;
  if (customer.emails != before.emails) {
    session_.queue(kForgetEmails, {customer.id});
    write_emails(customer);
  }
  const std::vector<domain::DeliveryAddress> addresses =
      DeliveryAddresses(session_).of(customer.id);
  write_keys(customer, keys_of(before, addresses), keys_of(customer, addresses));
  index(customer, words_of(customer, addresses));
  return true;
}

void Customers::addresses_changed(const domain::Customer& customer,
                                  const std::vector<domain::DeliveryAddress>& before) {
  const std::vector<domain::DeliveryAddress> after = DeliveryAddresses(session_).of(customer.id);
  write_keys(customer, keys_of(customer, before), keys_of(customer, after));
  index(customer, words_of(customer, after));
}

void Customers::write_emails(const domain::Customer& customer) {
  for (const domain::CustomerEmail& email : customer.emails) {
    session_.queue(kAddEmail,
                   {customer.id, email.address.str(), email.address.key(), email.preferred});
  }
}

void Customers::write_keys(const domain::Customer& customer, const CustomerKeys& before,
                           const CustomerKeys& after) {
  for (const auto& key : before) {
    if (after.count(key) == 0) session_.queue(kForgetKey, {key.first, key.second, customer.id});
  }
  for (const auto& key : after) {
    if (before.count(key) == 0) session_.queue(kAddKey, {key.first, key.second, customer.id});
  }
}

void Customers::index(const domain::Customer& customer, const CustomerWords& words) {
  const std::int64_t sequence = customer.sequence;
  const db::Rows rows = session_.run(kTexts, {sequence});
  CustomerWords old;
  if (!rows.empty()) {
    const db::Row row = rows.front();
    old = {row.string(0), row.string(1), row.string(2), row.string(3), row.string(4)};
    if (old == words) return;
  }
  if (session_.engine() == db::Engine::postgresql) {
    session_.queue(kWriteTexts, {sequence, words.names, words.kana, words.places, words.others,
                                 words.marks, words.grams()});
    return;
  }
  session_.queue(kWriteTexts,
                 {sequence, words.names, words.kana, words.places, words.others, words.marks});
  const std::string forgotten = rows.empty() ? "" : old.grams();
  session_.before_commit([sequence, forgotten, grams = words.grams()](db::Session& session) {
    if (!forgotten.empty()) session.queue(kForgetGrams, {sequence, forgotten});
    if (!grams.empty()) session.queue(kAddGrams, {sequence, grams});
  });
}

std::optional<domain::Customer> Customers::by_id(const domain::CustomerId& id) {
  static const std::string sql =
      "SELECT " + std::string(kCustomerColumns) + " FROM customers c WHERE c.id = $1";
  const db::Rows rows = session_.run({"customers.by_id", sql}, {id});
  return rows.empty() ? std::nullopt : std::optional(customer_of(rows.front()));
}

std::optional<domain::Customer> Customers::by_number(const std::string& number) {
  static const std::string sql =
      "SELECT " + std::string(kCustomerColumns) + " FROM customers c WHERE c.number = $1";
  const db::Rows rows = session_.run({"customers.by_number", sql}, {number});
  return rows.empty() ? std::nullopt : std::optional(customer_of(rows.front()));
}

std::optional<domain::CustomerId> Customers::id_by_address(const std::string& address_key) {
  const db::Rows rows = session_.run(kIdByAddress, {address_key});
  return rows.empty() ? std::nullopt : std::optional(rows.front().id<domain::CustomerId>(0));
}

std::optional<domain::CustomerId> Customers::id_by_number(const std::string& number) {
  db::Rows rows = session_.run(kIdByNumber, {number});
  if (rows.empty()) return std::nullopt;
  auto id = rows.front().id<domain::CustomerId>(0);
  std::optional<std::string> into = rows.front().optional_string(1);
  while (into) {
    id = domain::CustomerId(*into);
    rows = session_.run(kMergedInto, {id});
    into = rows.empty() ? std::nullopt : rows.front().optional_string(0);
  }
  return id;
}

std::string Customers::name_of(const domain::CustomerId& id) {
  const db::Rows rows = session_.run(kName, {id});
  return rows.empty() ? std::string() : rows.front().string(0);
}

std::optional<std::string> Customers::number_of_external(const std::string& account,
                                                         const std::string& external_id,
                                                         const domain::CustomerId& id) {
  const db::Rows rows = session_.run(kByExternal, {external_id, id});
  for (const db::Row row : db::each(rows)) {
    for (const auto& one : from_column<std::vector<domain::ExternalId>>(row.text(1))) {
      if (one.account == account && one.id == external_id) return row.string(0);
    }
  }
  return std::nullopt;
}

std::map<std::string, EmailState> Customers::email_states(
    const std::vector<std::string>& address_keys) {
  std::map<std::string, EmailState> states;
  if (address_keys.empty()) return states;
  const db::Rows rows = session_.run(kEmailStates, {to_column(address_keys)});
  for (const db::Row row : db::each(rows)) {
    EmailState state = EmailState::unused;
    if (!row.is_null(2)) state = is_good(row.text(2)) ? EmailState::good : EmailState::failing;
    if (row.boolean(1)) state = EmailState::suppressed;
    states[row.string(0)] = state;
  }
  return states;
}

std::vector<Likeness> Customers::alike(const domain::Customer& customer) {
  std::vector<Likeness> found;
  const auto add = [&](const db::Rows& rows) {
    for (const db::Row row : db::each(rows)) {
      const auto id = row.id<domain::CustomerId>(1);
      auto one = std::find_if(found.begin(), found.end(),
                              [&](const Likeness& known) { return known.id == id; });
      if (one == found.end()) one = found.insert(found.end(), Likeness{id});
      one->email = one->email || row.text(0) == "email";
      one->phone = one->phone || row.text(0) == "phone";
      one->name_and_address = one->name_and_address || row.text(0) == "identity";
    }
  };
  add(session_.run(kAlikeByEmail, {customer.id}));
  for (const auto& key : keys_of(customer, DeliveryAddresses(session_).of(customer.id))) {
    if (key.first != "phone" && key.first != "identity") continue;
    add(session_.run(kAlikeByKey, {key.first, key.second, customer.id}));
  }
  const auto weight = [](const Likeness& one) {
    return (one.email ? 1 : 0) + (one.phone ? 1 : 0) + (one.name_and_address ? 1 : 0);
  };
  std::stable_sort(found.begin(), found.end(),
                   [&](const Likeness& a, const Likeness& b) { return weight(a) > weight(b); });
  constexpr std::size_t kMost = 50;
  if (found.size() > kMost) found.resize(kMost);
  return found;
}

}  // namespace madoguchi::store
