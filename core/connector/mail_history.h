// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/enum_names.h"
#include "core/base/result.h"
#include "core/connector/call_options.h"
#include "core/connector/pull.h"
#include "core/domain/message.h"

namespace madoguchi::connector {

/// Seen from the company.
enum class MessageDirection {
  received,
  sent,
  internal,  ///< a note of an agent's: a call, a memo
};

/// What the other system keeps together: a ticket, a thread. Its state is told once, not with each
/// message.
struct ExternalThread {
  std::string id;  ///< the system's own, unique in the account
  std::string subject = {};
  std::string status = {};    ///< the system's own word, as it is shown ("未対応")
  std::string assignee = {};  ///< empty: nobody
  std::vector<std::string> labels = {};
  std::string url = {};  ///< of the thread on the system's own screen; empty: there is none
  TimePoint changed_at = {};
};

struct ExternalAttachment {
  std::string id;
  std::string file_name = {};
};

struct ExternalMessage {
  std::string id;           ///< the system's own, unique in the account
  std::string thread = {};  ///< id of its thread; empty: it belongs to none
  MessageDirection direction = MessageDirection::received;
  std::string medium = {};  ///< the system's own word: "mail", "record", "line"
  domain::NamedAddress from = {};
  std::vector<domain::NamedAddress> to = {};
  std::vector<domain::NamedAddress> cc = {};
  std::vector<domain::NamedAddress> reply_to = {};
  std::string subject = {};
  std::string text = {};  ///< plain text; of HTML what it reads like (core/mail)
  std::string status =
      {};  ///< of the message itself ("draft", "send_error"); empty: nothing to say
  std::string author = {};  ///< the agent who wrote it; empty: unknown, or a customer
  std::string url = {};     ///< of the message on the system's own screen; empty: as its thread
  TimePoint sent_at = {};   ///< or when it was received, written down
  std::vector<ExternalAttachment> attachments = {};
};

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

namespace madoguchi {

template <>
struct EnumNames<connector::MessageDirection> {
  static constexpr EnumName<connector::MessageDirection> values[] = {
      {connector::MessageDirection::received, "received"},
      {connector::MessageDirection::sent, "sent"},
      {connector::MessageDirection::internal, "internal"}};
};

}  // namespace madoguchi
