// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/mailbox.h"

namespace madoguchi::store {

/// The small master tables that a desk is set up with; they are read whole.
class Mailboxes {
 public:
  explicit Mailboxes(db::Session& session) : session_(session) {}

  void insert(const domain::Mailbox& mailbox);
  /// Counts the version up; false when the row is no longer at `mailbox.version`.
  [[nodiscard]] bool update(domain::Mailbox& mailbox);
  /// Hidden from now on; its cases keep it.
  void archive(const domain::MailboxId& id);
  /// Leaves its address to another; its own next update() takes one again.
  void release_address(const domain::MailboxId& id);
  /// In their order, archived ones left out unless asked for.
  [[nodiscard]] std::vector<domain::Mailbox> all(bool with_archived = false);

 private:
  db::Session& session_;
};

class Categories {
 public:
  explicit Categories(db::Session& session) : session_(session) {}

  void insert(const domain::Category& category);
  [[nodiscard]] bool update(domain::Category& category);
  [[nodiscard]] std::vector<domain::Category> all();

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
