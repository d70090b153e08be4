// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/email_address.h"
#include "core/domain/message.h"
#include "core/mail/automatic.h"
#include "core/mail/message.h"
#include "core/service/directory.h"
#include "core/service/environment.h"
#include "core/service/form_mails.h"
#include "core/store/intake.h"

namespace madoguchi::service {

/// A mail that was read, on its way to its case.
struct Incoming {
  const mail::Message& mail;
  const store::IntakeRecord& record;
  const DirectoryView& directory;
  std::optional<EmailAddress> sender;  ///< of the From header, mended as mail::read does
  mail::SignalMeaning machine;         ///< what a machine's signals mean for it
  std::vector<std::string> signals;    ///< their names
};

/// Where a mail belongs.
struct Place {
  enum class Kind { new_case, existing_case, ignored } kind = Kind::new_case;
  std::optional<domain::CaseId> case_id;
  std::optional<std::int64_t> linked_to;  ///< of a new case: the one it goes on from
  std::optional<FormMail> form;           ///< of a new case: an inquiry form wrote the mail
  bool reopens = true;
  std::vector<std::string> notices;
  std::string reason;
};

/// Asks the stages in their order until one settles it (mail.md, "Where a mail belongs"); each
/// leaves in `steps` what it saw. The same mail has been looked for before.
[[nodiscard]] Place find_place(const Environment& env, db::Session& session,
                               const Incoming& incoming, std::vector<domain::DecisionStep>& steps);

/// The case that this one was merged into, and that one, and so on; itself when it was not.
[[nodiscard]] domain::Case follow_merges(db::Session& session, domain::Case value);

/// The first in configuration order of the mailboxes a mail came for; nullptr: none is known.
[[nodiscard]] const domain::Mailbox* answering_mailbox(
    const std::vector<store::IntakeRecipient>& recipients, const DirectoryView& directory);

/// What our own mail servers found of the sender's domain (RFC 8601, RFC 7489): only results of
/// `authserv_ids` count, with at most `trusted_hops` Received headers above them, which our servers
/// put there; a failure outweighs everything else.
enum class Dmarc { none, pass, fail };
[[nodiscard]] Dmarc dmarc_result(const mail::Message& mail,
                                 const std::vector<std::string>& authserv_ids, int trusted_hops);

/// Whether two subjects are about the same: without Re:, 返信: and the like, tags of ours, case and
/// width. An empty one is the same as every other.
[[nodiscard]] bool same_subject(std::string_view a, std::string_view b);

}  // namespace madoguchi::service
