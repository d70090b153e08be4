// SPDX-License-Identifier: Apache-2.0
// /scheme
#include "daemon/api/services.h"

namespace madoguchi::api {

using domain::Permission;
using service::SchemeDto;

void add_scheme_routes(RouteTable& table, const Services& services) {
  table.add(
      Route::get("/scheme")
          .id("getScheme")
          .summary("What people may do with cases: moves, required fields, alerts")
          .tag("automation")
          .needs(Permission::settings_read)
          .handle([services](const Call&) -> Result<SchemeDto> { return services.scheme.get(); }));
  table.add(
      Route::put("/scheme")
          .id("putScheme")
          .summary("Replaces the scheme as a whole")
          .description(
              "Refused when a status could not be reached any more, or when nobody could finish "
              "a case. Mails that come in, replies that go out and waits that end move cases "
              "whatever the scheme says.")
          .tag("automation")
          .needs(Permission::settings_write)
          .needs_if_match()
          .handle([services](const Call& call,
                             const service::SchemeWriteDto& wish) -> Result<SchemeDto> {
            return services.scheme.put(context_of(call, services), wish);
          }));
  table.add(Route::get("/scheme/changes")
                .id("listSchemeChanges")
                .summary("The last 100 changes of the scheme, newest first")
                .tag("automation")
                .needs(Permission::settings_read)
                .handle([services](const Call&) -> Result<Page<service::EventDto>> {
                  constexpr int kShown = 100;
                  Result<std::vector<service::EventDto>> all = services.scheme.history(kShown);
                  if (!all) return fail(std::move(all.error()));
                  return Page<service::EventDto>{std::move(*all), std::nullopt, std::nullopt,
                                                 std::nullopt};
                }));
}

}  // namespace madoguchi::api
