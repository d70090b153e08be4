// SPDX-License-Identifier: Apache-2.0
// /teams, /roles, /permissions
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::PermissionDto;
using service::RoleDto;
using service::TeamDto;

Route team_route(Route route, const char* id, const char* summary) {
  return std::move(route).id(id).summary(summary).tag("agents");
}

template <class T>
Result<Created<T>> made_at(const char* path, Result<T> made) {
  if (!made) return fail(std::move(made.error()));
  std::string location = std::string(kBase) + path + made->id;
  return Created<T>{std::move(*made), std::move(location)};
}

void add_team_routes(RouteTable& table, const Services& services) {
  table.add(team_route(Route::get("/teams"), "listTeams", "All teams, archived ones too")
                .needs(Permission::settings_read)
                .handle([services](const Call&) -> Result<Page<TeamDto>> {
                  return whole_page(services.teams.list());
                }));
  table.add(team_route(Route::post("/teams"), "createTeam", "Makes a team")
                .needs(Permission::agents_manage)
                .handle([services](const Call& call,
                                   const service::TeamCreateDto& wish) -> Result<Created<TeamDto>> {
                  return made_at("/teams/",
                                 services.teams.create(context_of(call, services), wish));
                }));
  table.add(team_route(Route::get("/teams/{id}"), "getTeam", "One team")
                .needs(Permission::settings_read)
                .handle([services](const Call& call) -> Result<TeamDto> {
                  return services.teams.get(call.path("id"));
                }));
  table.add(team_route(Route::patch("/teams/{id}"), "patchTeam",
                       "Changes a team; what its members see follows at once")
                .needs(Permission::agents_manage)
                .needs_if_match()
                .handle([services](const Call& call,
                                   const service::TeamPatchDto& wish) -> Result<TeamDto> {
                  return services.teams.patch(context_of(call, services), call.path("id"), wish);
                }));
  table.add(team_route(Route::del("/teams/{id}"), "deleteTeam",
                       "Deletes a team; one that cases are given to is archived instead")
                .needs(Permission::agents_manage)
                .needs_if_match()
                .handle([services](const Call& call) -> Result<void> {
                  return services.teams.remove(context_of(call, services), call.path("id"));
                }));
}

void add_role_routes(RouteTable& table, const Services& services) {
  table.add(team_route(Route::get("/permissions"), "listPermissions",
                       "Every right there is, with what it allows")
                .needs(Permission::settings_read)
                .handle([](const Call&) -> Result<Page<PermissionDto>> {
                  return Page<PermissionDto>{service::RoleService::permissions(), std::nullopt,
                                             std::nullopt, std::nullopt};
                }));
  table.add(team_route(Route::get("/roles"), "listRoles",
                       "All roles with what they may do, the built-in ones first")
                .needs(Permission::settings_read)
                .handle([services](const Call&) -> Result<Page<RoleDto>> {
                  return whole_page(services.roles.list());
                }));
  table.add(team_route(Route::post("/roles"), "createRole",
                       "Makes a role of some of your own permissions")
                .needs(Permission::agents_manage)
                .handle([services](const Call& call,
                                   const service::RoleCreateDto& wish) -> Result<Created<RoleDto>> {
                  return made_at("/roles/",
                                 services.roles.create(context_of(call, services), wish));
                }));
  table.add(team_route(Route::get("/roles/{id}"), "getRole", "One role")
                .needs(Permission::settings_read)
                .handle([services](const Call& call) -> Result<RoleDto> {
                  return services.roles.get(call.path("id"));
                }));
  table.add(team_route(Route::patch("/roles/{id}"), "patchRole",
                       "Changes a role; what its agents may do follows at once")
                .needs(Permission::agents_manage)
                .needs_if_match()
                .fails_with({409})
                .handle([services](const Call& call,
                                   const service::RolePatchDto& wish) -> Result<RoleDto> {
                  return services.roles.patch(context_of(call, services), call.path("id"), wish);
                }));
  table.add(team_route(Route::del("/roles/{id}"), "deleteRole", "Deletes a role that nobody has")
                .needs(Permission::agents_manage)
                .needs_if_match()
                .fails_with({409})
                .handle([services](const Call& call) -> Result<void> {
                  return services.roles.remove(context_of(call, services), call.path("id"));
                }));
}

}  // namespace

void add_rights_routes(RouteTable& table, const Services& services) {
  add_team_routes(table, services);
  add_role_routes(table, services);
}

}  // namespace madoguchi::api
