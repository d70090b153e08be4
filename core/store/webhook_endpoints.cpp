// SPDX-License-Identifier: Apache-2.0
#include "core/store/webhook_endpoints.h"

#include "core/store/columns.h"

namespace madoguchi::store {
namespace {

using domain::WebhookDeliveryState;
using domain::WebhookEndpointId;

constexpr db::Statement kAll{
    "webhook_endpoints.all",
    "SELECT id, name, url, events, mailboxes, state, secret, old_secret, old_secret_until, "
    "place_tx, place_seq, version, created_at FROM webhook_endpoints ORDER BY created_at, id"};
constexpr db::Statement kById{
    "webhook_endpoints.by_id",
    "SELECT id, name, url, events, mailboxes, state, secret, old_secret, old_secret_until, "
    "place_tx, place_seq, version, created_at FROM webhook_endpoints WHERE id = $1"};
constexpr db::Statement kInsert{
    "webhook_endpoints.insert",
    "INSERT INTO webhook_endpoints (id, name, url, events, mailboxes, state, secret, place_tx, "
    "place_seq, version, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"};
constexpr db::Statement kUpdate{
    "webhook_endpoints.update",
    "UPDATE webhook_endpoints SET name = $3, url = $4, events = $5, mailboxes = $6, state = $7, "
    "secret = $8, old_secret = $9, old_secret_until = $10, version = version + 1 WHERE id = $1 AND "
    "version = $2"};
constexpr db::Statement kRemoveDeliveries{
    "webhook_messages.remove",
    "DELETE FROM webhook_messages WHERE endpoint_id = $1 AND EXISTS (SELECT 1 FROM "
    "webhook_endpoints WHERE id = $1 AND version = $2)"};
constexpr db::Statement kRemove{"webhook_endpoints.remove",
                                "DELETE FROM webhook_endpoints WHERE id = $1 AND version = $2"};
constexpr db::Statement kAdvance{
    "webhook_endpoints.advance",
    "UPDATE webhook_endpoints SET place_tx = $4, place_seq = $5 WHERE id = $1 AND place_tx = $2 "
    "AND place_seq = $3"};

constexpr db::Statement kPut{
    "webhook_messages.put",
    "INSERT INTO webhook_messages (endpoint_id, change_seq, event, state, round, attempts, "
    "created_at, error) VALUES ($1, $2, $3, 'waiting', 1, 0, $4, '') ON CONFLICT (endpoint_id, "
    "change_seq) DO UPDATE SET state = 'waiting', round = webhook_messages.round + 1, attempts = "
    "0, created_at = EXCLUDED.created_at WHERE webhook_messages.state <> 'waiting' RETURNING "
    "round"};
constexpr db::Statement kDelivery{
    "webhook_messages.one",
    "SELECT endpoint_id, change_seq, event, state, round, attempts, created_at, tried_at, answer, "
    "error FROM webhook_messages WHERE endpoint_id = $1 AND change_seq = $2"};
constexpr db::Statement kTried{
    "webhook_messages.tried",
    "UPDATE webhook_messages SET state = $4, attempts = $5, tried_at = $6, answer = $7, error = "
    "$8 WHERE endpoint_id = $1 AND change_seq = $2 AND round = $3"};
constexpr db::Statement kDeliveries{
    "webhook_messages.of_endpoint",
    "SELECT endpoint_id, change_seq, event, state, round, attempts, created_at, tried_at, answer, "
    "error FROM webhook_messages WHERE endpoint_id = $1 AND change_seq < $2 ORDER BY change_seq "
    "DESC LIMIT $3"};
constexpr db::Statement kWaiting{
    "webhook_messages.waiting",
    "SELECT endpoint_id, change_seq, event, state, round, attempts, created_at, tried_at, answer, "
    "error FROM webhook_messages WHERE endpoint_id = $1 AND change_seq < $2 AND state = "
    "'waiting' ORDER BY change_seq DESC LIMIT $3"};
constexpr db::Statement kDead{
    "webhook_messages.dead",
    "SELECT endpoint_id, change_seq, event, state, round, attempts, created_at, tried_at, answer, "
    "error FROM webhook_messages WHERE endpoint_id = $1 AND change_seq < $2 AND state = 'dead' "
    "ORDER BY change_seq DESC LIMIT $3"};
constexpr db::Statement kDelivered{
    "webhook_messages.delivered",
    "SELECT endpoint_id, change_seq, event, state, round, attempts, created_at, tried_at, answer, "
    "error FROM webhook_messages WHERE endpoint_id = $1 AND change_seq < $2 AND state = "
    "'delivered' ORDER BY change_seq DESC LIMIT $3"};
constexpr db::Statement kCounts{
    "webhook_messages.counts",
    "SELECT (SELECT count(*) FROM webhook_messages WHERE endpoint_id = $1 AND state = "
    "'waiting'), (SELECT count(*) FROM webhook_messages WHERE endpoint_id = $1 AND state = "
    "'dead')"};
constexpr db::Statement kTrim{
    "webhook_messages.trim",
    "DELETE FROM webhook_messages WHERE (endpoint_id, change_seq) IN (SELECT endpoint_id, "
    "change_seq FROM webhook_messages WHERE state <> 'waiting' AND tried_at < $1 AND (state = "
    "'delivered' OR tried_at < $2) LIMIT $3)"};

std::optional<std::string> mailboxes_column(const domain::WebhookEndpoint& endpoint) {
  if (!endpoint.mailboxes) return std::nullopt;
  return to_column(*endpoint.mailboxes);
}

std::optional<db::Bytes> bytes_of(const std::string& sealed) {
  if (sealed.empty()) return std::nullopt;
  return db::Bytes{sealed};
}

WebhookEndpointRecord record_of(const db::Row& row) {
  WebhookEndpointRecord record;
  domain::WebhookEndpoint& value = record.value;
  value.id = row.id<WebhookEndpointId>(0);
  value.name = row.string(1);
  value.url = row.string(2);
  value.events = from_column<std::vector<std::string>>(row.text(3));
  if (!row.is_null(4)) {
    value.mailboxes = from_column<std::vector<domain::MailboxId>>(row.text(4));
  }
  value.state = enum_column<domain::WebhookEndpointState>(row.text(5));
  record.secrets = {row.string(6), row.string(7), row.optional_time(8)};
  record.place = {row.integer(9), row.integer(10)};
  value.version = row.integer(11);
  value.created_at = row.time(12);
  return record;
}

WebhookDelivery delivery_of(const db::Row& row) {
  WebhookDelivery delivery;
  delivery.endpoint = row.id<WebhookEndpointId>(0);
  delivery.change = row.integer(1);
  delivery.event = row.string(2);
  delivery.state = enum_column<WebhookDeliveryState>(row.text(3));
  delivery.round = row.integer(4);
  delivery.attempts = row.integer(5);
  delivery.created_at = row.time(6);
  delivery.tried_at = row.optional_time(7);
  if (!row.is_null(8)) delivery.answer = row.integer(8);
  delivery.error = row.string(9);
  return delivery;
}

const db::Statement& listing_of(std::optional<WebhookDeliveryState> state) {
  if (!state) return kDeliveries;
  switch (*state) {
    case WebhookDeliveryState::waiting:
      return kWaiting;
    case WebhookDeliveryState::dead:
      return kDead;
    case WebhookDeliveryState::delivered:
      return kDelivered;
  }
  return kDeliveries;
}

}  // namespace

std::vector<WebhookEndpointRecord> WebhookEndpoints::all() {
  std::vector<WebhookEndpointRecord> found;
  const db::Rows rows = session_.run(kAll);
  for (const db::Row row : db::each(rows)) found.push_back(record_of(row));
  return found;
}

std::optional<WebhookEndpointRecord> WebhookEndpoints::by_id(const WebhookEndpointId& id) {
  const db::Rows rows = session_.run(kById, {id});
  return rows.empty() ? std::nullopt : std::optional(record_of(rows.front()));
}

void WebhookEndpoints::insert(const WebhookEndpointRecord& record) {
  const domain::WebhookEndpoint& value = record.value;
  session_.run(kInsert,
               {value.id, value.name, value.url, to_column(value.events), mailboxes_column(value),
                enum_name(value.state), db::Bytes{record.secrets.current}, record.place.transaction,
                record.place.sequence, value.version, value.created_at});
}

bool WebhookEndpoints::update(WebhookEndpointRecord& record) {
  domain::WebhookEndpoint& value = record.value;
  const WebhookSecrets& secrets = record.secrets;
  const db::Rows rows = session_.run(
      kUpdate, {value.id, value.version, value.name, value.url, to_column(value.events),
                mailboxes_column(value), enum_name(value.state), db::Bytes{secrets.current},
                bytes_of(secrets.old), secrets.old_until});
  if (rows.affected() != 1) return false;
  ++value.version;
  return true;
}

bool WebhookEndpoints::remove(const WebhookEndpointRecord& record) {
  session_.run(kRemoveDeliveries, {record.value.id, record.value.version});
  return session_.run(kRemove, {record.value.id, record.value.version}).affected() == 1;
}

bool WebhookEndpoints::advance(const WebhookEndpointId& id, FeedPosition from, FeedPosition to) {
  return session_.run(kAdvance, {id, from.transaction, from.sequence, to.transaction, to.sequence})
             .affected() == 1;
}

std::optional<std::int64_t> WebhookEndpoints::put(const WebhookEndpointId& id,
                                                  const ChangeEntry& entry, TimePoint now) {
  const db::Rows rows = session_.run(kPut, {id, entry.position.sequence, entry.event, now});
  return rows.empty() ? std::nullopt : std::optional(rows.front().integer(0));
}

std::optional<WebhookDelivery> WebhookEndpoints::delivery(const WebhookEndpointId& id,
                                                          std::int64_t change) {
  const db::Rows rows = session_.run(kDelivery, {id, change});
  return rows.empty() ? std::nullopt : std::optional(delivery_of(rows.front()));
}

bool WebhookEndpoints::tried(const WebhookDelivery& delivery) {
  return session_
             .run(kTried,
                  {delivery.endpoint, delivery.change, delivery.round, enum_name(delivery.state),
                   delivery.attempts, delivery.tried_at, delivery.answer, delivery.error})
             .affected() == 1;
}

std::vector<WebhookDelivery> WebhookEndpoints::deliveries(const WebhookEndpointId& id,
                                                          std::optional<WebhookDeliveryState> state,
                                                          std::int64_t before, int limit) {
  std::vector<WebhookDelivery> found;
  const db::Rows rows = session_.run(listing_of(state), {id, before, limit});
  for (const db::Row row : db::each(rows)) found.push_back(delivery_of(row));
  return found;
}

WebhookCounts WebhookEndpoints::counts(const WebhookEndpointId& id) {
  const db::Rows rows = session_.run(kCounts, {id});
  return {rows.front().integer(0), rows.front().integer(1)};
}

std::int64_t WebhookEndpoints::trim(TimePoint delivered_before, TimePoint dead_before, int limit) {
  return session_.run(kTrim, {delivered_before, dead_before, limit}).affected();
}

}  // namespace madoguchi::store
