// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/mailbox_rules.h"

namespace madoguchi::app {
namespace {

domain::ClosedRule rule_of(config::ClosedCases closed) {
  switch (closed) {
    case config::ClosedCases::reopen:
      return domain::ClosedRule::reopen;
    case config::ClosedCases::new_case:
      return domain::ClosedRule::new_case;
    case config::ClosedCases::new_case_after:
      return domain::ClosedRule::new_case_after;
  }
  return domain::ClosedRule::reopen;
}

domain::Role role_of(config::ReplyRole role) {
  switch (role) {
    case config::ReplyRole::agent:
      return domain::Role::agent;
    case config::ReplyRole::supervisor:
      return domain::Role::supervisor;
    case config::ReplyRole::admin:
      return domain::Role::admin;
    case config::ReplyRole::integration:
      return domain::Role::integration;
  }
  return domain::Role::agent;
}

}  // namespace

domain::MailboxRules mailbox_rules(const config::MailboxSettings& mailbox) {
  const config::ThreadingSettings& threading = mailbox.threading;
  domain::MailboxRules rules;
  rules.closed = rule_of(threading.closed);
  rules.closed_days = threading.closed_days;
  rules.reused = threading.reused == config::ReusedMails::same_case ? domain::ReusedRule::same_case
                                                                    : domain::ReusedRule::new_case;
  rules.reused_days = threading.reused_days;
  rules.subject_tag = threading.subject_tag;
  rules.known_forms = threading.known_forms;
  rules.order_numbers = threading.order_numbers;
  rules.authserv_ids = threading.authserv_ids;
  rules.trusted_hops = threading.trusted_hops;
  for (const config::FormSettings& form : mailbox.forms) {
    rules.forms.push_back({form.from, form.subject.value_or(""), form.name, form.kana, form.address,
                           form.phone, form.order_number});
  }
  return rules;
}

domain::OutgoingRules outgoing_rules(const config::OutgoingSettings& outgoing) {
  domain::OutgoingRules rules;
  rules.undo_seconds =
      static_cast<int>(std::chrono::ceil<std::chrono::seconds>(outgoing.undo).count());
  for (const config::ReplyRole role : outgoing.approval_for) {
    rules.approval_for.push_back(role_of(role));
  }
  rules.attachments_bytes = static_cast<std::int64_t>(outgoing.attachments.bytes);
  rules.charset = outgoing.charset == config::ReplyCharset::iso_2022_jp
                      ? domain::MailCharset::iso_2022_jp
                      : domain::MailCharset::utf_8;
  return rules;
}

}  // namespace madoguchi::app
