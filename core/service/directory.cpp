// SPDX-License-Identifier: Apache-2.0
#include "core/service/directory.h"

#include <algorithm>

#include "core/service/rules.h"
#include "core/service/scheme.h"
#include "core/service/sla_settings.h"
#include "core/store/agents.h"
#include "core/store/customer_parts.h"
#include "core/store/desk_settings.h"
#include "core/store/teams.h"

namespace madoguchi::service {
namespace {

constexpr std::chrono::seconds kOtherReplicas{1};

template <class T, class Index>
const T* find(const std::vector<T>& values, const Index& index, std::string_view key) {
  const auto found = index.find(key);
  return found == index.end() ? nullptr : &values[found->second];
}

}  // namespace

DirectoryView::DirectoryView(std::vector<domain::Agent> agents,
                             std::vector<domain::Mailbox> mailboxes,
                             std::vector<domain::Category> categories,
                             std::vector<domain::MasterEntry> master_data,
                             std::vector<domain::Team> teams, std::vector<domain::CustomRole> roles,
                             std::shared_ptr<const SchemeDto> scheme,
                             std::shared_ptr<const std::vector<RuleDto>> rules)
    : agents_(std::move(agents)),
      categories_(std::move(categories)),
      master_data_(std::move(master_data)),
      teams_(std::move(teams)),
      roles_(std::move(roles)),
      scheme_dto_(std::move(scheme)),
      scheme_(scheme_dto_->rules()),
      rules_(std::move(rules)) {
  for (domain::Mailbox& mailbox : mailboxes) {
    (mailbox.archived ? archived_mailboxes_ : mailboxes_).push_back(std::move(mailbox));
  }
  for (std::size_t i = 0; i < agents_.size(); ++i) agent_by_id_[agents_[i].id.str()] = i;
  for (std::size_t i = 0; i < mailboxes_.size(); ++i) {
    mailbox_by_id_[mailboxes_[i].id.str()] = i;
    mailbox_by_address_[mailboxes_[i].address.key()] = i;
  }
  for (std::size_t i = 0; i < archived_mailboxes_.size(); ++i) {
    archived_mailbox_by_id_[archived_mailboxes_[i].id.str()] = i;
  }
  for (std::size_t i = 0; i < teams_.size(); ++i) {
    for (const domain::AgentId& member : teams_[i].members) {
      teams_by_agent_[member.str()].push_back(i);
    }
  }
  for (std::size_t i = 0; i < categories_.size(); ++i) category_by_id_[categories_[i].id.str()] = i;
  for (std::size_t i = 0; i < master_data_.size(); ++i) master_by_id_[master_data_[i].id.str()] = i;
}

const domain::Agent* DirectoryView::agent(std::string_view id) const {
  return find(agents_, agent_by_id_, id);
}

const domain::Team* DirectoryView::team(std::string_view id) const {
  const auto found = std::find_if(teams_.begin(), teams_.end(),
                                  [&](const domain::Team& one) { return one.id.str() == id; });
  return found == teams_.end() ? nullptr : &*found;
}

const domain::CustomRole* DirectoryView::role(std::string_view id) const {
  const auto found = std::find_if(roles_.begin(), roles_.end(), [&](const domain::CustomRole& one) {
    return one.id.str() == id;
  });
  return found == roles_.end() ? nullptr : &*found;
}

domain::Caller DirectoryView::caller(const domain::Agent& agent) const {
  domain::Caller caller{agent.id, agent.name, agent.role, {agent.mailboxes, {}, agent.id}};
  if (agent.custom_role) {
    const domain::CustomRole* role = this->role(agent.custom_role->str());
    caller.own_permissions = role != nullptr ? role->permissions : domain::Permissions{};
  }
  const auto teams = teams_by_agent_.find(agent.id.str());
  if (teams == teams_by_agent_.end()) return caller;
  for (const std::size_t index : teams->second) {
    const domain::Team& team = teams_[index];
    caller.scope.teams.push_back(team.id);
    if (team.archived || !caller.scope.mailboxes) continue;
    for (const domain::MailboxId& mailbox : team.mailboxes) {
      if (!caller.scope.has(mailbox)) caller.scope.mailboxes->push_back(mailbox);
    }
  }
  return caller;
}

const domain::Mailbox* DirectoryView::mailbox(std::string_view id) const {
  const domain::Mailbox* mailbox = find(mailboxes_, mailbox_by_id_, id);
  return mailbox != nullptr ? mailbox : find(archived_mailboxes_, archived_mailbox_by_id_, id);
}

const domain::Mailbox* DirectoryView::mailbox_named(std::string_view name) const {
  for (const domain::Mailbox& mailbox : mailboxes_) {
    if (mailbox.name == name) return &mailbox;
  }
  return nullptr;
}

const domain::Mailbox* DirectoryView::mailbox_at(const std::string& address_key) const {
  return find(mailboxes_, mailbox_by_address_, address_key);
}

const domain::Category* DirectoryView::category(std::string_view id) const {
  return find(categories_, category_by_id_, id);
}

const domain::MasterEntry* DirectoryView::master_entry(std::string_view id) const {
  return find(master_data_, master_by_id_, id);
}

Result<std::shared_ptr<const DirectoryView>> Directory::view() {
  const std::uint64_t changed = changed_;
  const SteadyPoint now = clock_.steady_now();
  std::shared_ptr<const DirectoryView> kept = kept_.with([&](const Kept& last) {
    const bool old =
        database_.engine() == db::Engine::postgresql && now - last.read_at > kOtherReplicas;
    return last.changed == changed && !old ? last.view : nullptr;
  });
  if (kept) return kept;

  using Snapshot = std::shared_ptr<const DirectoryView>;
  Result<Snapshot> read = database_.read([](db::Session& session) -> Result<Snapshot> {
    auto rules = std::make_shared<std::vector<RuleDto>>();
    for (const store::Rule& rule : store::Rules(session).all()) {
      rules->push_back(rule_dto_of(rule));
    }
    return std::make_shared<const DirectoryView>(
        store::Agents(session).all(), store::Mailboxes(session).all(true),
        store::Categories(session).all(), store::MasterData(session).all(),
        store::Teams(session).all(), store::Roles(session).all(),
        std::make_shared<const SchemeDto>(scheme_of(store::Schemes(session).current())),
        std::move(rules));
  });
  if (!read) return read;
  kept_.with([&](Kept& last) {
    if (last.changed <= changed) last = {*read, changed, now};
  });
  return read;
}

std::shared_ptr<const DirectoryView> Directory::kept() {
  return kept_.with([](const Kept& last) { return last.view; });
}

std::shared_ptr<const SlaSettings> Directory::sla(db::Session& session) {
  const std::int64_t revision = store::SlaTables(session).revision();
  std::shared_ptr<const SlaSettings> kept = sla_.with([](const auto& last) { return last; });
  if (kept != nullptr && kept->revision() == revision) return kept;
  kept = SlaSettings::read(session, revision);
  sla_.with([&](auto& last) { last = kept; });
  return kept;
}

Result<std::optional<std::vector<domain::MailboxId>>> mailbox_ids_of(
    const std::optional<std::vector<std::string>>& names, const DirectoryView& directory) {
  if (!names) return std::optional<std::vector<domain::MailboxId>>{};
  std::vector<domain::MailboxId> ids;
  for (std::size_t i = 0; i < names->size(); ++i) {
    const domain::Mailbox* mailbox = directory.mailbox_named((*names)[i]);
    if (mailbox == nullptr) {
      return fail(Error::invalid(
          "/mailboxes/" + std::to_string(i),
          {"There is no mailbox of that name.", "その名前のメールボックスはありません。"}));
    }
    ids.push_back(mailbox->id);
  }
  return std::optional(std::move(ids));
}

std::optional<std::vector<std::string>> mailbox_names_of(
    const std::optional<std::vector<domain::MailboxId>>& ids, const DirectoryView& directory) {
  if (!ids) return std::nullopt;
  std::vector<std::string> names;
  for (const domain::MailboxId& id : *ids) {
    const domain::Mailbox* mailbox = directory.mailbox(id);
    names.push_back(mailbox != nullptr ? mailbox->name : id.str());
  }
  return names;
}

}  // namespace madoguchi::service
