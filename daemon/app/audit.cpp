// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/audit.h"

#include <fmt/format.h>

namespace madoguchi::app {

ControlReply verify_audit(service::AuditTrail& trail, const std::string& kept) {
  const Result<service::AuditReport> report = trail.verify(kept);
  if (!report) return {"", to_string(report.error().code), report.error().describe()};
  const std::string looked = fmt::format("{} changes and {} signatures were looked at",
                                         report->sealed, report->checkpoints);
  if (report->findings.empty()) return {looked + "; all of it is as it was sealed", "", ""};
  std::string text = "the change history is not what it was; " + looked;
  for (const service::AuditFinding& finding : report->findings) {
    text += finding.position > 0 ? fmt::format("\n  position {}: ", finding.position) : "\n  ";
    text += finding.what;
  }
  if (report->more) text += "\n  and more";
  return {"", "conflict", text};
}

}  // namespace madoguchi::app
