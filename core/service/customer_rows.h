// SPDX-License-Identifier: Apache-2.0
#pragma once

// Customers as lines of a CSV file.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/service/csv.h"
#include "core/service/directory.h"
#include "core/service/dto/customer_dto.h"
#include "core/store/imports.h"

namespace madoguchi::service {

enum class CustomerColumn {
  number,
  family_name,
  given_name,
  name,
  family_name_kana,
  given_name_kana,
  kana,
  company,
  email,
  other_emails,
  newsletter,
  phone,
  other_phones,
  country,
  postal_code,
  prefecture,
  city,
  street,
  building,
  labels,
  tags,
  blacklisted,
  blacklist_reasons,
  language,
  time_zone,
  birthday,
  sex,
  rank,
  points,
  purchase_count,
  external_account,
  external_id,
  external_number
};

/// Which column each cell of a line belongs to; nullopt: to none that is known.
struct CustomerHeader {
  std::vector<std::optional<CustomerColumn>> columns;
  std::vector<std::string> names;
};
/// By names in English and Japanese. `invalid` when no column is known.
[[nodiscard]] Result<CustomerHeader> header_of(const CsvRow& row);
/// Columns that are not known, as errors of the header's line.
[[nodiscard]] std::vector<store::LineError> unknown_columns(const CustomerHeader& header);

/// One line, cut up: filled cells only.
struct CustomerLine {
  std::int64_t line = 0;
  std::vector<std::pair<CustomerColumn, std::string>> cells;

  [[nodiscard]] std::string cell(CustomerColumn column) const;
};
[[nodiscard]] CustomerLine line_of(const CsvRow& row, const CustomerHeader& header);

/// What the line wishes for a customer that is as `base` (an empty one for a new one). Errors
/// have "/COLUMN" as pointer.
[[nodiscard]] Result<CustomerPatchDto> wish_of(const CustomerLine& line,
                                               const domain::Customer& base);

/// As the header calls the column that an error's pointer is about; empty when it is about none.
[[nodiscard]] std::string column_of_pointer(const std::string& pointer,
                                            const CustomerHeader& header);

/// The header and a line of an export; without `contact` without the columns that reach people.
[[nodiscard]] std::vector<std::string> exported_header(bool contact);
[[nodiscard]] std::vector<std::string> exported_line(const domain::Customer& customer,
                                                     const DirectoryView& directory, bool contact);

}  // namespace madoguchi::service
