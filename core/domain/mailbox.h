// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/email_address.h"
#include "core/domain/agent.h"
#include "core/domain/case.h"
#include "core/domain/mailbox_rules.h"
#include "core/domain/outgoing.h"

namespace madoguchi::domain {

/// `file`: declared in the configuration file, read-only in the facade.
enum class ManagedBy { file, api };

/// What is answered at once to somebody whose mail opens a case; empty texts: nothing.
struct AutoReply {
  std::string ja;
  std::string en;

  [[nodiscard]] bool empty() const { return ja.empty() && en.empty(); }
  bool operator==(const AutoReply&) const = default;
};

/// One mail address of the company, and how its mails are handled.
struct Mailbox {
  MailboxId id;
  std::string name;  ///< unique, stable
  EmailAddress address;
  std::optional<CategoryId> category;  ///< of the cases it opens
  std::string signature;
  MailboxRules rules;
  ManagedBy managed_by = ManagedBy::file;
  std::int64_t position = 0;  ///< configuration order
  bool archived = false;      ///< takes no more mail; its cases keep it
  std::int64_t version = 1;
  AutoReply auto_reply = {};
  OutgoingRules outgoing = {};

  bool operator==(const Mailbox&) const = default;
};

/// お問い合わせ区分: master data. In use it is archived, never deleted.
struct Category {
  CategoryId id;
  std::string name;
  std::string detail;
  std::int64_t position = 0;
  bool archived = false;
  std::int64_t version = 1;
};

}  // namespace madoguchi::domain
