// SPDX-License-Identifier: Apache-2.0
#include "core/service/agents.h"

#include "core/domain/names.h"
#include "core/service/directory.h"
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
  return domain::Caller{agent->id, agent->name, agent->role, agent->mailboxes};
}

bool AgentService::still_valid(const domain::Caller& caller) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return true;  // the database is away: nothing changes while it is
  const domain::Agent* agent = (*directory)->agent(caller.agent);
  return agent != nullptr && !agent->disabled && agent->role == caller.role &&
         agent->mailboxes == caller.mailboxes;
}

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
  MeDto dto{caller.agent.str(), caller.name, caller.role, {}};
  for (const domain::Permission permission : domain::permissions_of(caller.role)) {
    dto.permissions.emplace_back(enum_name(permission));
  }
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
    agent.role = wish.role;
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
  return command(env_, context, [&](db::Session& session) -> Result<AgentDto> {
    store::Agents agents(session);
    std::optional<domain::Agent> agent = agents.by_name(known->name);
    if (!agent) return fail(no_such_agent());
    if (context.if_match && *context.if_match != agent->version) {
      return fail(
          Error::stale().with_member("current", json::to_string(dto_of(*agent, **directory))));
    }
    domain::Change change{"agent.changed", {}};
    const auto text = [](const std::string& value) { return value; };
    if (wish.display_name)
      change.set("display_name", agent->display_name, *wish.display_name, text);
    if (wish.role) {
      change.set("role", agent->role, *wish.role,
                 [](domain::Role role) { return std::string(enum_name(role)); });
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
    // Whoever may do something else now signs in anew; whoever is disabled has nothing to come by.
    if (agent->disabled || agent->role != known->role) {
      store::Sessions(session).remove_of(agent->id);
      store::Passwords(session).remove_links(agent->id);
    }
    if (!agents.update(*agent)) throw db::Failure(db::FailureKind::serialization, "agent changed");
    announce_agent(env_, session, context.caller, *agent, "agent.changed", change.fields);
    return dto_of(*agent, **directory);
  });
}

}  // namespace madoguchi::service
