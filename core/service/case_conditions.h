// SPDX-License-Identifier: Apache-2.0
#pragma once

// Conditions on cases (core/service/dto/case_condition_dto.h): whether they can be asked, and
// whether a case meets them.

#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/service/directory.h"
#include "core/service/dto/case_condition_dto.h"
#include "core/store/cases.h"

namespace madoguchi::service {

[[nodiscard]] bool asks_nothing(const CaseConditionDto& condition);

/// Adds what is wrong with it, with pointers that begin with `pointer`: members that a condition
/// does not have, things that there are not or that are archived.
void check_condition(const CaseConditionDto& condition, const DirectoryView& directory,
                     const std::string& pointer, std::vector<FieldError>& wrong);

/// A case as conditions look at it, within one unit of work. What it reads it reads once.
class CaseInView {
 public:
  /// `text` is what was written now; nullopt: the newest that the customer wrote.
  CaseInView(db::Session& session, const store::CaseRow& row, const DirectoryView& directory,
             TimePoint now, std::optional<std::string> text = std::nullopt);

  [[nodiscard]] bool meets(const CaseConditionDto& condition);
  [[nodiscard]] std::string number() const { return domain::case_number(row_.sequence()); }

 private:
  [[nodiscard]] bool is_of(const CaseConditionDto& condition) const;
  [[nodiscard]] bool waits(std::int64_t hours) const;
  [[nodiscard]] bool holds_one_of(const std::vector<std::string>& words);
  [[nodiscard]] bool is_in(const CaseFilter& filter) const;
  [[nodiscard]] std::int64_t open_cases();

  db::Session& session_;
  const store::CaseRow& row_;
  const DirectoryView& directory_;
  const TimePoint now_;
  std::optional<std::string> text_;
  std::optional<std::string> folded_;
  std::optional<std::int64_t> open_cases_;
};

}  // namespace madoguchi::service
