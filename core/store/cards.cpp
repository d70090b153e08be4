// SPDX-License-Identifier: Apache-2.0
#include "core/store/cards.h"

#include "core/crypto/digest.h"
#include "core/domain/card_names.h"
#include "core/store/customer_columns.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kInsert{
    "cards.insert",
    "INSERT INTO cards (id, customer_id, account, token, token_key, brand, last_digits, expiry, "
    "holder, expiry_editable, holder_editable, session_id, sync, removed_at, created_at, "
    "modified_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, "
    "$15, $16, $17)"};
constexpr db::Statement kUpdate{
    "cards.update",
    "UPDATE cards SET brand = $3, last_digits = $4, expiry = $5, holder = $6, expiry_editable = "
    "$7, holder_editable = $8, sync = $9, removed_at = $10, modified_at = $11, version = version + "
    "1 WHERE id = $1 AND version = $2"};
constexpr db::Statement kOf{
    "cards.of",
    "SELECT c.id, c.customer_id, c.account, c.brand, c.last_digits, c.expiry, c.holder, "
    "c.expiry_editable, c.holder_editable, d.card_id, c.session_id, c.sync, c.removed_at, "
    "c.created_at, c.modified_at, c.version FROM cards c LEFT JOIN card_defaults d ON "
    "d.customer_id = c.customer_id AND d.card_id = c.id WHERE c.customer_id = $1 AND c.removed_at "
    "IS NULL ORDER BY c.id"};
constexpr db::Statement kById{
    "cards.by_id",
    "SELECT c.id, c.customer_id, c.account, c.brand, c.last_digits, c.expiry, c.holder, "
    "c.expiry_editable, c.holder_editable, d.card_id, c.session_id, c.sync, c.removed_at, "
    "c.created_at, c.modified_at, c.version FROM cards c LEFT JOIN card_defaults d ON "
    "d.customer_id = c.customer_id AND d.card_id = c.id WHERE c.id = $1"};
constexpr db::Statement kByToken{
    "cards.by_token",
    "SELECT c.id, c.customer_id, c.account, c.brand, c.last_digits, c.expiry, c.holder, "
    "c.expiry_editable, c.holder_editable, d.card_id, c.session_id, c.sync, c.removed_at, "
    "c.created_at, c.modified_at, c.version FROM cards c LEFT JOIN card_defaults d ON "
    "d.customer_id = c.customer_id AND d.card_id = c.id WHERE c.token_key = $1 AND c.customer_id = "
    "$2 AND c.removed_at IS NULL ORDER BY c.id LIMIT 1"};
constexpr db::Statement kIsKnown{
    "cards.is_known",
    "SELECT 1 FROM cards WHERE token_key = $1 AND (session_id = $2 OR (customer_id = $3 AND "
    "removed_at IS NULL))"};
constexpr db::Statement kToken{"cards.token", "SELECT token FROM cards WHERE id = $1"};
constexpr db::Statement kSetDefault{
    "card_defaults.set",
    "INSERT INTO card_defaults (customer_id, card_id) VALUES ($1, $2) ON CONFLICT (customer_id) DO "
    "UPDATE SET card_id = excluded.card_id"};
constexpr db::Statement kTouch{"cards.touch",
                               "UPDATE cards SET version = version + 1 WHERE id = $1"};
constexpr db::Statement kHas{
    "cards.has", "SELECT 1 FROM cards WHERE id = $1 AND customer_id = $2 AND removed_at IS NULL"};
constexpr db::Statement kOrderToPay{
    "cards.order_to_pay",
    "SELECT number FROM orders WHERE customer_id = $1 AND card = $2 AND payment_state IN "
    "('pending', 'authorized', 'unknown') AND state NOT IN ('canceled', 'returned') ORDER BY "
    "ordered_at LIMIT 1"};

std::string aad_of(const domain::CardId& id) { return "cards|token|" + id.str() + "|1"; }

std::string key_of(const std::string& account, const domain::CardToken& token) {
  return crypto::to_hex(crypto::sha256(account + "\n" + token.reveal()));
}

template <class T>
T parsed(Result<T> value) {
  if (!value) throw std::runtime_error("unreadable column: " + value.error().describe());
  return std::move(*value);
}

domain::Card card_of(const db::Row& row) {
  domain::Card card;
  card.id = row.id<domain::CardId>(0);
  card.customer = row.id<domain::CustomerId>(1);
  card.account = row.string(2);
  card.brand = enum_column<domain::CardBrand>(row.text(3));
  card.last_digits = parsed(domain::LastDigits::parse(row.text(4)));
  if (!row.text(5).empty()) card.expiry = parsed(domain::CardExpiry::parse(row.text(5)));
  card.holder = parsed(domain::CardHolder::parse(row.text(6)));
  if (row.boolean(7)) card.editable.add(domain::CardPart::expiry);
  if (row.boolean(8)) card.editable.add(domain::CardPart::holder);
  card.is_default = !row.is_null(9);
  if (!row.is_null(10)) card.session = row.id<domain::CardSessionId>(10);
  card.sync = from_column<domain::CustomerSync>(row.text(11));
  card.removed_at = row.optional_time(12);
  card.created_at = row.time(13);
  card.modified_at = row.time(14);
  card.version = row.integer(15);
  return card;
}

std::optional<domain::Card> first_of(const db::Rows& rows) {
  return rows.empty() ? std::nullopt : std::optional(card_of(rows.front()));
}

std::string expiry_of(const domain::Card& card) { return card.expiry ? card.expiry->str() : ""; }

}  // namespace

void Cards::insert(const domain::Card& card, const domain::CardToken& token) {
  const std::string sealed = keys_.seal(token.reveal(), aad_of(card.id));
  session_.run(kInsert,
               {card.id, card.customer, card.account, db::Bytes{sealed},
                key_of(card.account, token), enum_name(card.brand), card.last_digits.str(),
                expiry_of(card), card.holder.str(), card.editable.has(domain::CardPart::expiry),
                card.editable.has(domain::CardPart::holder), card.session, to_column(card.sync),
                card.removed_at, card.created_at, card.modified_at, card.version});
}

bool Cards::update(domain::Card& card) {
  const db::Rows rows = session_.run(
      kUpdate, {card.id, card.version, enum_name(card.brand), card.last_digits.str(),
                expiry_of(card), card.holder.str(), card.editable.has(domain::CardPart::expiry),
                card.editable.has(domain::CardPart::holder), to_column(card.sync), card.removed_at,
                card.modified_at});
  if (rows.affected() != 1) return false;
  ++card.version;
  return true;
}

void Cards::make_default(domain::Card& card, const std::optional<domain::CardId>& before) {
  session_.run(kSetDefault, {card.customer, card.id});
  if (before) session_.run(kTouch, {*before});
  session_.run(kTouch, {card.id});
  card.is_default = true;
  ++card.version;
}

std::vector<domain::Card> Cards::of(const domain::CustomerId& customer) {
  std::vector<domain::Card> found;
  const db::Rows rows = session_.run(kOf, {customer});
  for (const db::Row row : db::each(rows)) found.push_back(card_of(row));
  return found;
}

std::optional<domain::Card> Cards::by_id(const domain::CardId& id) {
  return first_of(session_.run(kById, {id}));
}

std::optional<domain::Card> Cards::by_token(const domain::CustomerId& customer,
                                            const std::string& account,
                                            const domain::CardToken& token) {
  return first_of(session_.run(kByToken, {key_of(account, token), customer}));
}

bool Cards::is_known(const domain::CardSession& session, const domain::CardToken& token) {
  return !session_.run(kIsKnown, {key_of(session.account, token), session.id, session.customer})
              .empty();
}

Result<domain::CardToken> Cards::token_of(const domain::CardId& id) {
  const db::Rows rows = session_.run(kToken, {id});
  if (rows.empty()) {
    return fail(Error::not_found({"There is no such card.", "そのカードはありません。"}));
  }
  const Result<std::string> opened = keys_.open(rows.front().text(0), aad_of(id));
  if (!opened) return fail(opened.error());
  return domain::CardToken::parse(*opened);
}

std::optional<std::string> Cards::order_to_pay(const domain::Card& card) {
  const db::Rows rows = session_.run(kOrderToPay, {card.customer, card.id});
  return rows.empty() ? std::nullopt : std::optional(rows.front().string(0));
}

bool has_card(db::Session& session, const domain::CustomerId& customer,
              const domain::CardId& card) {
  return !session.run(kHas, {card, customer}).empty();
}

}  // namespace madoguchi::store
