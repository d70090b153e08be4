// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/service/directory.h"
#include "core/service/dto/case_dto.h"
#include "core/service/dto/message_dto.h"
#include "core/service/environment.h"
#include "core/store/cases.h"

namespace madoguchi::service {

/// Entries of master data with their names.
[[nodiscard]] std::vector<NamedDto> named_dtos_of(const std::vector<domain::MasterId>& ids,
                                                  const DirectoryView& directory);
/// How a stored case looks to that caller; names come from the directory.
[[nodiscard]] CaseDto case_dto_of(const store::CaseRow& row, const DirectoryView& directory,
                                  const domain::Caller& caller);
[[nodiscard]] std::vector<CaseDto> case_dtos_of(const std::vector<store::CaseRow>& rows,
                                                const DirectoryView& directory,
                                                const domain::Caller& caller);
/// With the arrivals of its mails too, and what the scheme says of it.
[[nodiscard]] CaseDto full_case_dto(const Environment& env, db::Session& session,
                                    const store::CaseRecord& record, const DirectoryView& directory,
                                    const domain::Caller& caller);
[[nodiscard]] std::vector<PlacementDto> placement_dtos_of(
    const std::vector<store::Placement>& placements, const DirectoryView& directory);
/// How a message looks to that caller.
[[nodiscard]] MessageDto message_dto_of(const domain::Message& message, std::int64_t case_sequence,
                                        const domain::Caller& caller);
[[nodiscard]] AttachmentDto attachment_dto_of(const domain::Attachment& attachment);

}  // namespace madoguchi::service
