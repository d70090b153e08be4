// SPDX-License-Identifier: Apache-2.0
#include "core/db/value.h"

#include <charconv>
#include <stdexcept>

namespace madoguchi::db {

void Rows::no_such_cell() {
  throw std::out_of_range("no such row or column in the answer of a statement");
}

bool Row::is_null(std::size_t column) const {
  return rows_.cell(index_, column).kind == Rows::Cell::Kind::null;
}

std::int64_t Row::integer(std::size_t column) const {
  const Rows::Cell& cell = rows_.cell(index_, column);
  if (cell.kind == Rows::Cell::Kind::integer) return cell.integer;
  if (cell.kind == Rows::Cell::Kind::null) return 0;
  const std::string_view digits = text(column);
  std::int64_t value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) {
    throw std::invalid_argument("a column read as an integer holds text");
  }
  return value;
}

std::string_view Row::text(std::size_t column) const {
  const Rows::Cell& cell = rows_.cell(index_, column);
  if (cell.kind == Rows::Cell::Kind::null) return {};
  if (cell.kind == Rows::Cell::Kind::integer) {
    throw std::invalid_argument("a column read as text holds an integer");
  }
  return rows_.arena().substr(static_cast<std::size_t>(cell.integer), cell.length);
}

std::optional<TimePoint> Row::optional_time(std::size_t column) const {
  if (is_null(column)) return std::nullopt;
  return time(column);
}

std::optional<std::string> Row::optional_string(std::size_t column) const {
  if (is_null(column)) return std::nullopt;
  return string(column);
}

}  // namespace madoguchi::db
