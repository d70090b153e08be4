// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/jobs/runner.h"
#include "core/service/environment.h"
#include "core/store/intake.h"

namespace madoguchi::service {

/// The notice of a message whose mail held a card number.
inline constexpr const char* kMaskedNotice = "card_number_masked";

/// Puts a masked mail in place of the one that came (S7; Blobs::prepare_replacement), and writes
/// down that it happened: what follows is for people (PCI DSS 12.10.7). From the commit on, the
/// mail that came and its key are gone; where it was a file, a job removes that, so that a crash in
/// between leaves none.
void keep_masked(const Environment& env, db::Session& session, const domain::Caller& caller,
                 const store::IntakeRecord& record, const store::Blobs::Prepared& masked);

/// Removes the file of a content that this unit of work forgets, once that is certain.
void remove_file_later(const Environment& env, db::Session& session, const std::string& name);

/// "intake.remove_original", and "intake.mask_original" for mails that were kept as they came when
/// only what is shown was masked. `env` must outlive them.
[[nodiscard]] std::vector<jobs::JobKind> masking_jobs(const Environment& env);

}  // namespace madoguchi::service
