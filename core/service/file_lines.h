// SPDX-License-Identifier: Apache-2.0
#pragma once

// How the lines of one kind of file are taken over.

#include <memory>
#include <string>
#include <vector>

#include "core/service/csv.h"
#include "core/service/directory.h"
#include "core/service/environment.h"
#include "core/store/imports.h"

namespace madoguchi::service {

enum class LineFate { created, changed, unchanged };

/// Made of a file's header; outlived by the directory and caller it was given.
class FileLines {
 public:
  virtual ~FileLines() = default;

  /// Columns that are not known, as errors of the header's line.
  [[nodiscard]] virtual std::vector<store::LineError> unknown_columns() const = 0;
  /// One line, in the transaction of its batch. Errors have "/COLUMN" as pointer.
  [[nodiscard]] virtual Result<LineFate> take(db::Session& session, const CsvRow& row) = 0;
  /// As the header calls the column that an error's pointer is about; empty when it is about none.
  [[nodiscard]] virtual std::string column_of(const std::string& pointer) const = 0;
};

/// `invalid` at "/" for a header without any column that is known.
[[nodiscard]] Result<std::unique_ptr<FileLines>> product_lines(const Environment& env,
                                                               const domain::Caller& caller,
                                                               const CsvRow& header);

}  // namespace madoguchi::service
