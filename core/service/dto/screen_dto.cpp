// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/screen_dto.h"

#include "core/domain/names.h"

namespace madoguchi::json {

using service::ScreenDto;
using service::ScreenPresentDto;
using service::VendorPartDto;
using service::WithheldDto;

const Fields& Table<VendorPartDto>::fields() {
  static const Fields table = json::fields<VendorPartDto>(
      field("account", &VendorPartDto::account, "The connected account."),
      field("state", &VendorPartDto::state,
            "fresh; stale since `as_of`; unavailable: it does not answer; disabled."),
      field("as_of", &VendorPartDto::as_of, "When it was known to be so."),
      field("items", &VendorPartDto::items, "What it has of the customer."),
      field("embed_url", &VendorPartDto::embed_url, "Its own page about the customer."));
  return table;
}

const Fields& Table<WithheldDto>::fields() {
  static const Fields table = json::fields<WithheldDto>(
      field("part", &WithheldDto::part, "The member that is null for this caller."),
      field("needs", &WithheldDto::needs, "The permission that the caller lacks."));
  return table;
}

const Fields& Table<ScreenPresentDto>::fields() {
  static const Fields table = json::fields<ScreenPresentDto>(
      field("case", &ScreenPresentDto::case_number, "Number of the case."),
      field("who", &ScreenPresentDto::who, "Who looks at it or writes in it."));
  return table;
}

const Fields& Table<ScreenDto>::fields() {
  static const Fields table = json::fields<ScreenDto>(
      field("customer", &ScreenDto::customer,
            "The customer: basics, labels, blacklist. Its own `version` is what its PATCH wants."),
      field("addresses", &ScreenDto::addresses, "Delivery addresses."),
      field("cases", &ScreenDto::cases,
            "Inquiries that the caller may see, with the beginning of each."),
      field("orders", &ScreenDto::orders, "Orders."),
      field("subscriptions", &ScreenDto::subscriptions, "Subscriptions."),
      field("changes", &ScreenDto::changes, "History; what the caller may not see is not in it."),
      field("memos", &ScreenDto::memos, "Memos."),
      field("deliveries", &ScreenDto::deliveries, "Mails that were sent to the customer."),
      field("cards", &ScreenDto::cards, "Cards."),
      field("card_sessions", &ScreenDto::card_sessions,
            "Registrations of cards that go on, or that somebody has to look at, of the last ten."),
      field("surveys", &ScreenDto::surveys, "What the customer answered in surveys."),
      field("mail_history", &ScreenDto::mail_history,
            "What connected mail-sharing accounts have; empty: none is connected."),
      field("alerts", &ScreenDto::alerts,
            "What the scheme tells about the customer and the unresolved cases that are shown."),
      field("edit_lock", &ScreenDto::edit_lock, "Who edits; reading the screen takes no lock."),
      field("presence", &ScreenDto::presence, "Who has one of these cases open."),
      field("withheld", &ScreenDto::withheld, "Parts that are null because the caller may not."),
      field("as_of", &ScreenDto::as_of, "When it was read; all stored parts at one point in time."),
      field("version", &ScreenDto::version,
            "Grows with each entry of the customer's history; the ETag."));
  return table;
}

}  // namespace madoguchi::json
