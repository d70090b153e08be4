// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/service/directory.h"
#include "core/service/dto/desk_dto.h"
#include "core/service/dto/scheme_dto.h"
#include "core/service/environment.h"
#include "core/store/cases.h"
#include "core/store/schemes.h"

namespace madoguchi::service {

/// The desk's scheme: which moves people may make, what a case needs for them, what agents are told
/// (docs/adr/0024-scheme-and-rules.md). A change holds at once here and within a second on other
/// replicas. Safe for use by many threads.
class SchemeService {
 public:
  explicit SchemeService(const Environment& env) : env_(env) {}

  [[nodiscard]] Result<SchemeDto> get();
  [[nodiscard]] Result<SchemeDto> put(const Context& context, const SchemeWriteDto& wish);
  /// Its changes, newest first.
  [[nodiscard]] Result<std::vector<EventDto>> history(int limit);

 private:
  const Environment& env_;
};

[[nodiscard]] SchemeDto scheme_of(const store::StoredScheme& stored);

/// Whether the caller may have moved the case, which was in `before`, to where it is now. The hub
/// itself may everything.
[[nodiscard]] Result<void> check_move(db::Session& session, const domain::Caller& caller,
                                      const DirectoryView& directory, domain::CaseStatus before,
                                      const domain::Case& after);

/// What the scheme asks of a case and what does not stand in it. Without a session what only
/// messages tell is taken for given.
[[nodiscard]] domain::CaseFacts facts_of(db::Session* session, const domain::Case& value,
                                         const DirectoryView& directory);

[[nodiscard]] std::vector<StatusChoiceDto> status_choices(db::Session& session,
                                                          const domain::Case& value,
                                                          const DirectoryView& directory,
                                                          const domain::Caller& caller);
[[nodiscard]] std::vector<CaseAlertDto> alerts_of(db::Session& session, const store::CaseRow& row,
                                                  const DirectoryView& directory, TimePoint now);
/// What there is to know of a customer, whose unresolved cases those are: each alert once.
[[nodiscard]] std::vector<CaseAlertDto> alerts_of(db::Session& session, bool blacklisted,
                                                  const std::vector<domain::MasterId>& labels,
                                                  const std::vector<store::CaseRow>& cases,
                                                  const DirectoryView& directory, TimePoint now);

}  // namespace madoguchi::service
