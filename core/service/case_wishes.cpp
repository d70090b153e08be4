// SPDX-License-Identifier: Apache-2.0
#include "core/service/case_wishes.h"

#include <algorithm>
#include <charconv>

#include "core/base/email_address.h"
#include "core/base/phone_number.h"
#include "core/service/unit_of_work.h"
#include "core/store/customers.h"
#include "core/store/orders.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

constexpr std::size_t kSubjectFromText = 120;  // bytes

Result<domain::CategoryId> category_of(const std::string& id, const DirectoryView& directory) {
  const domain::Category* category = directory.category(domain::CategoryId(id));
  if (category != nullptr && !category->archived) return category->id;
  return fail(
      Error::invalid("/category", {"There is no such category. GET /categories lists them.",
                                   "その区分はありません。GET /categories で確認できます。"}));
}

Error no_mailbox(const std::string& pointer) {
  return Error::invalid(pointer,
                        {"There is no mailbox of that name. GET /mailboxes lists them.",
                         "その名前のメールボックスはありません。GET /mailboxes で確認できます。"});
}

Result<domain::MailboxId> mailbox_of(const std::string& name, const DirectoryView& directory,
                                     const std::string& pointer) {
  const domain::Mailbox* mailbox = directory.mailbox_named(name);
  if (mailbox != nullptr) return mailbox->id;
  return fail(no_mailbox(pointer));
}

Result<domain::Requester> requester_of(const RequesterDto& dto) {
  domain::Requester requester{dto.name, dto.kana, dto.address, dto.phone};
  if (!dto.address.empty()) {
    const Result<EmailAddress> address = EmailAddress::parse(dto.address);
    if (!address)
      return fail(Error::invalid("/requester/address", address.error().fields.front().message));
    requester.address = address->str();
  }
  if (!dto.phone.empty()) {
    const Result<PhoneNumber> phone = PhoneNumber::parse(dto.phone);
    if (!phone)
      return fail(Error::invalid("/requester/phone", phone.error().fields.front().message));
  }
  return requester;
}

Result<void> check_ccs(const std::vector<domain::Cc>& ccs, const DirectoryView& directory) {
  for (std::size_t i = 0; i < ccs.size(); ++i) {
    const std::string pointer = "/ccs/" + std::to_string(i);
    if (ccs[i].kind == domain::CcKind::address || !ccs[i].address.empty()) {
      const Result<EmailAddress> address = EmailAddress::parse(ccs[i].address);
      if (!address)
        return fail(Error::invalid(pointer + "/address", address.error().fields.front().message));
    } else if (ccs[i].kind == domain::CcKind::agent) {
      const domain::Agent* agent = directory.agent(domain::AgentId(ccs[i].ref));
      if (agent == nullptr || agent->email.empty()) {
        return fail(Error::invalid(pointer + "/ref",
                                   {"There is no such agent, or the agent has no mail address.",
                                    "その担当者がいないか、メールアドレスが登録されていません。"}));
      }
    } else if (ccs[i].kind == domain::CcKind::customer &&
               !domain::parse_customer_number(ccs[i].ref)) {
      return fail(Error::invalid(pointer + "/ref", {"Say which customer, by the number.",
                                                    "顧客番号を指定してください。"}));
    }
  }
  return {};
}

std::string first_line(std::string_view text) {
  while (!text.empty() && (text.front() == '\n' || text.front() == '\r' || text.front() == ' ')) {
    text.remove_prefix(1);
  }
  text = text.substr(0, text.find_first_of("\r\n"));
  return text::one_line(text::truncate_utf8(text, kSubjectFromText));
}

domain::MessageKind kind_of(FirstEntry entry) {
  switch (entry) {
    case FirstEntry::inbound:
      return domain::MessageKind::inbound;
    case FirstEntry::call:
      return domain::MessageKind::call;
    case FirstEntry::note:
      return domain::MessageKind::note;
  }
  return domain::MessageKind::inbound;
}

}  // namespace

Result<void> check_order_contacts(db::Session& session, const std::vector<domain::Cc>& ccs) {
  for (std::size_t i = 0; i < ccs.size(); ++i) {
    if (ccs[i].kind != domain::CcKind::order_contact || !ccs[i].address.empty()) continue;
    if (store::Orders(session).by_id(domain::OrderId(ccs[i].ref))) continue;
    return fail(Error::invalid("/ccs/" + std::to_string(i) + "/ref",
                               {"Say which order, by its id.", "受注の ID を指定してください。"}));
  }
  return {};
}

Error no_such_customer(std::string pointer) {
  return Error::invalid(std::move(pointer),
                        {"There is no customer of that number.", "その番号の顧客はいません。"});
}

std::int64_t number_of_key(const std::string& text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Result<store::CaseQuery> query_of(const CaseFilter& filter, const domain::Caller& caller,
                                  const DirectoryView& directory, TimePoint now) {
  store::CaseQuery query;
  query.statuses = filter.statuses;
  for (const domain::StatusGroup group : filter.status_groups) {
    for (const auto& entry : EnumNames<domain::CaseStatus>::values) {
      if (domain::group_of(entry.value) == group) query.statuses.push_back(entry.value);
    }
  }
  query.unresolved = filter.unresolved;
  for (const std::string& assignee : filter.assignees) {
    if (assignee == "none") {
      query.unassigned = true;
    } else {
      query.assignees.push_back(assignee == "me" ? caller.agent : domain::AgentId(assignee));
    }
  }
  if (!filter.requesters.empty() && !caller.may(domain::Permission::customers_contact_read)) {
    return fail(Error::forbidden({"Your role does not allow asking by mail address.",
                                  "メールアドレスで検索する権限がありません。"}));
  }
  query.teams = filter.teams;
  query.channels = filter.channels;
  for (const std::string& category : filter.categories) query.categories.emplace_back(category);
  query.priorities = filter.priorities;
  query.tags = filter.tags;
  query.customer_numbers = filter.customers;
  for (const std::string& requester : filter.requesters) {
    const Result<EmailAddress> address = EmailAddress::parse(requester);
    query.requesters.push_back(address ? address->key() : requester);
  }
  query.order_numbers = filter.order_numbers;
  for (const std::string& name : filter.mailboxes) {
    Result<domain::MailboxId> mailbox = mailbox_of(name, directory, "/mailbox");
    if (!mailbox) return fail(std::move(mailbox.error()));
    query.mailboxes.push_back(std::move(*mailbox));
  }
  query.created_after = filter.created_after;
  query.created_before = filter.created_before;
  query.modified_after = filter.modified_after;
  query.modified_before = filter.modified_before;
  query.due_before = filter.due_before;
  query.resolved_after = filter.resolved_after;
  query.resolved_before = filter.resolved_before;
  query.reopened = filter.reopened;
  query.sla_missed = filter.sla_missed;
  query.satisfaction = filter.satisfaction;
  if (filter.overdue && (!query.due_before || now < *query.due_before)) query.due_before = now;
  query.scope = caller.scope;
  query.order = filter.order;
  query.limit = filter.limit;
  return query;
}

Result<NewCase> new_case_of(const Environment& env, const domain::Caller& caller,
                            const CaseCreateDto& wish, const DirectoryView& directory) {
  NewCase made;
  domain::Case& value = made.value;
  domain::Message& message = made.message;
  if (Result<void> clean = refuse_card_numbers(wish.text, "/text"); !clean)
    return fail(clean.error());
  if (Result<void> clean = refuse_card_numbers(wish.subject.value_or(""), "/subject"); !clean) {
    return fail(clean.error());
  }
  const TimePoint now = env.clock.now();
  value.id = env.ids.make<domain::CaseId>();
  value.channel = wish.channel;
  value.subject = wish.subject ? text::one_line(*wish.subject) : first_line(wish.text);
  value.priority = wish.priority.value_or(domain::Priority::normal);
  value.status = wish.status.value_or(domain::CaseStatus::new_);
  if (wish.status_group) (void)domain::set_status_group(value, *wish.status_group);
  if (wish.category) {
    Result<domain::CategoryId> category = category_of(*wish.category, directory);
    if (!category) return fail(std::move(category.error()));
    value.category = std::move(*category);
  }
  if (wish.requester) {
    Result<domain::Requester> requester = requester_of(*wish.requester);
    if (!requester) return fail(std::move(requester.error()));
    value.requester = std::move(*requester);
  }
  if (wish.mailbox) {
    Result<domain::MailboxId> mailbox = mailbox_of(*wish.mailbox, directory, "/mailbox");
    if (!mailbox) return fail(std::move(mailbox.error()));
    if (!caller.scope.has(*mailbox)) return fail(no_mailbox("/mailbox"));
    value.mailbox = std::move(*mailbox);
  }
  if (Result<void> good = check_ccs(wish.ccs, directory); !good) return fail(good.error());
  value.ccs = wish.ccs;
  value.tags = wish.tags;
  value.order_numbers = wish.order_numbers;
  value.created_at = now;
  value.modified_at = now;
  if (wish.kind != FirstEntry::note) value.last_inbound_at = wish.occurred_at.value_or(now);

  message.id = env.ids.make<domain::MessageId>();
  message.case_id = value.id;
  message.kind = kind_of(wish.kind);
  message.from = {value.requester.name, value.requester.address};
  message.subject = value.subject;
  message.text = wish.text;
  message.text_visible = wish.text;
  message.author = caller.agent;
  message.call = wish.call;
  message.received_at = wish.occurred_at.value_or(now);
  message.created_at = now;
  return made;
}

Result<domain::CaseEdit> edit_of(db::Session& session, const CasePatchDto& wish,
                                 const DirectoryView& directory) {
  domain::CaseEdit edit;
  if (wish.subject) {
    if (Result<void> clean = refuse_card_numbers(*wish.subject, "/subject"); !clean) {
      return fail(clean.error());
    }
    edit.subject = text::one_line(*wish.subject);
  }
  edit.status = wish.status;
  edit.status_group = wish.status_group;
  edit.priority = wish.priority;
  if (wish.category.given()) {
    edit.category.emplace();
    if (wish.category.value()) {
      Result<domain::CategoryId> category = category_of(*wish.category.value(), directory);
      if (!category) return fail(std::move(category.error()));
      edit.category = std::move(*category);
    }
  }
  edit.tags = wish.tags;
  if (wish.customer.given()) {
    edit.customer.emplace();
    if (wish.customer.value()) {
      edit.customer = store::Customers(session).id_by_number(*wish.customer.value());
      if (!*edit.customer) return fail(no_such_customer("/customer"));
    }
  }
  if (wish.requester) {
    Result<domain::Requester> requester = requester_of(*wish.requester);
    if (!requester) return fail(std::move(requester.error()));
    edit.requester = std::move(*requester);
  }
  if (wish.ccs) {
    if (Result<void> good = check_ccs(*wish.ccs, directory); !good) return fail(good.error());
    Result<void> there = check_order_contacts(session, *wish.ccs);
    if (!there) return fail(std::move(there.error()));
    edit.ccs = wish.ccs;
  }
  edit.order_numbers = wish.order_numbers;
  if (wish.pending_until.given()) edit.pending_until = wish.pending_until.value();
  if (wish.pending_reason) {
    Result<void> clean = refuse_card_numbers(*wish.pending_reason, "/pending_reason");
    if (!clean) return fail(std::move(clean.error()));
    edit.pending_reason = text::one_line(*wish.pending_reason);
  }
  return edit;
}

Result<Assignment> assignment_of(const domain::Case& value, const AssignDto& wish,
                                 const DirectoryView& directory) {
  Assignment wanted{value.assignee, value.team};
  if (wish.assignee.given()) {
    wanted.agent.reset();
    if (wish.assignee.value()) {
      const domain::Agent* agent = directory.agent(domain::AgentId(*wish.assignee.value()));
      if (agent == nullptr || agent->disabled) {
        return fail(
            Error::invalid("/assignee", {"There is no such agent. GET /agents lists them.",
                                         "その担当者はいません。GET /agents で確認できます。"}));
      }
      wanted.agent = agent->id;
    }
  }
  if (wish.team.given()) {
    if (wish.team.value()) {
      const domain::Team* team = directory.team(*wish.team.value());
      if (team == nullptr || team->archived) {
        return fail(
            Error::invalid("/team", {"There is no such team. GET /teams lists them.",
                                     "そのチームはありません。GET /teams で確認できます。"}));
      }
      wanted.team = team->id;
    } else {
      wanted.team.reset();
    }
  }
  return wanted;
}

}  // namespace madoguchi::service
