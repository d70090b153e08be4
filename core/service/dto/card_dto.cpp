// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/card_dto.h"

namespace madoguchi::json {

using service::CardDto;
using service::CardPatchDto;
using service::CardSessionCreateDto;
using service::CardSessionDto;
using service::ToldCardDto;

const Fields& Table<CardDto>::fields() {
  static const Fields table = json::fields<CardDto>(
      field("id", &CardDto::id, "Its id; what `card` of an order refers to."),
      field("account", &CardDto::account, "The connected account whose payment service keeps it."),
      field("brand", &CardDto::brand, "Brand."),
      field("last_digits", &CardDto::last_digits,
            "The last two to four digits, as many as the service shows.")
          .example("\"4242\""),
      field("expiry", &CardDto::expiry, "Last month in which it is good, such as 2027-04."),
      field("expired", &CardDto::expired, "That month is over."),
      field("holder", &CardDto::holder, "Name on the card; may be empty."),
      field("default", &CardDto::is_default, "The one to use; at most one of a customer's."),
      field("sync", &CardDto::sync, "Whether the payment service has it as it stands here."),
      field("created_at", &CardDto::created_at, "When it was registered."),
      field("modified_at", &CardDto::modified_at, "When it changed last."),
      field("version", &CardDto::version, "Counts changes; the ETag."),
      field("allowed_actions", &CardDto::allowed_actions, "What the caller may do with it now."));
  return table;
}

const Fields& Table<CardPatchDto>::fields() {
  static const Fields table = json::fields<CardPatchDto>(
      field("default", &CardPatchDto::is_default,
            "true makes it the one to use, and the one that was it no longer."),
      field("expiry", &CardPatchDto::expiry,
            "Such as 2027-04; where the payment service lets it be changed.")
          .max_length(7),
      field("holder", &CardPatchDto::holder,
            "Name on the card; where the payment service lets it be changed.")
          .max_length(100));
  return table;
}

const Fields& Table<ToldCardDto>::fields() {
  static const Fields table = json::fields<ToldCardDto>(
      field("account", &ToldCardDto::account, "The account whose payment service keeps it.")
          .not_empty()
          .max_length(100),
      field("token", &ToldCardDto::token,
            "What the service calls it. Never a card number: what looks like one is refused.")
          .not_empty()
          .max_length(200),
      field("brand", &ToldCardDto::brand, "Brand.").optional(),
      field("last_digits", &ToldCardDto::last_digits, "The last two to four digits, or a mask.")
          .max_length(24),
      field("expiry", &ToldCardDto::expiry, "Such as 2027-04.").max_length(7),
      field("holder", &ToldCardDto::holder, "Name on the card.").optional().max_length(100),
      field("editable", &ToldCardDto::editable, "What of it the service lets others change.")
          .optional()
          .max_items(2),
      field("default", &ToldCardDto::is_default, "The one to use.").optional());
  return table;
}

const Fields& Table<CardSessionCreateDto>::fields() {
  static const Fields table = json::fields<CardSessionCreateDto>(
      field("account", &CardSessionCreateDto::account, "The connected account to register it with.")
          .not_empty()
          .max_length(100),
      field("device", &CardSessionCreateDto::device, "Reader or pad, where the account has them.")
          .optional()
          .max_length(100));
  return table;
}

const Fields& Table<CardSessionDto>::fields() {
  static const Fields table = json::fields<CardSessionDto>(
      field("id", &CardSessionDto::id, "Its id."),
      field("account", &CardSessionDto::account, "The connected account."),
      field("device", &CardSessionDto::device, "Reader or pad; empty: none."),
      field("state", &CardSessionDto::state,
            "unknown: the service did not say how it ended; it is looked up, never repeated."),
      field("prompt", &CardSessionDto::prompt, "What the screen has to do, from waiting on."),
      field("agent", &CardSessionDto::agent, "Id of the agent who began it."),
      field("agent_name", &CardSessionDto::agent_name, "The agent's name."),
      field("code", &CardSessionDto::code, "Why it failed: the service's own code."),
      field("card", &CardSessionDto::card, "Id of the card that it brought."),
      field("reports", &CardSessionDto::reports,
            "What the service and the browser said, in the order it came: the last 20."),
      field("needs_attention", &CardSessionDto::needs_attention,
            "A report came too late, or about something else: somebody has to look at it."),
      field("created_at", &CardSessionDto::created_at, "When it began."),
      field("expires_at", &CardSessionDto::expires_at, "How long it waits for the card."),
      field("ended_at", &CardSessionDto::ended_at, "When it ended."),
      field("version", &CardSessionDto::version, "Counts changes; the ETag."),
      field("allowed_actions", &CardSessionDto::allowed_actions,
            "What the caller may do with it now."));
  return table;
}

}  // namespace madoguchi::json
