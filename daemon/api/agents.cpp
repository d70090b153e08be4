// SPDX-License-Identifier: Apache-2.0
// /me, /agents
#include "daemon/api/services.h"

namespace madoguchi::api {

using domain::Permission;
using service::AgentDto;

void add_agent_routes(RouteTable& table, const Services& services) {
  table.add(Route::get("/me")
                .id("getMe")
                .summary("Who the caller is and may do")
                .tag("agents")
                .signed_in()
                .while_enrolling()
                .handle([services](const Call& call) -> Result<service::WhoDto> {
                  Result<service::MeDto> me = services.agents.me(call.caller());
                  if (!me) return fail(std::move(me.error()));
                  const service::SignedIn& by = call.signed_in();
                  service::WhoDto who{std::move(*me), std::nullopt, std::nullopt, by.enrolling};
                  if (!by.session.empty()) {
                    who.session = by.session;
                    who.csrf_token = by.csrf_token;
                  }
                  return who;
                }));
  table.add(
      Route::get("/agents")
          .id("listAgents")
          .summary("All agents")
          .tag("agents")
          .needs(Permission::settings_read)
          .handle([services](const Call&) -> Result<Page<AgentDto>> {
            Result<std::vector<AgentDto>> agents = services.agents.list();
            if (!agents) return fail(std::move(agents.error()));
            return Page<AgentDto>{std::move(*agents), std::nullopt, std::nullopt, std::nullopt};
          }));
  table.add(
      Route::post("/agents")
          .id("createAgent")
          .summary("Adds an agent")
          .tag("agents")
          .needs(Permission::agents_manage)
          .handle([services](const Call& call,
                             const service::AgentCreateDto& wish) -> Result<Created<AgentDto>> {
            Result<AgentDto> made = services.agents.create(context_of(call, services), wish);
            if (!made) return fail(std::move(made.error()));
            std::string location = std::string(kBase) + "/agents/" + made->id;
            return Created<AgentDto>{std::move(*made), std::move(location)};
          }));
  table.add(Route::get("/agents/{id}")
                .id("getAgent")
                .summary("One agent")
                .tag("agents")
                .needs(Permission::settings_read)
                .handle([services](const Call& call) -> Result<AgentDto> {
                  return services.agents.get(call.path("id"));
                }));
  table.add(Route::patch("/agents/{id}")
                .id("patchAgent")
                .summary("Changes an agent; a disabled one is out at once")
                .tag("agents")
                .needs(Permission::agents_manage)
                .needs_if_match()
                .handle([services](const Call& call,
                                   const service::AgentPatchDto& wish) -> Result<AgentDto> {
                  return services.agents.patch(context_of(call, services), call.path("id"), wish);
                }));
}

}  // namespace madoguchi::api
