// SPDX-License-Identifier: Apache-2.0
#include "core/db/value.h"

#include <charconv>
#include <stdexcept>

namespace madoguchi::db {

void Rows::no_such_cell() {
  throw std::out_of_range("no such row or column in the answer of a statement");
}

void Row::not_text() { throw std::invalid_argument("a column read as text holds an integer"); }

std::int64_t Row::integer_in_text(std::size_t column) const {
  const std::string_view digits = text(column);
  std::int64_t value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) {
    throw std::invalid_argument("a column read as an integer holds text");
  }
  return value;
}

std::optional<std::string> Row::optional_string(std::size_t column) const {
  if (is_null(column)) return std::nullopt;
  return string(column);
}

}  // namespace madoguchi::db
