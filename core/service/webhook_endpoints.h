// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/service/directory.h"
#include "core/service/dto/webhook_endpoint_dto.h"
#include "core/service/environment.h"
#include "core/store/webhook_endpoints.h"

namespace madoguchi::service {

struct WebhookDeliveryListing {
  std::vector<WebhookDeliveryDto> items;
  std::optional<std::vector<std::string>> next;  ///< key to go on behind
};

/// Who is told what happens here. What is sent is webhook_sending.h's business. Safe for use by
/// many threads.
class WebhookEndpointService {
 public:
  explicit WebhookEndpointService(const Environment& env) : env_(env) {}

  [[nodiscard]] Result<std::vector<WebhookEndpointDto>> list();
  [[nodiscard]] Result<WebhookEndpointDto> get(const std::string& id);
  /// The answer has the secret; a repetition by its Idempotency-Key has not.
  [[nodiscard]] Result<WebhookEndpointDto> create(const Context& context,
                                                  const WebhookEndpointCreateDto& wish);
  [[nodiscard]] Result<WebhookEndpointDto> patch(const Context& context, const std::string& id,
                                                 const WebhookEndpointPatchDto& wish);
  /// With what waits for it.
  [[nodiscard]] Result<void> remove(const Context& context, const std::string& id);
  /// A new secret; for a day requests are signed with the one before too.
  [[nodiscard]] Result<WebhookEndpointDto> rotate_secret(const Context& context,
                                                         const std::string& id);
  /// Sends it an event that nobody else gets.
  [[nodiscard]] Result<WebhookEndpointDto> test(const Context& context, const std::string& id);

  [[nodiscard]] Result<WebhookDeliveryListing> deliveries(
      const std::string& id, std::optional<domain::WebhookDeliveryState> state,
      const std::optional<std::vector<std::string>>& after, int limit);
  /// One that ended, sent anew under its old id.
  [[nodiscard]] Result<WebhookDeliveryDto> retry(const Context& context, const std::string& id,
                                                 const std::string& delivery);
  /// Sends everything from there on that it wants to know, what it has already had too.
  [[nodiscard]] Result<WebhookEndpointDto> replay(const Context& context, const std::string& id,
                                                  const WebhookReplayDto& wish);

 private:
  using Record = store::WebhookEndpointRecord;
  [[nodiscard]] Result<WebhookEndpointDto> dto_of(db::Session& session,
                                                  const DirectoryView& directory,
                                                  const Record& record) const;
  [[nodiscard]] std::string new_secret(const Record& record, std::string& shown) const;
  template <class Change>
  Result<WebhookEndpointDto> change(const Context& context, const std::string& id, Change&& apply);

  const Environment& env_;
};

/// Puts one event on its way to one endpoint, in the caller's transaction; nothing when it is on
/// its way already.
void put_delivery(const Environment& env, db::Session& session,
                  const domain::WebhookEndpointId& endpoint, const store::ChangeEntry& entry);
/// "whsec_…" (Standard Webhooks), opened.
[[nodiscard]] Result<Secret> open_webhook_secret(const Environment& env,
                                                 const domain::WebhookEndpointId& id,
                                                 const std::string& sealed);
/// The header `webhook-id`.
[[nodiscard]] std::string webhook_message_id(const Environment& env, std::int64_t change);

/// An event that only the endpoint it names is sent.
inline constexpr const char* kWebhookTested = "webhook.tested";
inline constexpr const char* kWebhookJob = "webhooks.deliver";

}  // namespace madoguchi::service
