// SPDX-License-Identifier: Apache-2.0
#pragma once

// Messages that another system exchanged with customers, as they are kept here beside our own.

#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/enum_names.h"
#include "core/domain/message.h"

namespace madoguchi::domain {

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
  NamedAddress from = {};
  std::vector<NamedAddress> to = {};
  std::vector<NamedAddress> cc = {};
  std::vector<NamedAddress> reply_to = {};
  std::string subject = {};
  std::string text = {};  ///< plain text; of HTML what it reads like (core/mail)
  std::string status =
      {};  ///< of the message itself ("draft", "send_error"); empty: nothing to say
  std::string author = {};  ///< the agent who wrote it; empty: unknown, or a customer
  std::string url = {};     ///< of the message on the system's own screen; empty: as its thread
  TimePoint sent_at = {};   ///< or when it was received, written down
  std::vector<ExternalAttachment> attachments = {};
};

}  // namespace madoguchi::domain

namespace madoguchi {

template <>
struct EnumNames<domain::MessageDirection> {
  static constexpr EnumName<domain::MessageDirection> values[] = {
      {domain::MessageDirection::received, "received"},
      {domain::MessageDirection::sent, "sent"},
      {domain::MessageDirection::internal, "internal"}};
};

}  // namespace madoguchi
