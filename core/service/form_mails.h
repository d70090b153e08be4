// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/case.h"
#include "core/domain/mailbox_rules.h"
#include "core/mail/message.h"

namespace madoguchi::service {

/// A mail that an inquiry form wrote: who really asks, and about which orders (product.md, D1).
struct FormMail {
  std::string form;  ///< which: "rule 1", "ec_cube", "shopify", …
  domain::Requester requester;
  std::vector<std::string> order_numbers;
};

/// What a form mail's labelled lines hold ("お名前：…", "【お名前】", "Name:" and the value below),
/// each label once. Pure, linear; looks at the first 64 KiB.
struct FormFields {
  domain::Requester requester;
  std::string order_number;
  bool has_inquiry = false;  ///< お問い合わせ内容, message, …
  int labels = 0;            ///< how many different ones were found
};
[[nodiscard]] FormFields read_form_fields(std::string_view text, const domain::FormRule& labels);

/// Recognises a form mail: by the first rule whose patterns fit, else, where `rules.known_forms`,
/// by its labels, when it can be believed: it comes from one of `own_domains` (lower case) or a
/// known platform, or its Reply-To is the address it names. An answer to a mail is never one.
/// `saw` is what to write down when it is none. Pure.
[[nodiscard]] std::optional<FormMail> find_form_mail(const mail::Message& mail,
                                                     const domain::MailboxRules& rules,
                                                     const std::vector<std::string>& own_domains,
                                                     std::string& saw);

}  // namespace madoguchi::service
