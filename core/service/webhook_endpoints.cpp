// SPDX-License-Identifier: Apache-2.0
#include "core/service/webhook_endpoints.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <charconv>
#include <limits>

#include "core/crypto/digest.h"
#include "core/crypto/encoding.h"
#include "core/crypto/random.h"
#include "core/net/url.h"
#include "core/service/case_wishes.h"
#include "core/service/unit_of_work.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

using domain::WebhookEndpointState;
using store::WebhookEndpointRecord;
using View = std::shared_ptr<const DirectoryView>;

constexpr std::size_t kMostEndpoints = 50;
constexpr std::chrono::hours kOldSecretHolds{24};
constexpr std::size_t kHint = 4;

std::string aad_of(const domain::WebhookEndpointId& id) {
  return "webhook_endpoints|secret|" + id.str() + "|1";
}

Error no_such_endpoint() {
  return Error::not_found({"There is no such webhook.", "そのWebhookはありません。"});
}

Error no_such_delivery() {
  return Error::not_found(
      {"Nothing was to be delivered under that id.", "そのIDの配信はありません。"});
}

Result<WebhookEndpointRecord> find_endpoint(db::Session& session, const std::string& id) {
  std::optional<WebhookEndpointRecord> record =
      store::WebhookEndpoints(session).by_id(domain::WebhookEndpointId(id));
  if (!record) return fail(no_such_endpoint());
  return std::move(*record);
}

Result<void> check_endpoint_name(const std::string& name) {
  return refuse_card_numbers(name, "/name");
}

Result<void> check_url(const std::string& url) {
  if (net::is_plain_https(url)) return {};
  return fail(Error::invalid("/url", {"Give an https URL without user and password.",
                                      "ユーザー名やパスワードを含まない https の URL を"
                                      "指定してください。"}));
}

Result<void> check_events(const std::vector<std::string>& events) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (domain::is_event_pattern(events[i])) continue;
    return fail(Error::invalid("/events/" + std::to_string(i),
                               {"Give an event (case.created), a kind of them (case.*) or *.",
                                "イベント名（case.created）、種類（case.*）または * を"
                                "指定してください。"}));
  }
  return {};
}

void announce_endpoint(const Environment& env, db::Session& session, const domain::Caller& caller,
                       const char* event, const domain::WebhookEndpoint& endpoint,
                       std::vector<domain::FieldChange> fields) {
  store::ChangeEntry entry;
  entry.event = event;
  entry.object_type = "webhook";
  entry.object_id = endpoint.id.str();
  entry.fields = std::move(fields);
  announce(env, session, caller, std::move(entry));
}

std::string joined(const std::vector<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, ", "));
}

WebhookDeliveryDto delivery_dto(const Environment& env, const store::WebhookDelivery& delivery) {
  return {webhook_message_id(env, delivery.change),
          delivery.event,
          delivery.state,
          delivery.attempts,
          delivery.created_at,
          delivery.tried_at,
          delivery.answer,
          delivery.error};
}

std::string prefix_of(const Environment& env) { return "msg_" + env.hub_id + "_"; }

/// What webhook_message_id made of it.
std::optional<std::int64_t> change_of(const Environment& env, std::string_view id) {
  const std::string prefix = prefix_of(env);
  if (id.substr(0, prefix.size()) != prefix) return std::nullopt;
  const std::string_view digits = id.substr(prefix.size());
  std::int64_t change = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), change);
  const bool whole = read.ec == std::errc() && read.ptr == digits.data() + digits.size();
  return whole ? std::optional(change) : std::nullopt;
}

void apply(const WebhookEndpointPatchDto& wish,
           const std::optional<std::vector<domain::MailboxId>>& mailboxes,
           domain::WebhookEndpoint& endpoint, domain::Change& change) {
  const auto text = [](const std::string& value) { return value; };
  if (wish.name) change.set("name", endpoint.name, text::one_line(*wish.name), text);
  if (wish.url) change.set("url", endpoint.url, *wish.url, text);
  if (wish.events) change.set("events", endpoint.events, *wish.events, joined);
  if (wish.mailboxes.given() && endpoint.mailboxes != mailboxes) {
    endpoint.mailboxes = mailboxes;
    change.fields.push_back({"mailboxes", "", mailboxes ? joined(*wish.mailboxes.value()) : "all"});
  }
  if (wish.paused) {
    change.set("state", endpoint.state,
               *wish.paused ? WebhookEndpointState::paused : WebhookEndpointState::enabled,
               [](WebhookEndpointState state) { return std::string(enum_name(state)); });
  }
}

}  // namespace

std::string webhook_message_id(const Environment& env, std::int64_t change) {
  return prefix_of(env) + std::to_string(change);
}

Result<Secret> open_webhook_secret(const Environment& env, const domain::WebhookEndpointId& id,
                                   const std::string& sealed) {
  Result<std::string> opened = env.keys.open(sealed, aad_of(id));
  if (!opened) return fail(std::move(opened.error()));
  return Secret(std::move(*opened));
}

void put_delivery(const Environment& env, db::Session& session,
                  const domain::WebhookEndpointId& endpoint, const store::ChangeEntry& entry) {
  const std::optional<std::int64_t> round =
      store::WebhookEndpoints(session).put(endpoint, entry, env.clock.now());
  if (!round) return;
  jobs::NewJob job;
  job.kind = kWebhookJob;
  job.payload = fmt::format("{} {} {}", endpoint.str(), entry.position.sequence, *round);
  job.key = job.kind + ":" + job.payload;
  env.queue.put(session, job);
}

Result<WebhookEndpointDto> WebhookEndpointService::dto_of(db::Session& session,
                                                          const DirectoryView& directory,
                                                          const Record& record) const {
  const domain::WebhookEndpoint& value = record.value;
  const Result<Secret> secret = open_webhook_secret(env_, value.id, record.secrets.current);
  if (!secret) return fail(secret.error());
  const store::WebhookCounts counts = store::WebhookEndpoints(session).counts(value.id);
  const std::string& text = secret->reveal();
  WebhookEndpointDto dto;
  dto.id = value.id.str();
  dto.name = value.name;
  dto.url = value.url;
  dto.events = value.events;
  dto.mailboxes = mailbox_names_of(value.mailboxes, directory);
  dto.state = value.state;
  dto.secret_hint = text.substr(text.size() - std::min(text.size(), kHint));
  dto.waiting = counts.waiting;
  dto.dead = counts.dead;
  dto.created_at = value.created_at;
  dto.version = value.version;
  return dto;
}

/// Sealed; `shown` is what its owner needs.
std::string WebhookEndpointService::new_secret(const Record& record, std::string& shown) const {
  std::array<std::uint8_t, 32> bytes{};
  crypto::random_bytes(bytes);
  shown = "whsec_" + crypto::to_base64(crypto::as_bytes(bytes));
  return env_.keys.seal(shown, aad_of(record.value.id));
}

Result<std::vector<WebhookEndpointDto>> WebhookEndpointService::list() {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return env_.database.read([&](db::Session& session) -> Result<std::vector<WebhookEndpointDto>> {
    std::vector<WebhookEndpointDto> dtos;
    for (const Record& record : store::WebhookEndpoints(session).all()) {
      Result<WebhookEndpointDto> dto = dto_of(session, **directory, record);
      if (!dto) return fail(std::move(dto.error()));
      dtos.push_back(std::move(*dto));
    }
    return dtos;
  });
}

Result<WebhookEndpointDto> WebhookEndpointService::get(const std::string& id) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return env_.database.read([&](db::Session& session) -> Result<WebhookEndpointDto> {
    const Result<Record> record = find_endpoint(session, id);
    if (!record) return fail(record.error());
    return dto_of(session, **directory, *record);
  });
}

Result<WebhookEndpointDto> WebhookEndpointService::create(const Context& context,
                                                          const WebhookEndpointCreateDto& wish) {
  Result<void> good = check_endpoint_name(wish.name);
  if (good) good = check_url(wish.url);
  if (good) good = check_events(wish.events);
  if (!good) return fail(std::move(good.error()));
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const auto mailboxes = mailbox_ids_of(wish.mailboxes, **directory);
  if (!mailboxes) return fail(mailboxes.error());
  const Result<store::FeedPosition> head = env_.feed.head();
  if (!head) return fail(head.error());
  Record record;
  record.value.id = env_.ids.make<domain::WebhookEndpointId>();
  record.value.name = text::one_line(wish.name);
  record.value.url = wish.url;
  record.value.events = wish.events;
  record.value.mailboxes = *mailboxes;
  record.value.created_at = env_.clock.now();
  record.place = *head;
  std::string secret;
  record.secrets.current = new_secret(record, secret);
  Result<WebhookEndpointDto> made =
      command(env_, context, [&](db::Session& session) -> Result<WebhookEndpointDto> {
        store::WebhookEndpoints endpoints(session);
        if (endpoints.all().size() >= kMostEndpoints) {
          return fail(Error::conflict(
              "too-many", {"There are 50 webhooks already.", "Webhookは50件までです。"}));
        }
        endpoints.insert(record);
        announce_endpoint(env_, session, context.caller, "webhook.created", record.value,
                          {{"name", "", record.value.name}, {"url", "", record.value.url}});
        return dto_of(session, **directory, record);
      });
  if (made) made->secret = std::move(secret);
  return made;
}

/// Runs `apply(session, record) -> Result<Change>` on the one that is meant and keeps what it made
/// of it.
template <class Change>
Result<WebhookEndpointDto> WebhookEndpointService::change(const Context& context,
                                                          const std::string& id, Change&& apply) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return command(env_, context, [&](db::Session& session) -> Result<WebhookEndpointDto> {
    Result<Record> record = find_endpoint(session, id);
    if (!record) return fail(std::move(record.error()));
    if (context.if_match && *context.if_match != record->value.version) {
      const Result<WebhookEndpointDto> now = dto_of(session, **directory, *record);
      if (!now) return fail(now.error());
      return fail(Error::stale().with_member("current", json::to_string(*now)));
    }
    const Result<domain::Change> change = apply(session, *record);
    if (!change) return fail(change.error());
    if (!change->empty()) {
      if (!store::WebhookEndpoints(session).update(*record)) {
        throw db::Failure(db::FailureKind::serialization, "the webhook changed meanwhile");
      }
      announce_endpoint(env_, session, context.caller, change->event.c_str(), record->value,
                        change->fields);
    }
    return dto_of(session, **directory, *record);
  });
}

Result<WebhookEndpointDto> WebhookEndpointService::patch(const Context& context,
                                                         const std::string& id,
                                                         const WebhookEndpointPatchDto& wish) {
  Result<void> good = check_endpoint_name(wish.name.value_or(""));
  if (good && wish.url) good = check_url(*wish.url);
  if (good && wish.events) good = check_events(*wish.events);
  if (!good) return fail(std::move(good.error()));
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const auto mailboxes = mailbox_ids_of(wish.mailboxes.value(), **directory);
  if (!mailboxes) return fail(mailboxes.error());
  return change(context, id, [&](db::Session&, Record& record) -> Result<domain::Change> {
    domain::Change change{"webhook.changed", {}};
    apply(wish, *mailboxes, record.value, change);
    return change;
  });
}

Result<void> WebhookEndpointService::remove(const Context& context, const std::string& id) {
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    const Result<Record> record = find_endpoint(session, id);
    if (!record) return fail(record.error());
    if (context.if_match && *context.if_match != record->value.version) {
      return fail(Error::stale());
    }
    if (!store::WebhookEndpoints(session).remove(*record)) {
      throw db::Failure(db::FailureKind::serialization, "the webhook changed meanwhile");
    }
    announce_endpoint(env_, session, context.caller, "webhook.deleted", record->value,
                      {{"name", record->value.name, ""}, {"url", record->value.url, ""}});
    return {};
  });
}

Result<WebhookEndpointDto> WebhookEndpointService::rotate_secret(const Context& context,
                                                                 const std::string& id) {
  std::string secret;
  Result<WebhookEndpointDto> done =
      change(context, id, [&](db::Session&, Record& record) -> Result<domain::Change> {
        record.secrets.old = std::move(record.secrets.current);
        record.secrets.old_until = env_.clock.now() + kOldSecretHolds;
        record.secrets.current = new_secret(record, secret);
        return domain::Change{"webhook.secret_rotated", {{"secret", "", ""}}};
      });
  if (done) done->secret = std::move(secret);
  return done;
}

Result<WebhookEndpointDto> WebhookEndpointService::test(const Context& context,
                                                        const std::string& id) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return command(env_, context, [&](db::Session& session) -> Result<WebhookEndpointDto> {
    const Result<Record> record = find_endpoint(session, id);
    if (!record) return fail(record.error());
    announce_endpoint(env_, session, context.caller, kWebhookTested, record->value, {});
    return dto_of(session, **directory, *record);
  });
}

Result<WebhookDeliveryListing> WebhookEndpointService::deliveries(
    const std::string& id, std::optional<domain::WebhookDeliveryState> state,
    const std::optional<std::vector<std::string>>& after, int limit) {
  const std::int64_t before =
      after ? number_of_key(after->at(0)) : std::numeric_limits<std::int64_t>::max();
  return env_.database.read([&](db::Session& session) -> Result<WebhookDeliveryListing> {
    const Result<Record> record = find_endpoint(session, id);
    if (!record) return fail(record.error());
    WebhookDeliveryListing listing;
    const auto found =
        store::WebhookEndpoints(session).deliveries(record->value.id, state, before, limit + 1);
    for (const store::WebhookDelivery& one : found) {
      if (listing.items.size() == static_cast<std::size_t>(limit)) {
        listing.next = {std::to_string(found[listing.items.size() - 1].change)};
        break;
      }
      listing.items.push_back(delivery_dto(env_, one));
    }
    return listing;
  });
}

Result<WebhookDeliveryDto> WebhookEndpointService::retry(const Context& context,
                                                         const std::string& id,
                                                         const std::string& delivery) {
  const std::optional<std::int64_t> change = change_of(env_, delivery);
  if (!change) return fail(no_such_delivery());
  return command(env_, context, [&](db::Session& session) -> Result<WebhookDeliveryDto> {
    const Result<Record> record = find_endpoint(session, id);
    if (!record) return fail(record.error());
    store::WebhookEndpoints endpoints(session);
    if (!endpoints.delivery(record->value.id, *change)) return fail(no_such_delivery());
    const std::optional<store::ChangeEntry> entry = store::History(session, env_.seal).at(*change);
    if (!entry) return fail(no_such_delivery());
    put_delivery(env_, session, record->value.id, *entry);
    return delivery_dto(env_, *endpoints.delivery(record->value.id, *change));
  });
}

Result<WebhookEndpointDto> WebhookEndpointService::replay(const Context& context,
                                                          const std::string& id,
                                                          const WebhookReplayDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  std::optional<store::FeedPosition> place;
  if (wish.after) place = store::FeedPosition::parse(*wish.after);
  if (wish.after.has_value() == wish.since.has_value() || (wish.after && !place)) {
    return fail(Error::invalid(wish.after ? "/after" : "",
                               {"Say from where: after, an event's id, or since, a time.",
                                "after（イベントID）または since（日時）のどちらかを"
                                "指定してください。"}));
  }
  return command(env_, context, [&](db::Session& session) -> Result<WebhookEndpointDto> {
    const Result<Record> record = find_endpoint(session, id);
    if (!record) return fail(record.error());
    if (wish.since) place = store::Changes(session).before(*wish.since);
    // Only backwards: what is ahead comes by itself.
    if (*place < record->place &&
        !store::WebhookEndpoints(session).advance(record->value.id, record->place, *place)) {
      throw db::Failure(db::FailureKind::serialization, "the webhook went on meanwhile");
    }
    announce_endpoint(env_, session, context.caller, "webhook.replayed", record->value,
                      {{"from", "", place->str()}});
    return dto_of(session, **directory, *record);
  });
}

}  // namespace madoguchi::service
