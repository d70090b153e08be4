// SPDX-License-Identifier: Apache-2.0
#include "core/service/agents.h"

#include <algorithm>

#include "core/domain/names.h"
#include "core/service/directory.h"
#include "core/service/rights.h"
#include "core/service/tokens.h"
#include "core/service/unit_of_work.h"
#include "core/store/agents.h"
#include "core/store/passwords.h"
#include "core/store/sessions.h"

namespace madoguchi::service {
namespace {

using View = std::shared_ptr<const DirectoryView>;

Error no_such_agent() {
  return Error::not_found({"There is no such agent.", "その担当者はいません。"});
}

AgentDto dto_of(const domain::Agent& agent, const DirectoryView& directory) {
  AgentDto dto{agent.id.str(), agent.name,     agent.display_name, agent.role,
               std::nullopt,   agent.disabled, agent.version};
  dto.mailboxes = mailbox_names_of(agent.mailboxes, directory);
  if (agent.custom_role) dto.custom_role = agent.custom_role->str();
  if (!agent.email.empty()) dto.email = agent.email;
  for (const domain::TeamId& team : directory.caller(agent).scope.teams) {
    dto.teams.push_back(team.str());
  }
  return dto;
}

void announce_agent(const Environment& env, db::Session& session, const domain::Caller& caller,
                    const domain::Agent& agent, const char* event,
                    std::vector<domain::FieldChange> fields) {
  store::ChangeEntry entry;
  entry.event = event;
  entry.object_type = "agent";
  entry.object_id = agent.id.str();
  entry.fields = std::move(fields);
  announce(env, session, caller, std::move(entry));
  Directory& directory = env.directory;
  session.after_commit([&directory] { directory.expire(); });
}

/// The desk's own role of that id, and what it is based on.
Result<void> give_role(domain::Agent& agent, const std::string& id,
                       const DirectoryView& directory) {
  const domain::CustomRole* role = directory.role(id);
  if (role == nullptr) {
    return fail(
        Error::invalid("/custom_role", {"There is no such role of your own. GET /roles lists them.",
                                        "そのロールはありません。GET /roles で確認できます。"}));
  }
  agent.role = role->based_on;
  agent.custom_role = role->id;
  return {};
}

Error based_on_another() {
  return Error::invalid("/role", {"The custom role is based on another role.",
                                  "カスタムロールの元になるロールと一致しません。"});
}

/// Another built-in role takes the custom one away; a custom one brings its own.
Result<void> change_role(domain::Change& change, domain::Agent& agent, const AgentPatchDto& wish,
                         const DirectoryView& directory) {
  if (!wish.role && !wish.custom_role.given()) return {};
  domain::Agent given = agent;
  given.custom_role.reset();
  if (wish.role) given.role = *wish.role;
  if (wish.custom_role.value()) {
    Result<void> found = give_role(given, *wish.custom_role.value(), directory);
    if (found && wish.role && *wish.role != given.role) found = fail(based_on_another());
    if (!found) return found;
  }
  change.set("role", agent.role, given.role,
             [](domain::Role role) { return std::string(enum_name(role)); });
  change.set("custom_role", agent.custom_role, given.custom_role,
             [&](const std::optional<domain::RoleId>& id) {
               const domain::CustomRole* role = id ? directory.role(id->str()) : nullptr;
               return role != nullptr ? role->name : std::string();
             });
  return {};
}

/// An address of ours would bring each copy back as a mail.
Result<std::string> address_for_copies(const std::string& text, const DirectoryView& directory) {
  const Result<EmailAddress> address = EmailAddress::parse(text);
  if (!address) return fail(Error::invalid("/email", address.error().fields.front().message));
  if (directory.mailbox_at(address->key()) != nullptr) {
    return fail(Error::invalid("/email", {"This is an address of a mailbox of the desk.",
                                          "メールボックスのアドレスは指定できません。"}));
  }
  return address->str();
}

/// Whether anybody is left who manages the whole desk's agents, once `changed` is as it is.
bool somebody_manages(const std::vector<domain::Agent>& all, const domain::Agent& changed,
                      const DirectoryView& directory) {
  const auto manages = [&](const domain::Agent& one) {
    return !one.disabled && !one.mailboxes &&
           directory.caller(one).may(domain::Permission::agents_manage);
  };
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.id == changed.id; });
  if (found == all.end() || !manages(*found) || manages(changed)) return true;
  return std::any_of(all.begin(), all.end(), [&](const domain::Agent& one) {
    return one.id != changed.id && manages(one);
  });
}

Error nobody_left() {
  return Error::conflict(
      "last-administrator",
      {"Nobody would be left who manages agents. Make another one first.",
       "担当者を管理できる人がいなくなります。先に別の管理者を用意してください。"});
}

}  // namespace

Result<domain::Caller> AgentService::caller(const domain::AgentId& id) {
  Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const domain::Agent* agent = (*directory)->agent(id);
  if (agent == nullptr) {
    // Somebody found the id, so there is an agent: another replica has made it a moment ago.
    env_.directory.expire();
    directory = env_.directory.view();
    if (!directory) return fail(directory.error());
    agent = (*directory)->agent(id);
  }
  if (agent == nullptr || agent->disabled) return fail(Error::unauthenticated("disabled agent"));
  return (*directory)->caller(*agent);
}

bool AgentService::still_valid(const domain::Caller& caller) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return true;  // the database is away: nothing changes while it is
  const domain::Agent* agent = (*directory)->agent(caller.agent);
  if (agent == nullptr || agent->disabled) return false;
  const domain::Caller now = (*directory)->caller(*agent);
  return now.role == caller.role && now.scope == caller.scope &&
         now.permissions() == caller.permissions();
}

std::uint64_t AgentService::generation() const { return env_.directory.generation(); }

Result<Secret> AgentService::create_token(const domain::Caller& caller, const std::string& name,
                                          domain::Role role) {
  if (name.empty() || name.size() > 100) {
    return fail(Error::invalid("/agent", {"Give the agent a name of 1 to 100 characters.",
                                          "担当者名は 1〜100 文字で指定してください。"}));
  }
  return env_.database.in_transaction([&](db::Session& session) -> Result<Secret> {
    store::Agents agents(session);
    std::optional<domain::Agent> agent = agents.by_name(name);
    if (!agent) {
      agent = domain::Agent{};
      agent->id = env_.ids.make<domain::AgentId>();
      agent->name = name;
      agent->display_name = name;
      agent->role = role;
      agent->created_at = env_.clock.now();
      agents.insert(*agent);
    } else if (agent->role != role) {
      agent->role = role;
      store::Sessions(session).remove_of(agent->id);
      if (!agents.update(*agent))
        throw db::Failure(db::FailureKind::serialization, "agent changed");
    }
    const NewToken made = make_token(env_, session, agent->id, "token create");
    announce_agent(env_, session, caller, *agent, "agent.token_created",
                   {{"role", "", std::string(enum_name(role))}});
    return made.text;
  });
}

Result<MeDto> AgentService::me(const domain::Caller& caller) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  MeDto dto{caller.agent.str(), caller.name, caller.role, {}};
  for (const auto& entry : EnumNames<domain::Permission>::values) {
    if (caller.may(entry.value)) dto.permissions.emplace_back(entry.name);
  }
  const domain::Agent* agent = (*directory)->agent(caller.agent);
  if (agent != nullptr && agent->custom_role) dto.custom_role = agent->custom_role->str();
  dto.mailboxes = mailbox_names_of(caller.scope.mailboxes, **directory);
  for (const domain::TeamId& team : caller.scope.teams) dto.teams.push_back(team.str());
  return dto;
}

Result<std::vector<AgentDto>> AgentService::list() {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  std::vector<AgentDto> dtos;
  for (const domain::Agent& agent : (*directory)->agents())
    dtos.push_back(dto_of(agent, **directory));
  return dtos;
}

Result<AgentDto> AgentService::get(const std::string& id) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const domain::Agent* agent = (*directory)->agent(domain::AgentId(id));
  if (agent == nullptr) return fail(no_such_agent());
  return dto_of(*agent, **directory);
}

Result<AgentDto> AgentService::create(const Context& context, const AgentCreateDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  auto mailboxes = mailbox_ids_of(wish.mailboxes, **directory);
  if (!mailboxes) return fail(std::move(mailboxes.error()));
  domain::Agent rights;
  rights.role = wish.role;
  rights.mailboxes = *mailboxes;
  if (wish.custom_role) {
    Result<void> given = give_role(rights, *wish.custom_role, **directory);
    if (given && rights.role != wish.role) given = fail(based_on_another());
    if (!given) return fail(std::move(given.error()));
  }
  if (Result<void> may = check_may_give(context.caller, rights, **directory); !may) {
    return fail(std::move(may.error()));
  }
  std::string email;
  if (wish.email) {
    Result<std::string> address = address_for_copies(*wish.email, **directory);
    if (!address) return fail(std::move(address.error()));
    email = std::move(*address);
  }
  return command(env_, context, [&](db::Session& session) -> Result<AgentDto> {
    store::Agents agents(session);
    if (agents.by_name(wish.name)) {
      return fail(Error::invalid("/name", {"There is an agent of that name already.",
                                           "同じ名前の担当者がすでにいます。"}));
    }
    domain::Agent agent;
    agent.id = env_.ids.make<domain::AgentId>();
    agent.name = wish.name;
    agent.display_name = wish.display_name.value_or(wish.name);
    agent.email = email;
    agent.role = rights.role;
    agent.custom_role = rights.custom_role;
    agent.mailboxes = *mailboxes;
    agent.created_at = env_.clock.now();
    agents.insert(agent);
    announce_agent(env_, session, context.caller, agent, "agent.created",
                   {{"name", "", agent.name}});
    return dto_of(agent, **directory);
  });
}

Result<AgentDto> AgentService::patch(const Context& context, const std::string& id,
                                     const AgentPatchDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  auto mailboxes = mailbox_ids_of(wish.mailboxes.value(), **directory);
  if (!mailboxes) return fail(std::move(mailboxes.error()));
  const domain::Agent* known = (*directory)->agent(domain::AgentId(id));
  if (known == nullptr) return fail(no_such_agent());
  std::string email;
  if (wish.email.value()) {
    Result<std::string> address = address_for_copies(*wish.email.value(), **directory);
    if (!address) return fail(std::move(address.error()));
    email = std::move(*address);
  }
  return command(env_, context, [&](db::Session& session) -> Result<AgentDto> {
    store::Agents agents(session);
    std::optional<domain::Agent> agent = agents.by_name(known->name);
    if (!agent) return fail(no_such_agent());
    if (context.if_match && *context.if_match != agent->version) {
      return fail(
          Error::stale().with_member("current", json::to_string(dto_of(*agent, **directory))));
    }
    // Who may do more than the caller is not the caller's to change.
    if (Result<void> may = check_may_give(context.caller, *agent, **directory); !may) {
      return fail(std::move(may.error()));
    }
    domain::Change change{"agent.changed", {}};
    const auto text = [](const std::string& value) { return value; };
    if (wish.display_name)
      change.set("display_name", agent->display_name, *wish.display_name, text);
    if (wish.email.given()) change.set("email", agent->email, email, text);
    if (Result<void> done = change_role(change, *agent, wish, **directory); !done) {
      return fail(std::move(done.error()));
    }
    if (wish.disabled) {
      change.set("disabled", agent->disabled, *wish.disabled,
                 [](bool value) { return std::string(value ? "true" : "false"); });
    }
    if (wish.mailboxes.given() && agent->mailboxes != *mailboxes) {
      agent->mailboxes = *mailboxes;
      change.fields.push_back({"mailboxes", "", wish.mailboxes.value() ? "restricted" : "all"});
    }
    if (change.empty()) return dto_of(*agent, **directory);
    if (Result<void> may = check_may_give(context.caller, *agent, **directory); !may) {
      return fail(std::move(may.error()));
    }
    if (!somebody_manages(agents.all(), *agent, **directory)) return fail(nobody_left());
    // Whoever may do something else now signs in anew; whoever is disabled has nothing to come by.
    if (agent->disabled || agent->role != known->role || agent->custom_role != known->custom_role) {
      store::Sessions(session).remove_of(agent->id);
      store::Passwords(session).remove_links(agent->id);
    }
    if (!agents.update(*agent)) throw db::Failure(db::FailureKind::serialization, "agent changed");
    announce_agent(env_, session, context.caller, *agent, "agent.changed", change.fields);
    return dto_of(*agent, **directory);
  });
}

}  // namespace madoguchi::service
