// SPDX-License-Identifier: Apache-2.0
// Agents' accounts at providers.
#include <algorithm>

#include "core/service/directory.h"
#include "core/service/oidc.h"
#include "core/service/rights.h"
#include "core/service/unit_of_work.h"
#include "core/store/identities.h"

namespace madoguchi::service {
namespace {

IdentityDto dto_of_identity(const store::Identity& identity,
                            const std::vector<OidcProvider>& providers) {
  const auto named = std::find_if(providers.begin(), providers.end(), [&](const OidcProvider& one) {
    return one.issuer == identity.issuer;
  });
  return {identity.id,         named == providers.end() ? identity.issuer : named->name,
          identity.subject,    identity.email,
          identity.created_at, identity.used_at};
}

Error no_such_agent_here() {
  return Error::not_found({"There is no such agent.", "その担当者はいません。"});
}

void announce_account(const Environment& env, db::Session& session, const domain::Caller& caller,
                      const std::string& agent, const char* event, std::string what) {
  store::ChangeEntry entry;
  entry.event = event;
  entry.object_type = "agent";
  entry.object_id = agent;
  entry.fields = {{"identity", "", std::move(what)}};
  announce(env, session, caller, std::move(entry));
}

}  // namespace

Result<std::vector<IdentityDto>> OidcService::identities(const std::string& agent) {
  const auto directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  if ((*directory)->agent(domain::AgentId(agent)) == nullptr) return fail(no_such_agent_here());
  return env_.database.read([&](db::Session& session) -> Result<std::vector<IdentityDto>> {
    std::vector<IdentityDto> dtos;
    for (const store::Identity& one : store::Identities(session).of(domain::AgentId(agent))) {
      dtos.push_back(dto_of_identity(one, options_.providers));
    }
    return dtos;
  });
}

Result<IdentityDto> OidcService::link(const Context& context, const std::string& agent,
                                      const IdentityCreateDto& wish) {
  const Result<const OidcProvider*> provider = find(wish.provider);
  if (!provider) {
    return fail(Error::invalid("/provider", {"There is no such provider in the configuration.",
                                             "設定にその認証の提供元はありません。"}));
  }
  if (wish.subject.has_value() == wish.email.has_value()) {
    return fail(Error::invalid(
        "/subject",
        {"Give either subject or email.", "subject と email のどちらか一方を指定してください。"}));
  }
  const auto directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  if ((*directory)->agent(domain::AgentId(agent)) == nullptr) return fail(no_such_agent_here());
  const domain::Agent& owner = *(*directory)->agent(domain::AgentId(agent));
  if (Result<void> may = check_may_give(context.caller, owner, **directory); !may) {
    return fail(std::move(may.error()));
  }
  store::Identity made;
  made.id = env_.ids.next();
  made.agent = domain::AgentId(agent);
  made.issuer = (*provider)->issuer;
  made.subject = wish.subject;
  if (wish.email) made.email = wish.email->key();
  made.created_at = env_.clock.now();
  return command(env_, context, [&](db::Session& session) -> Result<IdentityDto> {
    store::Identities(session).insert(made);
    announce_account(env_, session, context.caller, agent, "agent.identity_linked",
                     wish.provider + " " + made.subject.value_or(made.email.value_or("")));
    return dto_of_identity(made, options_.providers);
  });
}

Result<void> OidcService::unlink(const Context& context, const std::string& agent,
                                 const std::string& identity) {
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    if (!store::Identities(session).remove(domain::AgentId(agent), identity)) {
      return fail(Error::not_found({"There is no such account.", "そのアカウントはありません。"}));
    }
    announce_account(env_, session, context.caller, agent, "agent.identity_unlinked", identity);
    return {};
  });
}

}  // namespace madoguchi::service
