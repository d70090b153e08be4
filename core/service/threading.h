// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/email_address.h"
#include "core/domain/message.h"
#include "core/mail/automatic.h"
#include "core/mail/message.h"
#include "core/service/directory.h"
#include "core/service/environment.h"
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
  bool reopens = true;
  std::vector<std::string> notices;
  std::string reason;
};

/// Asks the stages in their order until one settles it (mail.md, "Where a mail belongs"); each
/// leaves in `steps` what it saw. The same mail has been looked for before.
[[nodiscard]] Place find_place(const Environment& env, db::Session& session,
                               const Incoming& incoming, std::vector<domain::DecisionStep>& steps);

}  // namespace madoguchi::service
