// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "core/base/guarded.h"
#include "core/jobs/runner.h"
#include "core/service/environment.h"
#include "core/store/webhook_endpoints.h"

namespace madoguchi::service {

struct WebhookRequestOut {
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::stop_token stop = {};  ///< gives up
};
struct WebhookAnswerIn {
  int status = 0;
  std::optional<std::chrono::seconds> retry_after = std::nullopt;
};
/// POSTs; an error when there was no answer. Its text is shown to people.
using SendWebhook = std::function<Result<WebhookAnswerIn>(const WebhookRequestOut&)>;

/// Tells programs what happened here (Standard Webhooks 1.0.0: signed, the same `webhook-id` in
/// each try): reads the change feed for each endpoint, makes a job of each event it wants to know,
/// and sends it, for three days if need be. At least once; not in order. An endpoint that does not
/// answer takes one worker now and then and no more, and its events wait in the feed. Safe for use
/// by many threads and by several processes at once.
class WebhookSending {
 public:
  WebhookSending(const Environment& env, SendWebhook send);

  [[nodiscard]] jobs::JobKind job_kind();
  /// Puts what happened since the last time on its way; how many deliveries that are.
  [[nodiscard]] Result<std::int64_t> fan_out();
  /// Forgets old deliveries.
  [[nodiscard]] Result<void> trim();
  /// Does both whenever something happened, until it is asked to stop.
  void run(const std::stop_token& stop);
  /// Lets go of whoever does not answer: what was being sent is sent again later.
  void stop() { stop_.request_stop(); }

 private:
  using Record = store::WebhookEndpointRecord;
  /// How one endpoint does, in this process.
  struct Health {
    int failures = 0;  ///< in a row
    int at_work = 0;
    SteadyPoint rests_until{};
  };
  struct Order;
  /// What nobody wanted to know is not worth a write of its own.
  struct Scan {
    store::FeedPosition kept;
    store::FeedPosition seen;
  };

  [[nodiscard]] Result<std::int64_t> fan_out(const Record& record, store::Changes::Horizon below);
  [[nodiscard]] Result<std::int64_t> put(const domain::WebhookEndpoint& endpoint,
                                         store::FeedPosition from,
                                         const std::vector<store::ChangeEntry>& entries);
  [[nodiscard]] jobs::Outcome deliver(const jobs::Job& job, jobs::Claim& claim);
  [[nodiscard]] Result<std::optional<Order>> order_of(const std::string& payload);
  [[nodiscard]] Result<WebhookRequestOut> request_of(const Order& order) const;
  [[nodiscard]] jobs::Outcome settle(Order& order, const Result<WebhookAnswerIn>& answer,
                                     jobs::Claim& claim);
  /// How long the endpoint is left alone; nullopt: begun, and ended by `finish`.
  [[nodiscard]] std::optional<std::chrono::seconds> begin(const domain::WebhookEndpointId& id);
  void finish(const domain::WebhookEndpoint& endpoint, bool well);

  const Environment& env_;
  const SendWebhook send_;
  std::stop_source stop_;
  Guarded<std::map<domain::WebhookEndpointId, Health>> health_;
  std::map<domain::WebhookEndpointId, Scan> scans_;  ///< of the thread that fans out
  observe::Family<observe::Counter>& sent_;
};

}  // namespace madoguchi::service
