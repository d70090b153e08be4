// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/config/configuration.h"
#include "core/domain/mailbox_rules.h"
#include "core/domain/outgoing.h"

namespace madoguchi::app {

/// What the configuration file says of how a mailbox's mails find their cases.
[[nodiscard]] domain::MailboxRules mailbox_rules(const config::MailboxSettings& mailbox);

/// And how replies leave it.
[[nodiscard]] domain::OutgoingRules outgoing_rules(const config::OutgoingSettings& outgoing);

}  // namespace madoguchi::app
