// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "core/jobs/runner.h"
#include "core/service/environment.h"
#include "core/store/intake.h"

namespace madoguchi::service {

/// Raw mails at rest: sealed in their intake row, or as a blob when they are big.
[[nodiscard]] std::string seal_raw(const Environment& env, const domain::IntakeId& id,
                                   std::string_view raw);
[[nodiscard]] Result<std::string> open_raw(const Environment& env,
                                           const store::IntakeRecord& record);

/// A masked mail that is to rest in place of the one that came (S7), sealed under a key of its own.
using MaskedRaw = std::variant<std::string, store::Blobs::Prepared>;
[[nodiscard]] MaskedRaw seal_masked(const Environment& env, const store::IntakeRecord& record,
                                    std::string_view raw);
/// From the commit on, the mail that came and its key are gone. Where it was a file, a job removes
/// that, so that a crash in between leaves none.
void replace_raw(const Environment& env, db::Session& session, const domain::IntakeId& id,
                 const MaskedRaw& masked);
/// "intake.remove_original"; `env` must outlive it.
[[nodiscard]] jobs::JobKind remove_original_job(const Environment& env);

}  // namespace madoguchi::service
