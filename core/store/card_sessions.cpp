// SPDX-License-Identifier: Apache-2.0
#include "core/store/card_columns.h"
#include "core/store/cards.h"
#include "core/store/columns.h"

namespace madoguchi::json {

using domain::CardPrompt;
using domain::CardSessionReport;

const Fields& Table<CardPrompt>::fields() {
  static const Fields table = json::fields<CardPrompt>(
      field("kind", &CardPrompt::kind,
            "redirect: post `fields` to `url` in a window of its own. device: the card is entered "
            "at the device."),
      field("url", &CardPrompt::url, "The payment service's page.").optional(),
      field("fields", &CardPrompt::fields, "What to post there.").optional(),
      field("charset", &CardPrompt::charset, "accept-charset of the form; empty: UTF-8.")
          .optional());
  return table;
}

const Fields& Table<CardSessionReport>::fields() {
  static const Fields table = json::fields<CardSessionReport>(
      field("at", &CardSessionReport::at, "When it came."),
      field("proof", &CardSessionReport::proof,
            "none: a browser's word; notification: the service told us, verified; read_back: we "
            "asked it."),
      field("outcome", &CardSessionReport::outcome, "What it says."),
      field("verdict", &CardSessionReport::verdict,
            "What was made of it. late, mismatched: somebody has to look at it."),
      field("code", &CardSessionReport::code, "The service's own code of what failed.").optional(),
      field("card", &CardSessionReport::card, "Brand and last digits of a card that came.")
          .optional());
  return table;
}

}  // namespace madoguchi::json

namespace madoguchi::store {
namespace {

constexpr db::Statement kPutGateway{
    "card_gateways.put",
    "INSERT INTO card_gateways (account, kind, needs_device, patience) VALUES ($1, $2, $3, $4) ON "
    "CONFLICT (account) DO UPDATE SET kind = excluded.kind, needs_device = excluded.needs_device, "
    "patience = excluded.patience"};
constexpr db::Statement kRemoveGateway{"card_gateways.remove",
                                       "DELETE FROM card_gateways WHERE account = $1"};
constexpr db::Statement kGateways{
    "card_gateways.all",
    "SELECT account, kind, needs_device, patience FROM card_gateways ORDER BY account"};

constexpr db::Statement kInsert{
    "card_sessions.insert",
    "INSERT INTO card_sessions (id, customer_id, customer_number, account, device, state, "
    "vendor_ref, amount, "
    "prompt, agent_id, agent_name, code, card_id, reports, created_at, modified_at, expires_at, "
    "ended_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, "
    "$16, $17, $18, $19) ON CONFLICT (account, device) WHERE device <> '' AND state IN ('created', "
    "'waiting', 'processing') DO NOTHING"};
constexpr db::Statement kUpdate{
    "card_sessions.update",
    "UPDATE card_sessions SET state = $3, vendor_ref = $4, prompt = $5, code = $6, card_id = $7, "
    "reports = $8, modified_at = $9, ended_at = $10, version = version + 1 WHERE id = $1 AND "
    "version = $2"};
constexpr db::Statement kById{
    "card_sessions.by_id",
    "SELECT s.id, s.customer_id, s.customer_number, s.account, s.device, s.state, s.vendor_ref, "
    "s.amount, "
    "s.prompt, s.agent_id, s.agent_name, s.code, s.card_id, s.reports, s.created_at, "
    "s.modified_at, s.expires_at, s.ended_at, s.version FROM card_sessions s "
    "WHERE s.id = $1"};
constexpr db::Statement kByVendorRef{
    "card_sessions.by_vendor_ref",
    "SELECT s.id, s.customer_id, s.customer_number, s.account, s.device, s.state, s.vendor_ref, "
    "s.amount, "
    "s.prompt, s.agent_id, s.agent_name, s.code, s.card_id, s.reports, s.created_at, "
    "s.modified_at, s.expires_at, s.ended_at, s.version FROM card_sessions s "
    "WHERE s.account = $1 AND s.vendor_ref = $2 AND s.vendor_ref <> '' ORDER "
    "BY s.id DESC LIMIT 1"};
constexpr db::Statement kOf{
    "card_sessions.of",
    "SELECT s.id, s.customer_id, s.customer_number, s.account, s.device, s.state, s.vendor_ref, "
    "s.amount, "
    "s.prompt, s.agent_id, s.agent_name, s.code, s.card_id, s.reports, s.created_at, "
    "s.modified_at, s.expires_at, s.ended_at, s.version FROM card_sessions s "
    "WHERE s.customer_id = $1 AND ($2 = '' OR s.id < $2) ORDER BY s.id DESC "
    "LIMIT $3"};

std::string prompt_column(const domain::CardSession& value) {
  return value.prompt ? to_column(*value.prompt) : "";
}

domain::CardSession session_of(const db::Row& row) {
  domain::CardSession value;
  value.id = row.id<domain::CardSessionId>(0);
  value.customer = row.id<domain::CustomerId>(1);
  value.customer_number = row.string(2);
  value.account = row.string(3);
  value.device = row.string(4);
  value.state = enum_column<domain::CardSessionState>(row.text(5));
  value.vendor_ref = row.string(6);
  value.amount = row.integer(7);
  if (!row.text(8).empty()) value.prompt = from_column<domain::CardPrompt>(row.text(8));
  if (!row.is_null(9)) value.agent = row.id<domain::AgentId>(9);
  value.agent_name = row.string(10);
  value.code = row.string(11);
  if (!row.is_null(12)) value.card = row.id<domain::CardId>(12);
  value.reports = from_column<std::vector<domain::CardSessionReport>>(row.text(13));
  value.created_at = row.time(14);
  value.modified_at = row.time(15);
  value.expires_at = row.time(16);
  value.ended_at = row.optional_time(17);
  value.version = row.integer(18);
  return value;
}

std::optional<domain::CardSession> first_of(const db::Rows& rows) {
  return rows.empty() ? std::nullopt : std::optional(session_of(rows.front()));
}

}  // namespace

void CardSessions::put_gateway(const CardGateway& gateway) {
  session_.run(kPutGateway, {gateway.account, enum_name(gateway.kind), gateway.needs_device,
                             std::int64_t{gateway.patience.count()}});
}

void CardSessions::remove_gateway(const std::string& account) {
  session_.run(kRemoveGateway, {account});
}

std::vector<CardGateway> CardSessions::gateways() {
  std::vector<CardGateway> found;
  const db::Rows rows = session_.run(kGateways);
  for (const db::Row row : db::each(rows)) {
    found.push_back({row.string(0), enum_column<domain::CardPromptKind>(row.text(1)),
                     row.boolean(2), std::chrono::seconds(row.integer(3))});
  }
  return found;
}

bool CardSessions::insert(const domain::CardSession& value) {
  return session_
             .run(kInsert, {value.id, value.customer, value.customer_number, value.account,
                            value.device, enum_name(value.state), value.vendor_ref, value.amount,
                            prompt_column(value), value.agent, value.agent_name, value.code,
                            value.card, to_column(value.reports), value.created_at,
                            value.modified_at, value.expires_at, value.ended_at, value.version})
             .affected() == 1;
}

bool CardSessions::update(domain::CardSession& value) {
  const db::Rows rows =
      session_.run(kUpdate, {value.id, value.version, enum_name(value.state), value.vendor_ref,
                             prompt_column(value), value.code, value.card, to_column(value.reports),
                             value.modified_at, value.ended_at});
  if (rows.affected() != 1) return false;
  ++value.version;
  return true;
}

std::optional<domain::CardSession> CardSessions::by_id(const domain::CardSessionId& id) {
  return first_of(session_.run(kById, {id}));
}

std::optional<domain::CardSession> CardSessions::by_vendor_ref(const std::string& account,
                                                               const std::string& vendor_ref) {
  return first_of(session_.run(kByVendorRef, {account, vendor_ref}));
}

std::vector<domain::CardSession> CardSessions::of(const domain::CustomerId& customer,
                                                  const std::string& before, int limit) {
  std::vector<domain::CardSession> found;
  const db::Rows rows = session_.run(kOf, {customer, before, limit});
  for (const db::Row row : db::each(rows)) found.push_back(session_of(row));
  return found;
}

}  // namespace madoguchi::store
