// SPDX-License-Identifier: Apache-2.0
// /cases/{number}/presence
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::PresentDto;

constexpr const char* kPresencePath = "/cases/{number}/presence";

Result<Page<PresentDto>> page_of(Result<std::vector<PresentDto>> present) {
  if (!present) return fail(std::move(present.error()));
  return Page<PresentDto>{std::move(*present), std::nullopt, std::nullopt, std::nullopt};
}

}  // namespace

void add_presence_routes(RouteTable& table, const Services& services) {
  table.add(Route::get(kPresencePath)
                .id("listPresence")
                .summary("Who looks at the case, and who writes in it")
                .tag("cases")
                .needs(Permission::cases_read)
                .handle([services](const Call& call) -> Result<Page<PresentDto>> {
                  return page_of(services.presence.list(call.caller(), call.path("number")));
                }));
  table.add(
      Route::post(kPresencePath)
          .id("sayPresence")
          .summary("Says that the caller looks at the case, or writes")
          .description(
              "Say it again every 20 seconds; it is forgotten after 45. Changes are told on "
              "/events as case.presence, without an id: nothing of it is kept.")
          .tag("cases")
          .needs(Permission::cases_read)
          .handle([services](const Call& call,
                             const service::PresenceDto& presence) -> Result<Page<PresentDto>> {
            return page_of(services.presence.say(call.caller(), call.path("number"), presence));
          }));
}

}  // namespace madoguchi::api
