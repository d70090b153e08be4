// SPDX-License-Identifier: Apache-2.0
#include "core/service/customer_notices.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>

#include "core/service/case_access.h"
#include "core/service/customer_access.h"
#include "core/service/found_by.h"
#include "core/service/message_wishes.h"
#include "core/service/order_access.h"
#include "core/service/sending.h"
#include "core/service/subscription_access.h"
#include "core/service/template_variables.h"
#include "core/service/unit_of_work.h"
#include "core/store/deliveries.h"
#include "core/store/messages.h"
#include "core/store/templates.h"

namespace madoguchi::service {
namespace {

/// What a notice is about.
struct Subject {
  const char* type;   ///< "order", …
  const char* event;  ///< in its history
  std::string id;
  std::string customer_number;
  std::vector<std::string> order_numbers;
  std::function<void(domain::Variables& variables)> put;  ///< makes its variables
};

/// The one that was named, else the first that the caller may see.
const domain::Mailbox* sender_of(const domain::Caller& caller, const Notice& notice,
                                 const DirectoryView& directory) {
  const auto& all = directory.mailboxes();
  const auto found = std::find_if(all.begin(), all.end(), [&](const domain::Mailbox& one) {
    return caller.scope.has(one.id) && (!notice.mailbox || *notice.mailbox == one.name);
  });
  return found == all.end() ? nullptr : &*found;
}

Error no_template_to_send() {
  return Error::invalid("/template",
                        {"There is no such template.", "そのテンプレートはありません。"});
}

Error no_mailbox_to_send_from() {
  return Error::invalid("/mailbox",
                        {"There is no such mailbox.", "そのメールボックスはありません。"});
}

Result<EmailAddress> address_of(db::Session& session, const domain::Customer& customer) {
  if (customer.emails.empty()) {
    return fail(Error::conflict(
        "customer-without-address",
        {"The customer has no mail address.", "顧客のメールアドレスが登録されていません。"}));
  }
  const auto preferred =
      std::find_if(customer.emails.begin(), customer.emails.end(),
                   [](const domain::CustomerEmail& one) { return one.preferred; });
  const EmailAddress address =
      preferred == customer.emails.end() ? customer.emails.front().address : preferred->address;
  if (store::Deliveries(session).suppressed(address.key())) {
    return fail(Error::conflict(
        "address-suppressed",
        {"Mail to " + address.str() + " bounces.", address.str() + " は送信停止になっています。"}));
  }
  return address;
}

/// The case that the mail opens.
store::CaseRecord open_case(const Environment& env, db::Session& session,
                            const domain::Caller& caller, const domain::Customer& customer,
                            const EmailAddress& address, const Subject& subject,
                            const domain::Mailbox& mailbox) {
  domain::Case value;
  value.id = env.ids.make<domain::CaseId>();
  value.channel = domain::Channel::email;
  value.customer = customer.id;
  value.requester.name = customer.name();
  value.requester.address = address.str();
  value.mailbox = mailbox.id;
  value.order_numbers = subject.order_numbers;
  value.created_at = env.clock.now();
  value.modified_at = value.created_at;
  insert_case(env, session, value);
  store::ChangeEntry entry;
  entry.event = "case.created";
  entry.object_type = "case";
  entry.object_id = value.number();
  entry.case_id = value.id;
  entry.customer_id = value.customer;
  entry.mailboxes = {mailbox.id};
  entry.first = true;
  for (const std::string& number : subject.order_numbers) {
    entry.fields.push_back({"order_numbers", "", number});
  }
  announce(env, session, caller, std::move(entry));
  return store::Cases(session).by_sequence(value.sequence).value();
}

Result<MessageCreateDto> letter_of(const Environment& env, db::Session& session,
                                   const domain::Template& used, const store::CaseRecord& record,
                                   const Subject& subject, const DirectoryView& directory,
                                   const domain::Caller& caller) {
  domain::Variables variables = variables_of(env, session, record, directory, caller);
  subject.put(variables);
  Result<RenderedDto> text = rendered(used, variables);
  if (!text) return fail(std::move(text.error()));
  if (!text->missing.empty()) {
    const std::string names = fmt::format("{}", fmt::join(text->missing, ", "));
    return fail(Error::conflict(
        "template-incomplete", {"There is no " + names + ".", "値のない変数があります: " + names}));
  }
  MessageCreateDto letter;
  letter.kind = EntryKind::reply;
  letter.subject = std::move(text->subject);
  letter.text = std::move(text->text);
  letter.html = std::move(text->html);
  letter.to.emplace().push_back({record.value.requester.name, record.value.requester.address});
  if (Result<void> good = check_entry(letter); !good) return fail(std::move(good.error()));
  return letter;
}

/// The letter sets out, and the case waits for nothing.
Result<domain::MessageId> send(const Environment& env, db::Session& session,
                               const domain::Caller& caller, domain::Case& value,
                               const MessageCreateDto& letter, const DirectoryView& directory) {
  Result<domain::Message> message = entry_of(env, session, caller, value, letter, directory);
  if (!message) return fail(std::move(message.error()));
  store::Messages messages(session);
  messages.insert(*message);
  messages.index(message->sequence, found_by(*message));
  domain::Change change = set_out(env, session, value, *message);
  change.fields.push_back({"message", "", message->id.str()});
  change.set("subject", value.subject, message->subject,
             [](const std::string& text) { return text; });
  const Result<domain::Change> resolved = domain::set_status(value, domain::CaseStatus::resolved);
  if (!resolved) return fail(resolved.error());
  change.fields.insert(change.fields.end(), resolved->fields.begin(), resolved->fields.end());
  save_case(env, session, caller, value, change);
  return message->id;
}

Result<OperationService::Fields> notify(const Environment& env, db::Session& session,
                                        const domain::Caller& caller, const Subject& subject,
                                        const Notice& notice, const DirectoryView& directory) {
  const auto used = store::Templates(session).by_id(domain::TemplateId(notice.template_id));
  if (!used) return fail(no_template_to_send());
  const domain::Mailbox* const mailbox = sender_of(caller, notice, directory);
  if (mailbox == nullptr) return fail(no_mailbox_to_send_from());
  const Result<domain::Customer> customer = find_customer(session, subject.customer_number);
  if (!customer) return fail(customer.error());
  const Result<EmailAddress> address = address_of(session, *customer);
  if (!address) return fail(address.error());
  store::CaseRecord opened =
      open_case(env, session, caller, *customer, *address, subject, *mailbox);
  const Result<MessageCreateDto> letter =
      letter_of(env, session, *used, opened, subject, directory, caller);
  if (!letter) return fail(letter.error());
  const Result<domain::MessageId> sent =
      send(env, session, caller, opened.value, *letter, directory);
  if (!sent) return fail(sent.error());
  OperationService::Fields fields = {{"mail", "", address->str()},
                                     {"subject", "", letter->subject.value_or("")}};
  OperationService::Fields history = fields;
  history.push_back({"case", "", opened.value.number()});
  history.push_back({"message", "", sent->str()});
  announce_below_customer(env, session, caller, customer->id, subject.event, subject.type,
                          subject.id, std::move(history));
  return fields;
}

}  // namespace

Result<void> check_notice(db::Session& session, const domain::Caller& caller, const Notice& notice,
                          const DirectoryView& directory) {
  if (!store::Templates(session).by_id(domain::TemplateId(notice.template_id))) {
    return fail(no_template_to_send());
  }
  if (sender_of(caller, notice, directory) == nullptr) return fail(no_mailbox_to_send_from());
  return {};
}

Result<OperationService::Fields> notify_of_order(const Environment& env, db::Session& session,
                                                 const Context& context, const std::string& order,
                                                 const Notice& notice) {
  const Result<std::shared_ptr<const DirectoryView>> directory = env.directory.view();
  if (!directory) return fail(directory.error());
  const Result<store::OrderRecord> record = find_order(session, order);
  if (!record) return fail(record.error());
  const Subject subject{
      "order",
      "order.notified",
      record->value.id.str(),
      record->customer_number,
      {record->value.number},
      [&](domain::Variables& variables) { put_order(variables, record->value, context.caller); }};
  return notify(env, session, context.caller, subject, notice, **directory);
}

Result<OperationService::Fields> notify_of_subscription(const Environment& env,
                                                        db::Session& session,
                                                        const Context& context,
                                                        const std::string& subscription,
                                                        const Notice& notice) {
  const Result<std::shared_ptr<const DirectoryView>> directory = env.directory.view();
  if (!directory) return fail(directory.error());
  const Result<store::SubscriptionRecord> record = find_subscription(session, subscription);
  if (!record) return fail(record.error());
  const Subject subject{"subscription",
                        "subscription.notified",
                        record->value.id.str(),
                        record->customer_number,
                        {},
                        [&](domain::Variables& variables) {
                          put_subscription(variables, record->value, context.caller);
                        }};
  return notify(env, session, context.caller, subject, notice, **directory);
}

}  // namespace madoguchi::service
