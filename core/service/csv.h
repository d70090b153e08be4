// SPDX-License-Identifier: Apache-2.0
#pragma once

// Comma separated values (RFC 4180), as spreadsheets write and read them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace madoguchi::service {

struct CsvRow {
  std::int64_t line = 0;  ///< where it begins; the first is 1
  std::vector<std::string> cells;
};

/// Rows of valid UTF-8 without its byte order mark; lines that are empty are left out. LF, CRLF and
/// CR end lines, quoted cells may hold them. `malformed` for a quote that is never closed, with its
/// line, and beyond 200,000 rows or 1,000 cells in one.
[[nodiscard]] Result<std::vector<CsvRow>> read_csv(std::string_view text);

/// One line with its end. A cell that a spreadsheet would take for a formula (it begins with =, +,
/// -, @, their full-width forms, a tab or a line end) gets an apostrophe before it.
void append_csv(std::string& out, const std::vector<std::string>& cells);
/// Without that apostrophe.
[[nodiscard]] std::string_view without_guard(std::string_view cell);

/// A column of some kind of file: the name that exports use, and others that people write, "/"
/// between them.
template <class Column>
struct CsvColumn {
  Column column;
  const char* name;
  const char* others;
};
/// Whether a header's cell means the column of these names, in any width, case and kana, with or
/// without spaces.
[[nodiscard]] bool names_column(std::string_view typed, const char* name, const char* others);
template <class Column, std::size_t n>
[[nodiscard]] std::optional<Column> column_named(const CsvColumn<Column> (&columns)[n],
                                                 std::string_view typed) {
  for (const CsvColumn<Column>& one : columns) {
    if (names_column(typed, one.name, one.others)) return one.column;
  }
  return std::nullopt;
}

/// Folded (core/text/fold.h), without spaces.
[[nodiscard]] std::string squeezed(std::string_view cell);
/// "1,200" and "１２００" as 1200.
[[nodiscard]] std::optional<std::int64_t> whole_number(std::string_view cell);

/// The bytes of a file as UTF-8 without byte order mark. `charset` empty: UTF-8 if it is that, else
/// CP932. Sets it to what it was. `malformed` when some of it cannot be read so.
[[nodiscard]] Result<std::string> decode_file(std::string_view bytes, std::string& charset);

}  // namespace madoguchi::service
