// SPDX-License-Identifier: Apache-2.0
#include "core/service/raw_mail.h"

namespace madoguchi::service {

Result<std::string> open_raw(const Environment& env, const store::IntakeRecord& record) {
  return env.database.read([&](db::Session& session) { return open_raw(env, session, record); });
}

Result<std::string> open_raw(const Environment& env, db::Session& session,
                             const store::IntakeRecord& record) {
  if (record.sealed.empty()) return env.blobs.read(session, record.id.str());
  return env.keys.open(record.sealed, "intake|raw|" + record.id.str() + "|1");
}

}  // namespace madoguchi::service
