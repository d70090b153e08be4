// SPDX-License-Identifier: Apache-2.0
// /macros
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::MacroDto;

Route macro_route(Route route, const char* id, const char* summary) {
  return std::move(route).id(id).summary(summary).tag("automation").needs(Permission::cases_read);
}

}  // namespace

void add_macro_routes(RouteTable& table, const Services& services) {
  table.add(macro_route(Route::get("/macros"), "listMacros", "The caller's macros and everybody's")
                .handle([services](const Call& call) -> Result<Page<MacroDto>> {
                  Result<std::vector<MacroDto>> all = services.macros.list(call.caller());
                  if (!all) return fail(std::move(all.error()));
                  return Page<MacroDto>{std::move(*all), std::nullopt, std::nullopt, std::nullopt};
                }));
  table.add(
      macro_route(Route::post("/macros"), "createMacro", "Keeps several steps under a name")
          .description("One that is shared is everybody's, and needs settings_write.")
          .handle([services](const Call& call,
                             const service::MacroCreateDto& wish) -> Result<Created<MacroDto>> {
            Result<MacroDto> made = services.macros.create(context_of(call, services), wish);
            if (!made) return fail(std::move(made.error()));
            std::string location = std::string(kBase) + "/macros/" + made->id;
            return Created<MacroDto>{std::move(*made), std::move(location)};
          }));
  table.add(macro_route(Route::get("/macros/{id}"), "getMacro", "One macro")
                .handle([services](const Call& call) -> Result<MacroDto> {
                  return services.macros.get(call.caller(), call.path("id"));
                }));
  table.add(macro_route(Route::patch("/macros/{id}"), "patchMacro", "Changes a macro")
                .needs_if_match()
                .handle([services](const Call& call,
                                   const service::MacroPatchDto& wish) -> Result<MacroDto> {
                  return services.macros.patch(context_of(call, services), call.path("id"), wish);
                }));
  table.add(macro_route(Route::del("/macros/{id}"), "deleteMacro", "Deletes a macro")
                .needs_if_match()
                .handle([services](const Call& call) -> Result<void> {
                  return services.macros.remove(context_of(call, services), call.path("id"));
                }));
  table.add(Route::post("/cases/{number}/apply-macro")
                .id("applyMacro")
                .summary("Does the steps of a macro to the case, all or none")
                .description("With the caller's rights and by the desk's scheme. `preview` tells "
                             "what would change and changes nothing.")
                .tag("automation")
                .needs(Permission::cases_write)
                .under_edit_lock()
                .handle([services](const Call& call, const service::MacroApplyDto& wish)
                            -> Result<service::MacroAppliedDto> {
                  return services.macros.apply(context_of(call, services), call.path("number"),
                                               wish);
                }));
}

}  // namespace madoguchi::api
