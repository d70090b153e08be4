// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/enum_names.h"
#include "core/base/result.h"
#include "core/domain/agent.h"

namespace madoguchi::domain {

struct WebhookEndpointTag;
using WebhookEndpointId = Id<WebhookEndpointTag>;

enum class WebhookEndpointState {
  enabled,
  paused,  ///< by a person: nothing is sent, nothing is left out
  gone,    ///< it answered 410: nothing is sent until a person enables it again
};

/// Where a program of somebody else's wants to be told what happens here.
struct WebhookEndpoint {
  WebhookEndpointId id;
  std::string name;
  std::string url;                  ///< https
  std::vector<std::string> events;  ///< patterns (event_matches); empty: all
  /// Only what belongs to one of these mailboxes or to none; nullopt: all.
  std::optional<std::vector<MailboxId>> mailboxes;
  WebhookEndpointState state = WebhookEndpointState::enabled;
  std::int64_t version = 1;
  TimePoint created_at;
};

enum class WebhookDeliveryState {
  waiting,
  delivered,  ///< answered with 2xx
  dead,       ///< given up; a person may have it sent again
};

/// "case.created" names one event, "case.*" all of a kind, "*" all there are.
[[nodiscard]] bool is_event_pattern(std::string_view text);
/// Whether one of the patterns names the event; none at all name every one.
[[nodiscard]] bool event_matches(const std::vector<std::string>& patterns, std::string_view event);

}  // namespace madoguchi::domain

namespace madoguchi {

template <>
struct EnumNames<domain::WebhookEndpointState> {
  static constexpr EnumName<domain::WebhookEndpointState> values[] = {
      {domain::WebhookEndpointState::enabled, "enabled"},
      {domain::WebhookEndpointState::paused, "paused"},
      {domain::WebhookEndpointState::gone, "gone"}};
};
template <>
struct EnumNames<domain::WebhookDeliveryState> {
  static constexpr EnumName<domain::WebhookDeliveryState> values[] = {
      {domain::WebhookDeliveryState::waiting, "waiting"},
      {domain::WebhookDeliveryState::delivered, "delivered"},
      {domain::WebhookDeliveryState::dead, "dead"}};
};

}  // namespace madoguchi
