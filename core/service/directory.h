// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/clock.h"
#include "core/base/guarded.h"
#include "core/domain/agent.h"
#include "core/domain/customer.h"
#include "core/domain/mailbox.h"
#include "core/domain/scheme.h"
#include "core/store/database.h"

namespace madoguchi::service {

struct RuleDto;
struct SchemeDto;
class SlaSettings;

/// Agents, mailboxes, categories, master data, the scheme and the rules as they were at one moment:
/// the small tables that every call looks into.
class DirectoryView {
 public:
  DirectoryView(std::vector<domain::Agent> agents, std::vector<domain::Mailbox> mailboxes,
                std::vector<domain::Category> categories,
                std::vector<domain::MasterEntry> master_data, std::vector<domain::Team> teams,
                std::vector<domain::CustomRole> roles, std::shared_ptr<const SchemeDto> scheme,
                std::shared_ptr<const std::vector<RuleDto>> rules);

  [[nodiscard]] const std::vector<domain::Agent>& agents() const { return agents_; }
  /// Archived ones too.
  [[nodiscard]] const std::vector<domain::Team>& teams() const { return teams_; }
  [[nodiscard]] const std::vector<domain::CustomRole>& roles() const { return roles_; }
  /// Those that take mail, in their order.
  [[nodiscard]] const std::vector<domain::Mailbox>& mailboxes() const { return mailboxes_; }
  [[nodiscard]] const std::vector<domain::Category>& categories() const { return categories_; }

  /// Customer labels, reasons of the blacklist; archived ones too.
  [[nodiscard]] const std::vector<domain::MasterEntry>& master_data() const { return master_data_; }

  /// What people may do with the status of cases.
  [[nodiscard]] const domain::Scheme& scheme() const { return scheme_; }
  /// The same with its alerts (core/service/dto/scheme_dto.h).
  [[nodiscard]] const SchemeDto& scheme_dto() const { return *scheme_dto_; }
  /// In the order in which they are tried (core/service/dto/rule_dto.h).
  [[nodiscard]] const std::vector<RuleDto>& rules() const { return *rules_; }

  [[nodiscard]] const domain::Agent* agent(std::string_view id) const;
  [[nodiscard]] const domain::Agent* agent(const domain::AgentId& id) const {
    return agent(std::string_view(id.str()));
  }
  [[nodiscard]] const domain::Team* team(std::string_view id) const;
  [[nodiscard]] const domain::CustomRole* role(std::string_view id) const;
  /// What the agent may see and do at this moment: the one place that says so.
  [[nodiscard]] domain::Caller caller(const domain::Agent& agent) const;
  /// Archived ones too: their cases still name them.
  [[nodiscard]] const domain::Mailbox* mailbox(std::string_view id) const;
  [[nodiscard]] const domain::Mailbox* mailbox(const domain::MailboxId& id) const {
    return mailbox(std::string_view(id.str()));
  }
  [[nodiscard]] const domain::Mailbox* mailbox_named(std::string_view name) const;
  /// By EmailAddress::key, without its sub-address.
  [[nodiscard]] const domain::Mailbox* mailbox_at(const std::string& address_key) const;
  [[nodiscard]] const domain::Category* category(std::string_view id) const;
  [[nodiscard]] const domain::Category* category(const domain::CategoryId& id) const {
    return category(std::string_view(id.str()));
  }
  [[nodiscard]] const domain::MasterEntry* master_entry(std::string_view id) const;

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Index = std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>>;

  std::vector<domain::Agent> agents_;
  std::vector<domain::Mailbox> mailboxes_;
  std::vector<domain::Mailbox> archived_mailboxes_;
  std::vector<domain::Category> categories_;
  std::vector<domain::MasterEntry> master_data_;
  std::vector<domain::Team> teams_;        // few: looked through
  std::vector<domain::CustomRole> roles_;  // the same
  std::shared_ptr<const SchemeDto> scheme_dto_;
  domain::Scheme scheme_;
  std::shared_ptr<const std::vector<RuleDto>> rules_;
  std::unordered_map<std::string, std::vector<std::size_t>, Hash, std::equal_to<>> teams_by_agent_;
  Index agent_by_id_;
  Index mailbox_by_id_;
  Index archived_mailbox_by_id_;
  Index mailbox_by_address_;
  Index category_by_id_;
  Index master_by_id_;
};

/// Keeps the current view. Changes made in this process show at once, those of other replicas
/// within a second. Safe for use by many threads.
class Directory {
 public:
  Directory(db::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  /// A snapshot; shared, because readers may keep it while a newer one replaces it.
  [[nodiscard]] Result<std::shared_ptr<const DirectoryView>> view();
  /// The last one, without a look into the database: for within a unit of work. Null at the start.
  [[nodiscard]] std::shared_ptr<const DirectoryView> kept();
  /// Business hours and policies as they are in this unit of work.
  [[nodiscard]] std::shared_ptr<const SlaSettings> sla(db::Session& session);
  /// Read again at the next view(). Called after the commit of a change.
  void expire() noexcept { ++changed_; }
  /// Counts changes seen by this process; equal: nothing has changed in between.
  [[nodiscard]] std::uint64_t generation() const noexcept { return changed_; }

 private:
  struct Kept {
    std::shared_ptr<const DirectoryView> view;
    std::uint64_t changed = 0;
    SteadyPoint read_at{};
  };

  db::Database& database_;
  const Clock& clock_;
  std::atomic<std::uint64_t> changed_{1};
  Guarded<Kept> kept_;
  Guarded<std::shared_ptr<const SlaSettings>> sla_;
};

/// What somebody may see, by the names of mailboxes; nullopt: all. `invalid` at "/mailboxes/N".
[[nodiscard]] Result<std::optional<std::vector<domain::MailboxId>>> mailbox_ids_of(
    const std::optional<std::vector<std::string>>& names, const DirectoryView& directory);
[[nodiscard]] std::optional<std::vector<std::string>> mailbox_names_of(
    const std::optional<std::vector<domain::MailboxId>>& ids, const DirectoryView& directory);

}  // namespace madoguchi::service
