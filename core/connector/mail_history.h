// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/connector/call_options.h"
#include "core/connector/pull.h"
#include "core/domain/external_message.h"

namespace madoguchi::connector {

using domain::ExternalAttachment;
using domain::ExternalMessage;
using domain::ExternalThread;
using domain::MessageDirection;

/// What was added or changed. The same again, or in another order, changes nothing here; a thread
/// and its messages may come in different pages.
struct MailHistoryPage : Page {
  std::vector<ExternalThread> threads = {};
  std::vector<ExternalMessage> messages = {};
  std::vector<std::string> removed_threads = {};   ///< ids; their messages go with them
  std::vector<std::string> removed_messages = {};  ///< ids
};

/// The mails and other messages that another system exchanged with customers (C18, C19), brought
/// here so that those of one person are found by address at once. Calls of one account come one
/// after the other. Errors: `unauthenticated` when the account's settings are refused,
/// `rate_limited`, `unavailable` for everything that may pass, `malformed` for an answer that makes
/// no sense; `detail` has the other side's words. An answer that cannot be read is an error, never
/// an empty page.
class MailHistorySource {
 public:
  virtual ~MailHistorySource() = default;
  /// The next page, some dozens of messages and few megabytes at most.
  virtual Result<MailHistoryPage> pull(const Pull& pull, const CallOptions& call) = 0;
};

}  // namespace madoguchi::connector
