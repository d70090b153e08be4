// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/db/session.h"

struct pg_result;

namespace madoguchi::db {

/// The values of one statement as libpq takes them: integers as binary int8, bytes as binary bytea,
/// text in text format with its type left to the server (so that it fits JSONB and the like).
/// Refers to the Params it was made from. Throws Failure(invalid) for text with a NUL.
class PostgresqlValues {
 public:
  PostgresqlValues(const Param* params, std::size_t count);

  [[nodiscard]] int count() const noexcept { return static_cast<int>(values_.size()); }
  [[nodiscard]] const char* const* values() const noexcept { return values_.data(); }
  [[nodiscard]] const int* lengths() const noexcept { return lengths_.data(); }
  [[nodiscard]] const int* formats() const noexcept { return formats_.data(); }

 private:
  std::vector<std::array<char, 8>> integers_;
  std::vector<std::string> texts_;
  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

/// The types ("oids") a statement is prepared with for these params; 0: the server finds out.
[[nodiscard]] std::vector<unsigned int> types_of(const Param* params, std::size_t count);
/// Whether a statement prepared with `types` takes these params; null fits any type.
[[nodiscard]] bool types_fit(const std::vector<unsigned int>& types, const Param* params,
                             std::size_t count);

/// A result in binary format. Throws Failure(invalid) for a column type that no Cell can hold.
[[nodiscard]] Rows rows_of(const pg_result* result);

[[nodiscard]] FailureKind classify_sqlstate(std::string_view sqlstate);

}  // namespace madoguchi::db
