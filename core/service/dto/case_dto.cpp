// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/case_dto.h"

#include "core/service/dto/limits.h"

namespace madoguchi::json {

using service::AssignDto;
using service::CaseCreateDto;
using service::CaseCustomerDto;
using service::CaseDto;
using service::CasePatchDto;
using service::NamedDto;
using service::PlacementDto;
using service::RequesterOf;

namespace {

const Text kOneStatus = {"Send status or status_group, not both.",
                         "status と status_group はどちらか一方だけ送ってください。"};

}  // namespace

template <class Text>
const Fields& Table<RequesterOf<Text>>::fields() {
  using Requester = RequesterOf<Text>;
  static const Fields table = json::fields<Requester>(
      field("name", &Requester::name, "Name as written; may be empty.").optional().max_length(200),
      field("kana", &Requester::kana, "Reading of the name.").optional().max_length(200),
      field("address", &Requester::address, "Mail address; may be empty.")
          .needs(service::kContact)
          .optional()
          .max_length(320),
      field("phone", &Requester::phone, "Telephone number; may be empty.")
          .needs(service::kContact)
          .optional()
          .max_length(60));
  return table;
}
template struct Table<RequesterOf<std::string>>;
template struct Table<RequesterOf<std::string_view>>;

const Fields& Table<PlacementDto>::fields() {
  static const Fields table = json::fields<PlacementDto>(
      field("message", &PlacementDto::message, "Id of the message."),
      field("mailbox", &PlacementDto::mailbox, "Name of the mailbox it came by."),
      field("recipient", &PlacementDto::recipient, "The address it was sent to."),
      field("at", &PlacementDto::at, "When it came."));
  return table;
}

const Fields& Table<NamedDto>::fields() {
  static const Fields table = json::fields<NamedDto>(field("id", &NamedDto::id, "Its id."),
                                                     field("name", &NamedDto::name, "Its name."));
  return table;
}

const Fields& Table<CaseCustomerDto>::fields() {
  static const Fields table = json::fields<CaseCustomerDto>(
      field("name", &CaseCustomerDto::name, "The customer's name."),
      field("blacklisted", &CaseCustomerDto::blacklisted, "Whether the customer is blacklisted."),
      field("blacklist_reasons", &CaseCustomerDto::blacklist_reasons, "Why."),
      field("labels", &CaseCustomerDto::labels, "The customer's labels."));
  return table;
}

const Fields& Table<CaseDto>::fields() {
  static const Fields table = json::fields<CaseDto>(
      field("number", &CaseDto::number, "The hub's own number.").example("\"CS-000123\""),
      field("channel", &CaseDto::channel, "Where the case came from."),
      field("subject", &CaseDto::subject, "What it is about, in one line."),
      field("text", &CaseDto::text, "How the inquiry begins; only in a list that asks for it.")
          .omitted_when_empty(),
      field("status", &CaseDto::status, "One of five."),
      field("status_group", &CaseDto::status_group,
            "The three values of a Japanese desk: 未対応, 対応中, 対応済み."),
      field("pending_until", &CaseDto::pending_until, "When a pending case comes back."),
      field("pending_reason", &CaseDto::pending_reason, "What it waits for."),
      field("priority", &CaseDto::priority, "How urgent it is."),
      field("category", &CaseDto::category, "Id of the category."),
      field("category_detail", &CaseDto::category_detail, "What the settings say about it."),
      field("category_name", &CaseDto::category_name, "Its name."),
      field("tags", &CaseDto::tags, "Free keywords."),
      field("assignee", &CaseDto::assignee, "Id of the responsible agent."),
      field("assignee_name", &CaseDto::assignee_name, "The agent's name."),
      field("team", &CaseDto::team, "Id of the responsible team."),
      field("customer", &CaseDto::customer,
            "Number of the customer; null for an unregistered person."),
      field("customer_standing", &CaseDto::customer_standing,
            "What to know of that customer; null for an unregistered person."),
      field("requester", &CaseDto::requester, "Whoever wrote."),
      field("ccs", &CaseDto::ccs, "Who gets a copy of each public reply."),
      field("mailbox", &CaseDto::mailbox, "Name of the mailbox that answers go out by."),
      field("mailboxes", &CaseDto::mailboxes, "Every arrival of its mails; only on a single case.")
          .omitted_when_empty(),
      field("order_numbers", &CaseDto::order_numbers, "Orders it is about."),
      field("created_at", &CaseDto::created_at, "When the case was opened."),
      field("modified_at", &CaseDto::modified_at, "When anything of it changed last."),
      field("last_inbound_at", &CaseDto::last_inbound_at,
            "When the customer wrote or called last."),
      field("due_at", &CaseDto::due_at,
            "What the SLA policy promises first and is still waited for; past: overdue."),
      field("sla", &CaseDto::sla, "How it stands with its SLA policy; null: none fits it."),
      field("satisfaction", &CaseDto::satisfaction,
            "What the customer answered when asked; only on a single case, and once there is one.")
          .omitted_when_empty(),
      field("merged_into", &CaseDto::merged_into, "Number of the case it was merged into."),
      field("linked_to", &CaseDto::linked_to, "Number of the case it goes on from."),
      field("version", &CaseDto::version, "Counts changes; the ETag."),
      field("allowed_actions", &CaseDto::allowed_actions, "What the caller may do with it now."),
      field("status_choices", &CaseDto::status_choices,
            "Statuses that the scheme lets the caller give it, each with what it lacks for that; "
            "only on a single case.")
          .omitted_when_empty(),
      field("alerts", &CaseDto::alerts, "What the scheme tells about it; only on a single case.")
          .omitted_when_empty());
  return table;
}

const Fields& Table<CaseCreateDto>::fields() {
  static const Fields table = json::fields<CaseCreateDto>(
      field("channel", &CaseCreateDto::channel, "Where the case came from.").optional(),
      field("category", &CaseCreateDto::category, "Id of the category."),
      field("status", &CaseCreateDto::status, "Default: new."),
      field("status_group", &CaseCreateDto::status_group, "In place of status."),
      field("text", &CaseCreateDto::text, "The inquiry.").not_empty().max_length(service::kMaxText),
      field("kind", &CaseCreateDto::kind, "What the text is.").optional(),
      field("subject", &CaseCreateDto::subject, "Default: the start of the text.")
          .max_length(service::kMaxSubject),
      field("customer", &CaseCreateDto::customer, "Number of the customer."),
      field("requester", &CaseCreateDto::requester, "Whoever asked; every part may be empty."),
      field("priority", &CaseCreateDto::priority, "Default: normal."),
      field("tags", &CaseCreateDto::tags, "Free keywords.").optional().max_items(50),
      field("ccs", &CaseCreateDto::ccs, "Who gets copies.").optional().max_items(50),
      field("order_numbers", &CaseCreateDto::order_numbers, "Orders it is about.")
          .optional()
          .max_items(50),
      field("mailbox", &CaseCreateDto::mailbox, "Name of the mailbox that answers go out by."),
      field("occurred_at", &CaseCreateDto::occurred_at, "When it really happened; default: now."),
      field("call", &CaseCreateDto::call, "The telephone call, with kind call."));
  return table;
}

void Table<CaseCreateDto>::check(const CaseCreateDto& value, Reader& reader) {
  if (value.status && value.status_group) reader.refuse_member("status_group", kOneStatus);
  if (value.call && value.kind != service::FirstEntry::call) {
    reader.refuse_member("call",
                         {"Only with kind \"call\".", "kind が call のときだけ指定できます。"});
  }
}

const Fields& Table<CasePatchDto>::fields() {
  static const Fields table = json::fields<CasePatchDto>(
      field("subject", &CasePatchDto::subject, "What it is about.")
          .not_empty()
          .max_length(service::kMaxSubject),
      field("status", &CasePatchDto::status, "One of five."),
      field("status_group", &CasePatchDto::status_group,
            "Sets new, open or resolved unless the case is in that group already."),
      field("priority", &CasePatchDto::priority, "How urgent it is."),
      field("category", &CasePatchDto::category, "Id of the category; null: none."),
      field("tags", &CasePatchDto::tags, "All tags.").max_items(50),
      field("customer", &CasePatchDto::customer, "Number of the customer; null: unregistered."),
      field("requester", &CasePatchDto::requester, "Whoever wrote."),
      field("ccs", &CasePatchDto::ccs, "All who get copies.").max_items(50),
      field("order_numbers", &CasePatchDto::order_numbers, "Orders it is about.").max_items(50),
      field("pending_until", &CasePatchDto::pending_until,
            "When it comes back, open; a time makes it pending. null: open end."),
      field("pending_reason", &CasePatchDto::pending_reason, "What it waits for.").max_length(500));
  return table;
}

void Table<CasePatchDto>::check(const CasePatchDto& value, Reader& reader) {
  if (value.status && value.status_group) reader.refuse_member("status_group", kOneStatus);
}

const Fields& Table<AssignDto>::fields() {
  static const Fields table = json::fields<AssignDto>(
      field("assignee", &AssignDto::assignee, "Id of the agent, or null to release the case."),
      field("team", &AssignDto::team, "Id of the team, or null."));
  return table;
}

}  // namespace madoguchi::json
