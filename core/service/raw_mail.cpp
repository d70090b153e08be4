// SPDX-License-Identifier: Apache-2.0
#include "core/service/raw_mail.h"

namespace madoguchi::service {
namespace {

std::string aad_of(const domain::IntakeId& id) { return "intake|raw|" + id.str() + "|1"; }

}  // namespace

std::string seal_raw(const Environment& env, const domain::IntakeId& id, std::string_view raw) {
  return env.keys.seal(raw, aad_of(id));
}

Result<std::string> open_raw(const Environment& env, const store::IntakeRecord& record) {
  if (record.sealed.empty()) return env.blobs.read(record.id.str());
  return env.keys.open(record.sealed, aad_of(record.id));
}

}  // namespace madoguchi::service
