// SPDX-License-Identifier: Apache-2.0
#include "core/service/webhook_sending.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <random>

#include "core/crypto/digest.h"
#include "core/crypto/encoding.h"
#include "core/service/feed.h"
#include "core/service/log_messages.h"
#include "core/service/unit_of_work.h"
#include "core/service/webhook_endpoints.h"

namespace madoguchi::service {
namespace {

using domain::WebhookDeliveryState;
using domain::WebhookEndpointState;

constexpr int kChangesAtOnce = 200;
/// So many of an endpoint are on their way at most; the others wait in the feed.
constexpr std::int64_t kMostMessagesWaiting = 1000;
constexpr std::chrono::hours kGivenUpAfter{72};
constexpr std::chrono::hours kKeepDelivered{24 * 7};
constexpr std::chrono::hours kKeepDead{24 * 30};
constexpr int kTrimAtOnce = 1000;

constexpr int kWorkers = 6;
constexpr int kWorkersOfOne = 4;
/// After so many failures in a row it is asked by one worker at a time, and left alone in between:
/// from 15 seconds on, twice as long each time.
constexpr int kFailing = 3;
constexpr std::chrono::seconds kFirstRest{15};
constexpr int kMostDoublings = 5;
constexpr std::chrono::seconds kBusy{2};
constexpr std::chrono::seconds kPaused{60};

constexpr std::chrono::milliseconds kGather{50};
constexpr std::chrono::seconds kLook{5};
constexpr std::chrono::hours kTrimPause{1};
constexpr std::size_t kMostError = 300;

/// Between once and twice as long, so that what waits does not come back all at once.
std::chrono::seconds spread(std::chrono::seconds time) {
  thread_local std::minstd_rand random(std::random_device{}());
  const double more = std::uniform_real_distribution<double>(0.0, 1.0)(random);
  return time + std::chrono::seconds(
                    static_cast<std::int64_t>(more * static_cast<double>(time.count() + 1)));
}

bool wants(const domain::WebhookEndpoint& endpoint, const store::ChangeEntry& entry) {
  if (entry.event == kWebhookTested) return entry.object_id == endpoint.id.str();
  domain::Caller reader{{}, endpoint.name, domain::Role::integration};
  reader.scope.mailboxes = endpoint.mailboxes;
  return domain::event_matches(endpoint.events, entry.event) && may_see(reader, entry);
}

/// Standard Webhooks 1.0.0, "Signature scheme": HMAC-SHA256 of id, time and body.
Result<std::string> signature(const Secret& secret, const std::string& id, const std::string& time,
                              const std::string& body) {
  constexpr std::string_view kPrefix = "whsec_";
  Result<std::string> key = crypto::from_base64(
      std::string_view(secret.reveal()).substr(std::min(kPrefix.size(), secret.reveal().size())));
  if (!key) return fail(std::move(key.error()));
  const crypto::Digest mac =
      crypto::hmac_sha256(Secret(std::move(*key)), id + "." + time + "." + body);
  return "v1," + crypto::to_base64(crypto::as_bytes(mac));
}

/// Rings when something was committed.
class Bell final : public FeedReader {
 public:
  explicit Bell(Monitor<bool>& rung) : rung_(&rung) {}
  bool deliver(const FeedEvent&) override { return ring(); }
  bool tick(SteadyPoint) override {
    return rung_.with([](Monitor<bool>* bell) { return bell != nullptr; });
  }
  /// What it rings is about to go.
  void take_down() {
    rung_.with([](Monitor<bool>*& bell) { bell = nullptr; });
  }

 private:
  bool ring() {
    return rung_.with([](Monitor<bool>* bell) {
      if (bell != nullptr) bell->update([](bool& set) { set = true; });
      return bell != nullptr;
    });
  }
  Guarded<Monitor<bool>*> rung_;
};

}  // namespace

/// One delivery with all that is needed to send it.
struct WebhookSending::Order {
  Record endpoint;
  store::WebhookDelivery delivery;
  store::ChangeEntry entry;
};

WebhookSending::WebhookSending(const Environment& env, SendWebhook send)
    : env_(env),
      send_(std::move(send)),
      sent_(env.metrics.counters("madoguchi_webhook_sent_total",
                                 "Tries to deliver an event to a webhook, by how they ended.",
                                 {"outcome"})) {}

jobs::JobKind WebhookSending::job_kind() {
  jobs::JobKind kind;
  kind.name = kWebhookJob;
  kind.run = [this](const jobs::Job& job, jobs::Claim& claim) { return deliver(job, claim); };
  // How long it is tried is a matter of time, not of number.
  kind.retry = {1000, std::chrono::seconds(10), std::chrono::hours(6)};
  kind.concurrency = kWorkers;
  return kind;
}

Result<std::int64_t> WebhookSending::fan_out() {
  const auto records = env_.database.read([](db::Session& session) {
    return Result<std::vector<Record>>(store::WebhookEndpoints(session).all());
  });
  if (!records) return fail(records.error());
  std::erase_if(scans_, [&](const auto& scan) {
    return std::none_of(records->begin(), records->end(),
                        [&](const Record& one) { return one.value.id == scan.first; });
  });
  if (records->empty()) return 0;
  const auto below = env_.database.read([](db::Session& session) {
    return Result<store::Changes::Horizon>(store::Changes(session).horizon());
  });
  if (!below) return fail(below.error());
  std::int64_t put = 0;
  for (const Record& record : *records) {
    if (record.value.state != WebhookEndpointState::enabled) continue;
    const Result<std::int64_t> one = fan_out(record, *below);
    // Another process was first: it goes on where that one stopped, next time.
    if (!one && one.error().code != ErrorCode::conflict) return fail(one.error());
    put += one.value_or(0);
  }
  return put;
}

Result<std::int64_t> WebhookSending::fan_out(const Record& record, store::Changes::Horizon below) {
  Scan& scan = scans_[record.value.id];
  if (scan.kept != record.place) scan = {record.place, record.place};
  std::int64_t put_so_far = 0;
  while (true) {
    using Entries = std::vector<store::ChangeEntry>;
    const Result<Entries> entries =
        env_.database.read([&](db::Session& session) -> Result<Entries> {
          const std::int64_t waiting =
              store::WebhookEndpoints(session).counts(record.value.id).waiting;
          if (waiting >= kMostMessagesWaiting) return Entries{};
          return store::History(session, env_.seal).after(scan.seen, below, kChangesAtOnce);
        });
    if (!entries) return fail(entries.error());
    if (entries->empty()) return put_so_far;
    const Result<std::int64_t> made = put(record.value, scan.kept, *entries);
    if (!made) return fail(made.error());
    scan.seen = entries->back().position;
    const bool full = entries->size() == static_cast<std::size_t>(kChangesAtOnce);
    if (*made > 0 || full) scan.kept = scan.seen;
    put_so_far += *made;
    if (!full) return put_so_far;
  }
}

/// How many of the entries it wants to know. Its place is moved when there is one, or the entries
/// are many.
Result<std::int64_t> WebhookSending::put(const domain::WebhookEndpoint& endpoint,
                                         store::FeedPosition from,
                                         const std::vector<store::ChangeEntry>& entries) {
  std::vector<const store::ChangeEntry*> wanted;
  for (const store::ChangeEntry& entry : entries) {
    if (wants(endpoint, entry)) wanted.push_back(&entry);
  }
  if (wanted.empty() && entries.size() < static_cast<std::size_t>(kChangesAtOnce)) return 0;
  return env_.database.in_transaction([&](db::Session& session) -> Result<std::int64_t> {
    store::WebhookEndpoints endpoints(session);
    if (!endpoints.advance(endpoint.id, from, entries.back().position)) {
      return fail(Error::conflict(
          "moved-meanwhile", {"Somebody else went on with it.", "別のプロセスが処理しました。"}));
    }
    for (const store::ChangeEntry* entry : wanted) {
      put_delivery(env_, session, endpoint.id, *entry);
    }
    return static_cast<std::int64_t>(wanted.size());
  });
}

Result<void> WebhookSending::trim() {
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    const TimePoint now = env_.clock.now();
    store::WebhookEndpoints(session).trim(now - kKeepDelivered, now - kKeepDead, kTrimAtOnce);
    return {};
  });
}

void WebhookSending::run(const std::stop_token& stop) {
  Monitor<bool> rung(true);
  const auto bell = std::make_shared<Bell>(rung);
  const std::stop_callback wake(stop, [&] { rung.update([](bool& set) { set = true; }); });
  const auto wait = [&rung](std::chrono::milliseconds time, auto&& ready) {
    rung.wait_until(std::chrono::steady_clock::now() + time, ready, [](bool& set) { set = false; });
  };
  bool listening = false;
  SteadyPoint trimmed{};
  while (!stop.stop_requested()) {
    if (!listening) {
      const Result<store::FeedPosition> head = env_.feed.head();
      listening = head && env_.feed.subscribe(bell, *head);
    }
    const bool failing = !fan_out();
    if (!failing && env_.clock.steady_now() - trimmed >= kTrimPause && trim()) {
      trimmed = env_.clock.steady_now();
    }
    if (!failing) wait(kLook, [](bool set) { return set; });
    // Those that come right after it go with it.
    wait(failing ? std::chrono::milliseconds(kLook) : kGather,
         [&stop](bool) { return stop.stop_requested(); });
  }
  bell->take_down();
}

std::optional<std::chrono::seconds> WebhookSending::begin(const domain::WebhookEndpointId& id) {
  const SteadyPoint now = env_.clock.steady_now();
  return health_.with([&](auto& all) -> std::optional<std::chrono::seconds> {
    Health& health = all[id];
    if (now < health.rests_until) {
      return spread(std::chrono::ceil<std::chrono::seconds>(health.rests_until - now));
    }
    const int most = health.failures >= kFailing ? 1 : kWorkersOfOne;
    if (health.at_work >= most) return spread(kBusy);
    ++health.at_work;
    return std::nullopt;
  });
}

void WebhookSending::finish(const domain::WebhookEndpoint& endpoint, bool well) {
  const SteadyPoint now = env_.clock.steady_now();
  const int failures = health_.with([&](auto& all) {
    Health& health = all[endpoint.id];
    --health.at_work;
    const int before = health.failures;
    health.failures = well ? 0 : health.failures + 1;
    if (health.failures >= kFailing) {
      health.rests_until =
          now + kFirstRest * (1 << std::min(health.failures - kFailing, kMostDoublings));
    }
    return well ? -before : health.failures;
  });
  if (failures == kFailing) {
    env_.log.write(kWebhookFailing, {{"webhook", endpoint.id}, {"name", endpoint.name}});
  } else if (failures <= -kFailing) {
    env_.log.write(kWebhookRecovered, {{"webhook", endpoint.id}, {"name", endpoint.name}});
  }
}

/// Null when there is nothing to be done any more.
Result<std::optional<WebhookSending::Order>> WebhookSending::order_of(const std::string& payload) {
  const std::size_t first = payload.find(' ');
  const std::size_t second = payload.find(' ', first + 1);
  const domain::WebhookEndpointId id(payload.substr(0, first));
  std::int64_t change = 0;
  std::int64_t round = 0;
  std::from_chars(payload.data() + first + 1, payload.data() + second, change);
  std::from_chars(payload.data() + second + 1, payload.data() + payload.size(), round);
  return env_.database.read([&](db::Session& session) -> Result<std::optional<Order>> {
    store::WebhookEndpoints endpoints(session);
    std::optional<Record> record = endpoints.by_id(id);
    std::optional<store::WebhookDelivery> delivery = endpoints.delivery(id, change);
    std::optional<store::ChangeEntry> entry = store::History(session, env_.seal).at(change);
    const bool waits = record && entry && delivery && delivery->round == round &&
                       delivery->state == WebhookDeliveryState::waiting;
    if (!waits) return std::optional<Order>();
    return std::optional(Order{std::move(*record), std::move(*delivery), std::move(*entry)});
  });
}

Result<WebhookRequestOut> WebhookSending::request_of(const Order& order) const {
  const store::WebhookSecrets& secrets = order.endpoint.secrets;
  const domain::WebhookEndpointId& endpoint = order.endpoint.value.id;
  const TimePoint now = env_.clock.now();
  WebhookRequestOut request;
  request.url = order.endpoint.value.url;
  request.body =
      json::to_string(WebhookPayloadDto{order.entry.event, order.entry.at, event_dto(order.entry)});
  const std::string id = webhook_message_id(env_, order.delivery.change);
  const std::string time = std::to_string(to_micros(now) / 1'000'000);
  std::string signatures;
  for (const std::string* sealed : {&secrets.current, &secrets.old}) {
    const bool holds =
        sealed == &secrets.current || (secrets.old_until && now < *secrets.old_until);
    if (sealed->empty() || !holds) continue;
    const Result<Secret> secret = open_webhook_secret(env_, endpoint, *sealed);
    if (!secret) return fail(secret.error());
    const Result<std::string> one = signature(*secret, id, time, request.body);
    if (!one) return fail(one.error());
    signatures += (signatures.empty() ? "" : " ") + *one;
  }
  request.headers = {{"Content-Type", "application/json"},
                     {"webhook-id", id},
                     {"webhook-timestamp", time},
                     {"webhook-signature", signatures}};
  return request;
}

jobs::Outcome WebhookSending::deliver(const jobs::Job& job, jobs::Claim& claim) {
  Result<std::optional<Order>> order = order_of(job.payload);
  if (!order) return jobs::Outcome::postpone(order.error().describe());
  if (!*order) return jobs::Outcome::done();
  const domain::WebhookEndpoint& endpoint = (*order)->endpoint.value;
  if (endpoint.state == WebhookEndpointState::paused) {
    return jobs::Outcome::postpone("the webhook is paused", spread(kPaused));
  }
  if (endpoint.state == WebhookEndpointState::gone) {
    return settle(**order, WebhookAnswerIn{410}, claim);
  }
  Result<WebhookRequestOut> request = request_of(**order);
  if (!request) return jobs::Outcome::retry(request.error().describe());
  if (const auto rest = begin(endpoint.id)) {
    return jobs::Outcome::postpone("the webhook is left alone for a while", *rest);
  }
  request->stop = stop_.get_token();
  Result<WebhookAnswerIn> answer = fail(Error::internal("sending threw"));
  try {
    answer = send_(*request);
  } catch (const std::exception& error) {
    answer = fail(Error::internal(error.what()));
  }
  finish(endpoint, answer && answer->status / 100 == 2);
  if (!answer && stop_.stop_requested()) return jobs::Outcome::postpone("the daemon stops");
  return settle(**order, answer, claim);
}

jobs::Outcome WebhookSending::settle(Order& order, const Result<WebhookAnswerIn>& answer,
                                     jobs::Claim& claim) {
  store::WebhookDelivery& delivery = order.delivery;
  domain::WebhookEndpoint& endpoint = order.endpoint.value;
  const bool well = answer && answer->status / 100 == 2;
  const bool gone = answer && answer->status == 410;
  delivery.tried_at = env_.clock.now();
  ++delivery.attempts;
  delivery.answer.reset();
  if (answer) delivery.answer = answer->status;
  delivery.error = well     ? ""
                   : answer ? fmt::format("it answered {}", answer->status)
                            : answer.error().describe().substr(0, kMostError);
  const bool late = *delivery.tried_at - delivery.created_at >= kGivenUpAfter;
  if (well) delivery.state = WebhookDeliveryState::delivered;
  if (!well && (gone || late)) delivery.state = WebhookDeliveryState::dead;
  const bool ended = delivery.state != WebhookDeliveryState::waiting;
  const bool closes = gone && endpoint.state == WebhookEndpointState::enabled;
  const Result<void> kept = env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::WebhookEndpoints endpoints(session);
    if (!endpoints.tried(delivery)) return claim.done(session);
    std::optional<Record> now = endpoints.by_id(endpoint.id);
    if (closes && now && now->value.state == WebhookEndpointState::enabled) {
      now->value.state = WebhookEndpointState::gone;
      if (!endpoints.update(*now)) {
        throw db::Failure(db::FailureKind::serialization, "the webhook changed meanwhile");
      }
      store::ChangeEntry entry;
      entry.event = "webhook.changed";
      entry.object_type = "webhook";
      entry.object_id = endpoint.id.str();
      entry.fields = {{"state", "enabled", "gone"}};
      announce(env_, session, {{}, "hub"}, std::move(entry));
    }
    return ended ? claim.done(session) : Result<void>();
  });
  if (!kept) return jobs::Outcome::postpone(kept.error().describe());
  sent_.with({well ? "delivered" : ended ? "dead" : "failed"}).add();
  if (ended && !well) {
    env_.log.write(kWebhookDead, {{"webhook", endpoint.id},
                                  {"name", endpoint.name},
                                  {"delivery", webhook_message_id(env_, delivery.change)},
                                  {"error", delivery.error}});
  }
  if (ended) return jobs::Outcome::done();
  return jobs::Outcome::retry(delivery.error, answer ? answer->retry_after : std::nullopt);
}

}  // namespace madoguchi::service
