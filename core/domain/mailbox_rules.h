// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/base/enum_names.h"

namespace madoguchi::domain {

/// What a further mail does to a case that is closed.
enum class ClosedRule { reopen, new_case, new_case_after };
/// What a mail does that answers an old one under a new subject, long after.
enum class ReusedRule { new_case, same_case };

/// One inquiry form whose mails come to a mailbox. Patterns are compared without regard to case and
/// width, with * for any run of characters; an empty one fits everything. The label lists are
/// looked for beside the usual ones.
struct FormRule {
  std::string from;     ///< the sender's address
  std::string subject;  ///< the subject
  std::vector<std::string> name;
  std::vector<std::string> kana;
  std::vector<std::string> address;
  std::vector<std::string> phone;
  std::vector<std::string> order_number;

  bool operator==(const FormRule&) const = default;
};

/// How the mails of one mailbox find their cases.
struct MailboxRules {
  ClosedRule closed = ClosedRule::reopen;
  int closed_days = 30;  ///< of new_case_after, since the case changed last
  ReusedRule reused = ReusedRule::new_case;
  int reused_days = 30;      ///< what "long after" is, since the case changed last
  bool subject_tag = false;  ///< replies carry their token in the subject too
  bool known_forms = true;   ///< mails of well-known inquiry forms are recognised without a rule
  std::vector<FormRule> forms = {};
  /// Of order numbers anywhere in subject and text (core/service/order_numbers.h); those behind a
  /// label are found without one.
  std::vector<std::string> order_numbers = {};
  /// Names under which our own mail servers write Authentication-Results (RFC 8601, 2.5); no other
  /// is believed.
  std::vector<std::string> authserv_ids = {};
  int trusted_hops = 2;  ///< how many Received headers of our own stand above such a result at most

  bool operator==(const MailboxRules&) const = default;
};

}  // namespace madoguchi::domain

namespace madoguchi {

template <>
struct EnumNames<domain::ClosedRule> {
  static constexpr EnumName<domain::ClosedRule> values[] = {
      {domain::ClosedRule::reopen, "reopen"},
      {domain::ClosedRule::new_case, "new_case"},
      {domain::ClosedRule::new_case_after, "new_case_after"}};
};

template <>
struct EnumNames<domain::ReusedRule> {
  static constexpr EnumName<domain::ReusedRule> values[] = {
      {domain::ReusedRule::new_case, "new_case"}, {domain::ReusedRule::same_case, "same_case"}};
};

}  // namespace madoguchi
