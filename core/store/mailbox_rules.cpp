// SPDX-License-Identifier: Apache-2.0
#include "core/store/mailbox_rules.h"

#include "core/domain/names.h"

namespace madoguchi::json {

using domain::FormRule;
using domain::MailboxRules;
using domain::OutgoingRules;

const Fields& Table<FormRule>::fields() {
  static const Fields table = json::fields<FormRule>(
      field("from", &FormRule::from, "Sender's address, * for any characters.")
          .optional()
          .max_length(320),
      field("subject", &FormRule::subject, "Subject, * for any characters.")
          .optional()
          .max_length(500),
      field("name", &FormRule::name, "Labels of the name, beside the usual ones.")
          .optional()
          .max_items(20),
      field("kana", &FormRule::kana, "Labels of its reading.").optional().max_items(20),
      field("address", &FormRule::address, "Labels of the mail address.").optional().max_items(20),
      field("phone", &FormRule::phone, "Labels of the telephone number.").optional().max_items(20),
      field("order_number", &FormRule::order_number, "Labels of the order number.")
          .optional()
          .max_items(20));
  return table;
}

const Fields& Table<MailboxRules>::fields() {
  static const Fields table = json::fields<MailboxRules>(
      field("closed", &MailboxRules::closed, "What a further mail does to a closed case.")
          .optional(),
      field("closed_days", &MailboxRules::closed_days, "The days of new_case_after.")
          .optional()
          .range(0, 3650),
      field("reused", &MailboxRules::reused,
            "What a mail does that answers an old one under a new subject, long after.")
          .optional(),
      field("reused_days", &MailboxRules::reused_days, "What long after is, in days.")
          .optional()
          .range(1, 3650),
      field("subject_tag", &MailboxRules::subject_tag,
            "Replies carry their token in the subject too.")
          .optional(),
      field("known_forms", &MailboxRules::known_forms,
            "Mails of well-known inquiry forms are recognised without a rule.")
          .optional(),
      field("forms", &MailboxRules::forms, "Inquiry forms whose mails come here.")
          .optional()
          .max_items(50),
      field("order_numbers", &MailboxRules::order_numbers,
            "How order numbers look: # a digit, ? a letter, * any letters and digits.")
          .optional()
          .max_items(20),
      field("authserv_ids", &MailboxRules::authserv_ids,
            "Names under which the own mail servers write Authentication-Results.")
          .optional()
          .max_items(20),
      field("trusted_hops", &MailboxRules::trusted_hops,
            "How many Received headers stand above such a result at most.")
          .optional()
          .range(0, 20));
  return table;
}

const Fields& Table<OutgoingRules>::fields() {
  static const Fields table = json::fields<OutgoingRules>(
      field("undo_seconds", &OutgoingRules::undo_seconds,
            "How long each reply waits, so that it can be called back.")
          .optional()
          .range(0, 600),
      field("approval_for", &OutgoingRules::approval_for,
            "The roles whose replies somebody else approves before they go out.")
          .optional()
          .max_items(5),
      field("attachments_bytes", &OutgoingRules::attachments_bytes,
            "Octets that all attachments of one reply may have together.")
          .optional()
          .range(0, domain::kMaxAttachmentsBytes),
      field("charset", &OutgoingRules::charset,
            "What replies are written in; iso_2022_jp falls back to UTF-8 where it has no code.")
          .optional());
  return table;
}

}  // namespace madoguchi::json
