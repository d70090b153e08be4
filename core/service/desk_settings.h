// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/service/dto/desk_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// A mailbox as the configuration file declares it.
struct DeclaredMailbox {
  std::string name;
  EmailAddress address;
  std::string category;  ///< a name; made when there is none; empty: none
  std::string signature;
  domain::MailboxRules rules = {};
  domain::AutoReply auto_reply = {};
  domain::OutgoingRules outgoing = {};
};

/// Mailboxes and categories: the settings this desk starts with. Safe for use by many threads.
class DeskSettingsService {
 public:
  explicit DeskSettingsService(const Environment& env) : env_(env) {}

  /// Makes the mailboxes of the configuration file so, in its order; those it no longer names, and
  /// that it managed before, are archived: their cases stay.
  [[nodiscard]] Result<void> apply(const std::vector<DeclaredMailbox>& declared);

  /// Those that the caller sees.
  [[nodiscard]] Result<std::vector<MailboxDto>> mailboxes(const domain::Caller& caller);
  [[nodiscard]] Result<MailboxDto> mailbox(const domain::Caller& caller, const std::string& name);
  [[nodiscard]] Result<MailboxDto> create_mailbox(const Context& context,
                                                  const MailboxCreateDto& wish);
  [[nodiscard]] Result<MailboxDto> patch_mailbox(const Context& context, const std::string& name,
                                                 const MailboxPatchDto& wish);

  [[nodiscard]] Result<std::vector<CategoryDto>> categories();
  [[nodiscard]] Result<CategoryDto> category(const std::string& id);
  [[nodiscard]] Result<CategoryDto> create_category(const Context& context,
                                                    const CategoryCreateDto& wish);
  [[nodiscard]] Result<CategoryDto> patch_category(const Context& context, const std::string& id,
                                                   const CategoryPatchDto& wish);

 private:
  void announce_setting(db::Session& session, const domain::Caller& caller, const char* event,
                        const char* type, const std::string& id,
                        std::vector<domain::FieldChange> fields,
                        std::vector<domain::MailboxId> seen_by = {});
  Result<std::optional<domain::CategoryId>> category_id(const std::optional<std::string>& id);

  const Environment& env_;
};

}  // namespace madoguchi::service
