// SPDX-License-Identifier: Apache-2.0
// /audit
#include "daemon/api/services.h"

namespace madoguchi::api {

void add_audit_routes(RouteTable& table, const Services& services) {
  table.add(
      Route::get("/audit")
          .id("getAuditState")
          .summary("How far the change history is sealed against tampering")
          .description("Each change is hashed together with all before it; the newest hash is "
                       "signed every few minutes. `madoguchid audit verify` compares.")
          .tag("events")
          .needs(domain::Permission::operations_read)
          .whole_desk()
          .handle([services](const Call&) -> Result<service::AuditStateDto> {
            return services.audit.state();
          }));
}

}  // namespace madoguchi::api
