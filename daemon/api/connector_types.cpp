// SPDX-License-Identifier: Apache-2.0
// /connector-types
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using service::ConnectorTypeDto;

Route connector_type_route(Route route, const char* id, const char* summary) {
  return std::move(route)
      .id(id)
      .summary(summary)
      .tag("settings")
      .needs(domain::Permission::settings_read);
}

}  // namespace

void add_connector_type_routes(RouteTable& table, const Services& services) {
  table.add(connector_type_route(Route::get("/connector-types"), "listConnectorTypes",
                                 "Kinds of outside systems that this build can be connected to")
                .description("Each with its options as a form, in both languages.")
                .handle([services](const Call&) -> Result<Page<ConnectorTypeDto>> {
                  return whole_page<ConnectorTypeDto>(services.connector_types.list());
                }));
  table.add(connector_type_route(Route::get("/connector-types/{name}"), "getConnectorType",
                                 "One kind of outside system")
                .handle([services](const Call& call) -> Result<ConnectorTypeDto> {
                  return services.connector_types.get(call.path("name"));
                }));
}

}  // namespace madoguchi::api
