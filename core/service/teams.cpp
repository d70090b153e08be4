// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/service/directory.h"
#include "core/service/rights.h"
#include "core/service/unit_of_work.h"
#include "core/store/teams.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

using View = std::shared_ptr<const DirectoryView>;

Error no_such_team() {
  return Error::not_found({"There is no such team.", "そのチームはありません。"});
}

TeamDto team_dto_of(const domain::Team& team, const DirectoryView& directory) {
  TeamDto dto;
  dto.id = team.id.str();
  dto.name = team.name;
  for (const domain::AgentId& member : team.members) dto.members.push_back(member.str());
  dto.mailboxes = *mailbox_names_of(team.mailboxes, directory);
  dto.archived = team.archived;
  dto.version = team.version;
  return dto;
}

void announce_team(const Environment& env, db::Session& session, const domain::Caller& caller,
                   const domain::Team& team, const char* event,
                   std::vector<domain::FieldChange> fields) {
  store::ChangeEntry entry;
  entry.event = event;
  entry.object_type = "team";
  entry.object_id = team.id.str();
  entry.fields = std::move(fields);
  announce(env, session, caller, std::move(entry));
  Directory& directory = env.directory;
  session.after_commit([&directory] { directory.expire(); });
}

Result<std::string> free_team_name(const std::vector<domain::Team>& all, const std::string& wish,
                                   const domain::TeamId& id) {
  if (Result<void> clean = refuse_card_numbers(wish, "/name"); !clean) return fail(clean.error());
  std::string name = text::one_line(wish);
  const bool taken = std::any_of(all.begin(), all.end(), [&](const domain::Team& one) {
    return one.name == name && one.id != id;
  });
  if (taken || name.empty()) {
    return fail(Error::invalid("/name", {"That is in use already.", "すでに使われています。"}));
  }
  return name;
}

Result<std::vector<domain::AgentId>> members_of(const std::vector<std::string>& ids,
                                                const DirectoryView& directory) {
  std::vector<domain::AgentId> members;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const domain::Agent* agent = directory.agent(ids[i]);
    if (agent == nullptr) {
      return fail(Error::invalid("/members/" + std::to_string(i),
                                 {"There is no such agent. GET /agents lists them.",
                                  "その担当者はいません。GET /agents で確認できます。"}));
    }
    if (std::find(members.begin(), members.end(), agent->id) == members.end()) {
      members.push_back(agent->id);
    }
  }
  return members;
}

Result<std::vector<domain::MailboxId>> lent_by(const std::vector<std::string>& names,
                                               const domain::Caller& caller,
                                               const DirectoryView& directory) {
  auto ids = mailbox_ids_of(names, directory);
  if (!ids) return fail(std::move(ids.error()));
  if (Result<void> may = check_may_give(caller, *ids); !may) return fail(std::move(may.error()));
  return std::move(**ids);
}

std::string names_of(const std::vector<domain::AgentId>& ids, const DirectoryView& directory) {
  std::string out;
  for (const domain::AgentId& id : ids) {
    const domain::Agent* agent = directory.agent(id);
    out += (out.empty() ? "" : ", ") + (agent != nullptr ? agent->name : id.str());
  }
  return out;
}

std::string names_of(const std::vector<domain::MailboxId>& ids, const DirectoryView& directory) {
  std::string out;
  for (const domain::MailboxId& id : ids) {
    const domain::Mailbox* mailbox = directory.mailbox(id);
    out += (out.empty() ? "" : ", ") + (mailbox != nullptr ? mailbox->name : id.str());
  }
  return out;
}

Result<domain::Team> meant_team(const std::vector<domain::Team>& all, const std::string& id,
                                const Context& context, const DirectoryView& directory) {
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const domain::Team& one) { return one.id.str() == id; });
  if (found == all.end()) return fail(no_such_team());
  if (context.if_match && *context.if_match != found->version) {
    return fail(
        Error::stale().with_member("current", json::to_string(team_dto_of(*found, directory))));
  }
  return *found;
}

void save_team(const Environment& env, db::Session& session, const domain::Caller& caller,
               domain::Team& team, domain::Change change) {
  if (!store::Teams(session).update(team)) {
    throw db::Failure(db::FailureKind::serialization, "the team changed meanwhile");
  }
  announce_team(env, session, caller, team, change.event.c_str(), std::move(change.fields));
}

std::string yes_or_no(bool value) { return value ? "yes" : "no"; }

}  // namespace

Result<std::vector<TeamDto>> TeamService::list() {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  std::vector<TeamDto> dtos;
  for (const domain::Team& team : (*directory)->teams()) {
    dtos.push_back(team_dto_of(team, **directory));
  }
  return dtos;
}

Result<TeamDto> TeamService::get(const std::string& id) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const domain::Team* team = (*directory)->team(id);
  if (team == nullptr) return fail(no_such_team());
  return team_dto_of(*team, **directory);
}

Result<TeamDto> TeamService::create(const Context& context, const TeamCreateDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const auto members = members_of(wish.members, **directory);
  if (!members) return fail(members.error());
  const auto mailboxes = lent_by(wish.mailboxes, context.caller, **directory);
  if (!mailboxes) return fail(mailboxes.error());
  return command(env_, context, [&](db::Session& session) -> Result<TeamDto> {
    store::Teams teams(session);
    domain::Team team;
    team.id = env_.ids.make<domain::TeamId>();
    Result<std::string> name = free_team_name(teams.all(), wish.name, team.id);
    if (!name) return fail(std::move(name.error()));
    team.name = std::move(*name);
    team.members = *members;
    team.mailboxes = *mailboxes;
    team.created_at = env_.clock.now();
    teams.insert(team);
    announce_team(env_, session, context.caller, team, "team.created",
                  {{"name", "", team.name},
                   {"members", "", names_of(team.members, **directory)},
                   {"mailboxes", "", names_of(team.mailboxes, **directory)}});
    return team_dto_of(team, **directory);
  });
}

Result<TeamDto> TeamService::patch(const Context& context, const std::string& id,
                                   const TeamPatchDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const auto members = members_of(wish.members.value_or(std::vector<std::string>{}), **directory);
  if (!members) return fail(members.error());
  const auto mailboxes =
      lent_by(wish.mailboxes.value_or(std::vector<std::string>{}), context.caller, **directory);
  if (!mailboxes) return fail(mailboxes.error());
  return command(env_, context, [&](db::Session& session) -> Result<TeamDto> {
    const std::vector<domain::Team> all = store::Teams(session).all();
    Result<domain::Team> team = meant_team(all, id, context, **directory);
    if (!team) return fail(std::move(team.error()));
    domain::Change change{"team.changed", {}};
    if (wish.name) {
      Result<std::string> name = free_team_name(all, *wish.name, team->id);
      if (!name) return fail(std::move(name.error()));
      change.set("name", team->name, std::move(*name),
                 [](const std::string& text) { return text; });
    }
    const auto named = [&](const auto& ids) { return names_of(ids, **directory); };
    if (wish.members) change.set("members", team->members, *members, named);
    if (wish.mailboxes) change.set("mailboxes", team->mailboxes, *mailboxes, named);
    if (wish.archived) change.set("archived", team->archived, *wish.archived, yes_or_no);
    if (!change.empty()) save_team(env_, session, context.caller, *team, std::move(change));
    return team_dto_of(*team, **directory);
  });
}

Result<void> TeamService::remove(const Context& context, const std::string& id) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::Teams teams(session);
    Result<domain::Team> team = meant_team(teams.all(), id, context, **directory);
    if (!team) return fail(std::move(team.error()));
    if (teams.in_use(team->id)) {
      domain::Change change{"team.changed", {}};
      change.set("archived", team->archived, true, yes_or_no);
      if (!change.empty()) save_team(env_, session, context.caller, *team, std::move(change));
      return {};
    }
    teams.remove(team->id);
    announce_team(env_, session, context.caller, *team, "team.deleted", {{"name", team->name, ""}});
    return {};
  });
}

}  // namespace madoguchi::service
