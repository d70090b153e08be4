// SPDX-License-Identifier: Apache-2.0
#include "core/service/delivery_reports.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/base/email_address.h"
#include "core/service/case_access.h"
#include "core/service/case_dto_of.h"
#include "core/service/message_access.h"
#include "core/service/unit_of_work.h"
#include "core/store/customers.h"
#include "core/store/deliveries.h"
#include "core/store/messages.h"
#include "core/text/card_number.h"

namespace madoguchi::service {
namespace {

constexpr const char* kStage = "delivery_report";
const domain::Caller kHub{{}, "hub"};

std::string key_of(const std::string& address) {
  const Result<EmailAddress> parsed = EmailAddress::parse(address);
  return parsed ? parsed->key() : std::string();
}

/// The message of ours that the report is about, and by what it was known.
std::optional<domain::Message> subject_of(const Environment& env, db::Session& session,
                                          const store::IntakeRecord& record,
                                          const mail::DeliveryReport& report, std::string& by) {
  const auto sent = [&](const std::string& mark) -> std::optional<domain::Message> {
    const std::optional<std::int64_t> sequence = env.tokens.verify(mark);
    if (!sequence) return std::nullopt;
    std::optional<domain::Message> message = store::Messages(session).by_sequence(*sequence);
    if (message && message->delivery.empty()) message.reset();
    return message;
  };
  for (const store::IntakeRecipient& recipient : record.recipients) {
    by = "the token of the address it came back to";
    if (std::optional<domain::Message> message = sent(recipient.address)) return message;
  }
  for (const std::string& mark : report.marks) {
    by = "a token in the headers it returns";
    if (std::optional<domain::Message> message = sent(mark)) return message;
  }
  return std::nullopt;
}

domain::Delivery* delivery_of(domain::Message& message, const mail::ReportedRecipient& reported) {
  for (domain::Delivery& delivery : message.delivery) {
    const std::string key = key_of(delivery.address);
    if (key == key_of(reported.address)) return &delivery;
    for (const std::string& alias : reported.aliases) {
      if (key == key_of(alias)) return &delivery;
    }
  }
  return nullptr;
}

using State = domain::DeliveryState;

/// What the report makes of it; nothing when it says no more than is known. What failed stays so:
/// a warning may come after the end.
std::optional<State> state_after(State before, mail::ReportedState reported) {
  const bool ended = before == State::bounced || before == State::failed;
  switch (reported) {
    case mail::ReportedState::bounced:
      if (ended) return std::nullopt;
      return State::bounced;
    case mail::ReportedState::deferred:
      if (ended || before == State::deferred) return std::nullopt;
      return State::deferred;
    case mail::ReportedState::delivered:
      if (ended || before == State::sent) return std::nullopt;
      return State::sent;
  }
  return std::nullopt;
}

void announce_delivery(const Environment& env, db::Session& session, const char* event,
                       const domain::Message& message, std::vector<domain::FieldChange> fields) {
  store::ChangeEntry entry;
  entry.event = event;
  entry.object_type = "message";
  entry.object_id = message.id.str();
  entry.case_id = message.case_id;
  if (const auto record = store::Cases(session).by_id(message.case_id))
    entry.mailboxes = sight_of(session, record->value);
  entry.fields = std::move(fields);
  announce(env, session, kHub, std::move(entry));
}

/// How many of the report's recipients the message was sent to.
int apply_to(const Environment& env, db::Session& session, const store::IntakeRecord& record,
             const mail::DeliveryReport& report, domain::Message& message) {
  int known = 0;
  std::vector<domain::FieldChange> fields;
  for (const mail::ReportedRecipient& reported : report.recipients) {
    domain::Delivery* const delivery = delivery_of(message, reported);
    if (delivery == nullptr) continue;
    ++known;
    const std::optional<State> state = state_after(delivery->state, reported.state);
    if (!state) continue;
    const bool good = *state == State::sent;
    fields.push_back({"delivery", delivery->address, std::string(enum_name(*state))});
    if (!good)
      fields.push_back({"delivery_reason", delivery->address, mail::name_of(reported.reason)});
    delivery->state = *state;
    delivery->detail = text::mask_card_numbers(reported.words);
    delivery->at = env.clock.now();
    delivery->reason = good ? "" : mail::name_of(reported.reason);
    delivery->status_code = reported.status_code;
    store::Deliveries(session).report(message.id, *delivery, record.id);
    if (reported.hard) suppress(env, session, message, *delivery);
  }
  if (!fields.empty())
    announce_delivery(env, session, "message.delivery", message, std::move(fields));
  return known;
}

template <class Dto, class Record>
void show_message(Dto& dto, const Record& record) {
  dto.message_id = record.message.str();
  dto.case_number = domain::case_number(record.case_sequence);
}

std::optional<store::DeliveryPlace> place_of(const std::optional<std::vector<std::string>>& key) {
  if (!key || key->size() != 3) return std::nullopt;
  store::DeliveryPlace place{0, key->at(1), key->at(2)};
  const std::string& at = key->front();
  std::from_chars(at.data(), at.data() + at.size(), place.at);
  return place;
}

std::vector<std::string> key_at(TimePoint at, std::string second, std::string third) {
  return {std::to_string(to_micros(at)), std::move(second), std::move(third)};
}

Error no_such_customer() {
  return Error::not_found({"There is no such customer.", "その顧客は登録されていません。"});
}

Error no_such_suppression() {
  return Error::not_found(
      {"That address is not suppressed.", "そのアドレスは送信停止になっていません。"});
}

}  // namespace

std::optional<store::IntakeRecord> apply_report(const Environment& env, db::Session& session,
                                                const store::IntakeRecord& record,
                                                const mail::DeliveryReport& report,
                                                std::vector<domain::DecisionStep>& steps) {
  store::IntakeRecord decided = record;
  decided.outcome = domain::IntakeOutcome::ignored;
  std::string by;
  std::optional<domain::Message> message = subject_of(env, session, record, report, by);
  if (!message) {
    decided.reason = "a delivery report about no mail that was sent from here";
  } else if (apply_to(env, session, record, report, *message) == 0) {
    decided.reason = "a delivery report about nobody whom the mail was sent to";
  } else {
    decided.outcome = domain::IntakeOutcome::bounce;
    decided.reason = fmt::format("a delivery report ({}), matched by {}", report.reporter, by);
    decided.message = message->id;
    if (const auto found = store::Cases(session).by_id(message->case_id))
      decided.case_sequence = found->value.sequence;
  }
  const bool settled = decided.outcome == domain::IntakeOutcome::bounce || report.structured;
  steps.push_back({kStage, decided.reason, settled});
  if (!settled) return std::nullopt;
  decided.decision = steps;
  return decided;
}

void suppress(const Environment& env, db::Session& session, const domain::Message& message,
              const domain::Delivery& delivery) {
  const store::Suppression suppression{key_of(delivery.address), delivery.address, delivery.reason,
                                       delivery.detail,          message.id,       0,
                                       env.clock.now()};
  if (!store::Deliveries(session).suppress(suppression)) return;
  announce_delivery(env, session, "address.suppressed", message,
                    {{"address", "", delivery.address}, {"reason", "", delivery.reason}});
}

void note_suppressed(db::Session& session, domain::Message& message) {
  for (const domain::Delivery& delivery : message.delivery) {
    if (!store::Deliveries(session).suppressed(key_of(delivery.address))) continue;
    message.notices.push_back("address_suppressed:" + delivery.address);
  }
}

DeliveryListing deliveries_of(db::Session& session, const store::DeliveryQuery& query) {
  DeliveryListing listing;
  for (store::DeliveryRecord& record : store::Deliveries(session).list(query)) {
    if (listing.items.size() == static_cast<std::size_t>(query.limit)) {
      const DeliveryDto& last = listing.items.back();
      listing.next = key_at(last.at, last.message_id, last.address);
      break;
    }
    DeliveryDto dto;
    show_message(dto, record);
    dto.address = std::move(record.value.address);
    dto.state = record.value.state;
    dto.reason = std::move(record.value.reason);
    dto.status_code = std::move(record.value.status_code);
    dto.detail = std::move(record.value.detail);
    dto.suppressed = record.suppressed;
    dto.at = record.value.at;
    dto.subject = std::move(record.subject);
    listing.items.push_back(std::move(dto));
  }
  return listing;
}

Result<DeliveryListing> DeliveryService::list(const domain::Caller& caller,
                                              const std::vector<domain::DeliveryState>& states,
                                              const std::optional<std::string>& address,
                                              const std::optional<std::vector<std::string>>& after,
                                              int limit) {
  store::DeliveryQuery query{states, "", caller.scope, place_of(after), limit};
  if (address) query.address_key = key_of(*address);
  if (address && query.address_key.empty()) return DeliveryListing{};
  return env_.database.read([&](db::Session& session) -> Result<DeliveryListing> {
    return deliveries_of(session, query);
  });
}

Result<DeliveryListing> DeliveryService::of_customer(
    const domain::Caller& caller, const std::string& number,
    const std::optional<std::vector<std::string>>& after, int limit) {
  store::DeliveryQuery query{{}, "", caller.scope, place_of(after), limit};
  return env_.database.read([&](db::Session& session) -> Result<DeliveryListing> {
    query.customer = store::Customers(session).id_by_number(number);
    if (!query.customer) return fail(no_such_customer());
    return deliveries_of(session, query);
  });
}

Result<MessageDto> DeliveryService::of_customer(const domain::Caller& caller,
                                                const std::string& number, const std::string& id) {
  return env_.database.read([&](db::Session& session) -> Result<MessageDto> {
    const auto customer = store::Customers(session).id_by_number(number);
    if (!customer) return fail(no_such_customer());
    const Result<MessageRecord> found = find_message(session, caller, id);
    if (!found) return fail(found.error());
    if (!store::Deliveries(session).went_to(found->message.id, *customer)) {
      return fail(Error::not_found(
          {"That mail did not go to this customer.", "この顧客に送られたメールではありません。"}));
    }
    return message_dto_of(found->message, found->record.value.sequence, caller);
  });
}

Result<SuppressionListing> DeliveryService::suppressions(
    const domain::Caller& caller, const std::optional<std::string>& address,
    const std::optional<std::vector<std::string>>& after, int limit) {
  store::SuppressionQuery query{"", caller.scope, place_of(after), limit};
  if (address) query.address_key = key_of(*address);
  if (address && query.address_key.empty()) return SuppressionListing{};
  return env_.database.read([&](db::Session& session) -> Result<SuppressionListing> {
    SuppressionListing listing;
    std::string last;
    for (store::Suppression& record : store::Deliveries(session).suppressions(query)) {
      if (listing.items.size() == static_cast<std::size_t>(limit)) {
        listing.next = key_at(listing.items.back().at, last, "");
        break;
      }
      last = record.address_key;
      SuppressionDto dto;
      show_message(dto, record);
      dto.address = std::move(record.address);
      dto.reason = std::move(record.reason);
      dto.detail = std::move(record.detail);
      dto.at = record.at;
      listing.items.push_back(std::move(dto));
    }
    return listing;
  });
}

Result<void> DeliveryService::release(const Context& context, const std::string& address) {
  const std::string key = key_of(address);
  if (key.empty()) return fail(no_such_suppression());
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::Deliveries deliveries(session);
    const std::vector<store::Suppression> found =
        deliveries.suppressions({key, context.caller.scope, std::nullopt, 1});
    if (found.empty()) return fail(no_such_suppression());
    deliveries.release(key);
    store::ChangeEntry entry;
    entry.event = "address.released";
    entry.object_type = "message";
    entry.object_id = found.front().message.str();
    if (const auto head = store::Messages(session).by_id(found.front().message)) {
      entry.case_id = head->case_id;
      if (const auto record = store::Cases(session).by_id(head->case_id))
        entry.mailboxes = sight_of(session, record->value);
    }
    entry.fields = {{"address", found.front().address, ""}};
    announce(env_, session, context.caller, std::move(entry));
    return {};
  });
}

}  // namespace madoguchi::service
