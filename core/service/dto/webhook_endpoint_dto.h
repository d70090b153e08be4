// SPDX-License-Identifier: Apache-2.0
#pragma once

// Programs that are told what happens here, and what they are sent.

#include <optional>
#include <string>
#include <vector>

#include "core/domain/webhook_endpoint.h"
#include "core/json/json.h"
#include "core/service/dto/desk_dto.h"

namespace madoguchi::service {

struct WebhookEndpointDto {
  std::string id;
  std::string name;
  std::string url;
  std::vector<std::string> events;
  std::optional<std::vector<std::string>> mailboxes;
  domain::WebhookEndpointState state = domain::WebhookEndpointState::enabled;
  std::string secret_hint;
  std::optional<std::string> secret;
  std::int64_t waiting = 0;
  std::int64_t dead = 0;
  TimePoint created_at;
  std::int64_t version = 0;
};

struct WebhookEndpointCreateDto {
  std::string name;
  std::string url;
  std::vector<std::string> events;
  std::optional<std::vector<std::string>> mailboxes;
};

struct WebhookEndpointPatchDto {
  std::optional<std::string> name;
  std::optional<std::string> url;
  std::optional<std::vector<std::string>> events;
  json::Patch<std::vector<std::string>> mailboxes;
  std::optional<bool> paused;
};

struct WebhookDeliveryDto {
  std::string id;
  std::string event;
  domain::WebhookDeliveryState state = domain::WebhookDeliveryState::waiting;
  std::int64_t attempts = 0;
  TimePoint created_at;
  std::optional<TimePoint> tried_at;
  std::optional<std::int64_t> answer;
  std::string error;
};

/// From where on events are sent anew: one of the two.
struct WebhookReplayDto {
  std::optional<std::string> after;
  std::optional<TimePoint> since;
};

/// What is sent (Standard Webhooks, "Payload structure").
struct WebhookPayloadDto {
  std::string type;
  TimePoint timestamp;
  EventDto data;
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct json::Table<service::WebhookEndpointDto> {
  static constexpr const char* name = "WebhookEndpoint";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::WebhookEndpointCreateDto> {
  static constexpr const char* name = "WebhookEndpointCreate";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::WebhookEndpointPatchDto> {
  static constexpr const char* name = "WebhookEndpointPatch";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::WebhookDeliveryDto> {
  static constexpr const char* name = "WebhookDelivery";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::WebhookReplayDto> {
  static constexpr const char* name = "WebhookReplay";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::WebhookPayloadDto> {
  static constexpr const char* name = "WebhookPayload";
  static const json::Fields& fields();
};

}  // namespace madoguchi
