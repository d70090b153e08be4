// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/webhook_endpoint.h"
#include "core/store/changes.h"

namespace madoguchi::store {

/// What an endpoint's requests are signed with; sealed.
struct WebhookSecrets {
  std::string current;
  std::string old;  ///< empty: none
  std::optional<TimePoint> old_until;
};

struct WebhookEndpointRecord {
  domain::WebhookEndpoint value;
  WebhookSecrets secrets;
  FeedPosition place;  ///< up to here there is a delivery of all it wants to know
};

/// One event for one endpoint.
struct WebhookDelivery {
  domain::WebhookEndpointId endpoint;
  std::int64_t change = 0;  ///< sequence in the feed
  std::string event;
  domain::WebhookDeliveryState state = domain::WebhookDeliveryState::waiting;
  std::int64_t round = 1;  ///< counts how often it was to be sent anew
  std::int64_t attempts = 0;
  TimePoint created_at;
  std::optional<TimePoint> tried_at;
  std::optional<std::int64_t> answer;  ///< HTTP status of the last try, if there was one
  std::string error;                   ///< of the last try
};

struct WebhookCounts {
  std::int64_t waiting = 0;
  std::int64_t dead = 0;
};

/// Endpoints, of which there are few, and what is sent to them.
class WebhookEndpoints {
 public:
  explicit WebhookEndpoints(db::Session& session) : session_(session) {}

  [[nodiscard]] std::vector<WebhookEndpointRecord> all();
  [[nodiscard]] std::optional<WebhookEndpointRecord> by_id(const domain::WebhookEndpointId& id);
  void insert(const WebhookEndpointRecord& record);
  /// All but the place. Counts the version up; false when it is no longer at that version.
  [[nodiscard]] bool update(WebhookEndpointRecord& record);
  /// With its deliveries; false when it is no longer at that version.
  [[nodiscard]] bool remove(const WebhookEndpointRecord& record);
  /// Moves the place; false when it is not at `from` any more: somebody else was first.
  [[nodiscard]] bool advance(const domain::WebhookEndpointId& id, FeedPosition from,
                             FeedPosition to);

  /// One that was sent before waits anew. Returns its round; nullopt: it waits already.
  [[nodiscard]] std::optional<std::int64_t> put(const domain::WebhookEndpointId& id,
                                                const ChangeEntry& entry, TimePoint now);
  [[nodiscard]] std::optional<WebhookDelivery> delivery(const domain::WebhookEndpointId& id,
                                                        std::int64_t change);
  /// How the last try went; false when it is in another round by now.
  [[nodiscard]] bool tried(const WebhookDelivery& delivery);
  /// Newest first, those before `before`.
  [[nodiscard]] std::vector<WebhookDelivery> deliveries(
      const domain::WebhookEndpointId& id, std::optional<domain::WebhookDeliveryState> state,
      std::int64_t before, int limit);
  [[nodiscard]] WebhookCounts counts(const domain::WebhookEndpointId& id);
  /// Forgets those that ended and were last tried before that: `delivered` and dead ones; how many.
  std::int64_t trim(TimePoint delivered_before, TimePoint dead_before, int limit);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
