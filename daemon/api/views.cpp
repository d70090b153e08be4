// SPDX-License-Identifier: Apache-2.0
// /views
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::ViewDto;

Route view_route(Route route, const char* id, const char* summary) {
  return std::move(route).id(id).summary(summary).tag("cases").needs(Permission::cases_read);
}

}  // namespace

void add_view_routes(RouteTable& table, const Services& services) {
  table.add(view_route(Route::get("/views"), "listViews", "The caller's views and everybody's")
                .handle([services](const Call& call) -> Result<Page<ViewDto>> {
                  Result<std::vector<ViewDto>> all = services.views.list(call.caller());
                  if (!all) return fail(std::move(all.error()));
                  return Page<ViewDto>{std::move(*all), std::nullopt, std::nullopt, std::nullopt};
                }));
  table.add(
      view_route(Route::post("/views"), "createView", "Keeps a filter of the list under a name")
          .description("The members of the filter are the parameters of GET /cases. One that "
                       "is shared is everybody's, and needs settings_write.")
          .handle([services](const Call& call,
                             const service::ViewCreateDto& wish) -> Result<Created<ViewDto>> {
            Result<ViewDto> made = services.views.create(context_of(call, services), wish);
            if (!made) return fail(std::move(made.error()));
            std::string location = std::string(kBase) + "/views/" + made->id;
            return Created<ViewDto>{std::move(*made), std::move(location)};
          }));
  table.add(view_route(Route::get("/views/{id}"), "getView", "One view")
                .handle([services](const Call& call) -> Result<ViewDto> {
                  return services.views.get(call.caller(), call.path("id"));
                }));
  table.add(view_route(Route::patch("/views/{id}"), "patchView", "Changes a view")
                .needs_if_match()
                .handle([services](const Call& call,
                                   const service::ViewPatchDto& wish) -> Result<ViewDto> {
                  return services.views.patch(context_of(call, services), call.path("id"), wish);
                }));
  table.add(view_route(Route::del("/views/{id}"), "deleteView", "Deletes a view")
                .needs_if_match()
                .handle([services](const Call& call) -> Result<void> {
                  return services.views.remove(context_of(call, services), call.path("id"));
                }));
}

}  // namespace madoguchi::api
