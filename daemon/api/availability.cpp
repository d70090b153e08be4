// SPDX-License-Identifier: Apache-2.0
// /me/availability
#include "daemon/api/services.h"

namespace madoguchi::api {

using domain::Permission;
using service::AvailabilityDto;

void add_availability_routes(RouteTable& table, const Services& services) {
  table.add(Route::get("/me/availability")
                .id("getMyAvailability")
                .summary("Whether the caller is there to be given cases")
                .tag("automation")
                .needs(Permission::cases_write)
                .handle([services](const Call& call) -> Result<AvailabilityDto> {
                  return services.availability.get(call.caller());
                }));
  table.add(Route::put("/me/availability")
                .id("putMyAvailability")
                .summary("Says whether the caller is there to be given cases")
                .tag("automation")
                .needs(Permission::cases_write)
                .handle([services](const Call& call,
                                   const AvailabilityDto& wish) -> Result<AvailabilityDto> {
                  return services.availability.put(context_of(call, services), wish);
                }));
}

}  // namespace madoguchi::api
