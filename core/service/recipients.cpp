// SPDX-License-Identifier: Apache-2.0
#include "core/service/recipients.h"

#include <algorithm>
#include <set>

#include "core/base/email_address.h"
#include "core/mail/address_list.h"
#include "core/mail/read.h"
#include "core/service/directory.h"
#include "core/service/message_access.h"
#include "core/service/raw_mail.h"
#include "core/service/sending.h"
#include "core/store/agents.h"
#include "core/store/customers.h"
#include "core/store/intake.h"
#include "core/store/orders.h"

namespace madoguchi::service {
namespace {

using Addresses = std::vector<domain::NamedAddress>;

/// Takes each address once, over all lists of one answer.
class Once {
 public:
  explicit Once(const std::function<bool(const std::string&)>& is_own) : is_own_(is_own) {}

  void add(Addresses& list, const Addresses& more) {
    for (const domain::NamedAddress& one : more) {
      const Result<EmailAddress> address = EmailAddress::parse(one.address);
      if (!address || is_own_(address->key()) || !seen_.insert(address->key()).second) continue;
      list.push_back(one);
    }
  }

 private:
  const std::function<bool(const std::string&)>& is_own_;
  std::set<std::string> seen_;
};

Addresses named(const std::vector<mail::Address>& addresses) {
  Addresses list;
  for (const mail::Address& one : addresses) list.push_back({one.name, one.address});
  return list;
}

/// What of the mail's own headers is not kept with the message.
void read_headers(const Environment& env, const store::IntakeRecord& record,
                  AnsweredMail& answered) {
  const Result<std::string> head = open_raw_head(env, record);
  if (!head) return;
  const mail::Message mail = mail::read(*head);
  answered.reply_to = named(mail.reply_to);
  if (const std::string* followup = mail.header("Mail-Followup-To")) {
    answered.followup_to = named(mail::parse_addresses(*followup));
  }
}

bool came_by_form(const domain::Message& message) {
  return std::any_of(message.notices.begin(), message.notices.end(),
                     [](const std::string& notice) { return notice.rfind("form:", 0) == 0; });
}

std::optional<domain::Customer> customer_of(db::Session& session, const domain::Cc& cc) {
  if (cc.kind == domain::CcKind::customer) return store::Customers(session).by_number(cc.ref);
  const auto order = store::Orders(session).by_id(domain::OrderId(cc.ref));
  if (!order) return std::nullopt;
  return store::Customers(session).by_id(order->value.customer);
}

}  // namespace

std::vector<domain::NamedAddress> copies_of(db::Session& session,
                                            const std::vector<domain::Cc>& ccs) {
  Addresses copies;
  for (const domain::Cc& cc : ccs) {
    if (!cc.address.empty()) {
      copies.push_back({cc.name, cc.address});
      continue;
    }
    if (cc.kind == domain::CcKind::agent) {
      const auto agent = store::Agents(session).by_id(domain::AgentId(cc.ref));
      if (!agent || agent->disabled || agent->email.empty()) continue;
      copies.push_back({cc.name.empty() ? agent->display_name : cc.name, agent->email});
      continue;
    }
    const std::optional<domain::Customer> customer = customer_of(session, cc);
    if (!customer) continue;
    const auto preferred = std::find_if(customer->emails.begin(), customer->emails.end(),
                                        [](const auto& email) { return email.preferred; });
    if (preferred == customer->emails.end()) continue;
    copies.push_back({cc.name.empty() ? customer->name() : cc.name, preferred->address.str()});
  }
  return copies;
}

AnswerRecipientsDto answer_recipients(const AnsweredMail& mail,
                                      const std::vector<domain::NamedAddress>& copies,
                                      const domain::NamedAddress& requester,
                                      const std::function<bool(const std::string&)>& is_own) {
  const auto writer = [&](Once& once, Addresses& to) {
    once.add(to, mail.reply_to);
    if (to.empty()) once.add(to, mail.from);
    if (to.empty()) once.add(to, {requester});
  };
  AnswerRecipientsDto answer;
  Once once(is_own);
  writer(once, answer.reply.to);
  once.add(answer.reply.cc, copies);

  Once all(is_own);
  all.add(answer.reply_all.to, mail.followup_to);
  if (answer.reply_all.to.empty()) {
    writer(all, answer.reply_all.to);
    all.add(answer.reply_all.cc, mail.to);
    all.add(answer.reply_all.cc, mail.cc);
  }
  all.add(answer.reply_all.cc, copies);
  return answer;
}

Result<AnswerRecipientsDto> SendingService::recipients(const domain::Caller& caller,
                                                       const std::string& id) {
  const Result<std::shared_ptr<const DirectoryView>> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  std::optional<store::IntakeRecord> intake;
  Addresses copies;
  Result<MessageRecord> found = env_.database.read([&](db::Session& session) {
    Result<MessageRecord> record = find_message(session, caller, id);
    if (record) copies = copies_of(session, record->record.value.ccs);
    if (record && record->message.intake) {
      intake = store::Intake(session).of_message(record->message.id);
    }
    return record;
  });
  if (!found) return fail(std::move(found.error()));
  const domain::Message& message = found->message;
  const domain::Case& value = found->record.value;
  AnsweredMail answered;
  if (message.kind == domain::MessageKind::reply) {
    answered.from = message.to;
    answered.cc = message.cc;
  } else if (message.kind == domain::MessageKind::inbound && !came_by_form(message)) {
    answered.from = {message.from};
    answered.to = message.to;
    answered.cc = message.cc;
    if (intake) read_headers(env_, *intake, answered);
  }
  return answer_recipients(answered, copies, {value.requester.name, value.requester.address},
                           [&](const std::string& key) {
                             return (*directory)->mailbox_at(domain::without_sub_address(key)) !=
                                    nullptr;
                           });
}

}  // namespace madoguchi::service
