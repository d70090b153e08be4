// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/webhook_endpoint_dto.h"

namespace madoguchi::json {

using service::WebhookDeliveryDto;
using service::WebhookEndpointCreateDto;
using service::WebhookEndpointDto;
using service::WebhookEndpointPatchDto;
using service::WebhookPayloadDto;
using service::WebhookReplayDto;

namespace {

constexpr std::size_t kName = 100;
constexpr std::size_t kUrl = 2000;
constexpr std::size_t kPatterns = 100;

constexpr const char* kEvents = "Which events: `case.created`, `case.*` or `*`. None: all of them.";
constexpr const char* kMailboxes =
    "Only what belongs to one of these mailboxes, by name, or to none; null: all.";

}  // namespace

const Fields& Table<WebhookEndpointDto>::fields() {
  static const Fields table = json::fields<WebhookEndpointDto>(
      field("id", &WebhookEndpointDto::id, "Id."),
      field("name", &WebhookEndpointDto::name, "What it is called."),
      field("url", &WebhookEndpointDto::url, "Where events are sent."),
      field("events", &WebhookEndpointDto::events, kEvents),
      field("mailboxes", &WebhookEndpointDto::mailboxes, kMailboxes),
      field("state", &WebhookEndpointDto::state,
            "paused: by a person; gone: it answered 410. Neither loses anything."),
      field("secret_hint", &WebhookEndpointDto::secret_hint, "How the secret ends."),
      field("secret", &WebhookEndpointDto::secret,
            "What its requests are signed with: shown once, when it was made.")
          .omitted_when_empty(),
      field("waiting", &WebhookEndpointDto::waiting, "Events that are still to be delivered."),
      field("dead", &WebhookEndpointDto::dead, "Events that were given up."),
      field("created_at", &WebhookEndpointDto::created_at, "When it was made."),
      field("version", &WebhookEndpointDto::version, "Counts changes; the ETag."));
  return table;
}

const Fields& Table<WebhookEndpointCreateDto>::fields() {
  static const Fields table = json::fields<WebhookEndpointCreateDto>(
      field("name", &WebhookEndpointCreateDto::name, "What it is called.")
          .not_empty()
          .max_length(kName),
      field("url", &WebhookEndpointCreateDto::url, "Where events are sent; https.")
          .not_empty()
          .max_length(kUrl),
      field("events", &WebhookEndpointCreateDto::events, kEvents).optional().max_items(kPatterns),
      field("mailboxes", &WebhookEndpointCreateDto::mailboxes, kMailboxes));
  return table;
}

const Fields& Table<WebhookEndpointPatchDto>::fields() {
  static const Fields table = json::fields<WebhookEndpointPatchDto>(
      field("name", &WebhookEndpointPatchDto::name, "What it is called.")
          .not_empty()
          .max_length(kName),
      field("url", &WebhookEndpointPatchDto::url, "Where events are sent; https.")
          .not_empty()
          .max_length(kUrl),
      field("events", &WebhookEndpointPatchDto::events, kEvents).max_items(kPatterns),
      field("mailboxes", &WebhookEndpointPatchDto::mailboxes, kMailboxes),
      field("paused", &WebhookEndpointPatchDto::paused,
            "true: nothing is sent; false: goes on where it stopped, also after 410."));
  return table;
}

const Fields& Table<WebhookDeliveryDto>::fields() {
  static const Fields table = json::fields<WebhookDeliveryDto>(
      field("id", &WebhookDeliveryDto::id, "The same in each try: the header `webhook-id`."),
      field("event", &WebhookDeliveryDto::event, "Which event."),
      field("state", &WebhookDeliveryDto::state, "dead: given up after three days."),
      field("attempts", &WebhookDeliveryDto::attempts, "How often it was tried."),
      field("created_at", &WebhookDeliveryDto::created_at, "Since when it waits or waited."),
      field("tried_at", &WebhookDeliveryDto::tried_at, "When it was last tried."),
      field("answer", &WebhookDeliveryDto::answer,
            "The last answer's status; null: there was none."),
      field("error", &WebhookDeliveryDto::error, "Why the last try failed; empty: it did not."));
  return table;
}

const Fields& Table<WebhookReplayDto>::fields() {
  static const Fields table = json::fields<WebhookReplayDto>(
      field("after", &WebhookReplayDto::after, "What comes after this event's id."),
      field("since", &WebhookReplayDto::since, "What happened from then on."));
  return table;
}

const Fields& Table<WebhookPayloadDto>::fields() {
  static const Fields table = json::fields<WebhookPayloadDto>(
      field("type", &WebhookPayloadDto::type, "The event's name."),
      field("timestamp", &WebhookPayloadDto::timestamp, "When it happened."),
      field("data", &WebhookPayloadDto::data, "The event, as GET /changes has it."));
  return table;
}

}  // namespace madoguchi::json
