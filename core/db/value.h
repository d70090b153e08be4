// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"

namespace madoguchi::db {

/// A byte string, as opposed to text: BLOB on SQLite, BYTEA on PostgreSQL.
struct Bytes {
  std::string_view value;
};

/// One value bound to a $n of a statement. Views are read before the call that takes them returns.
class Param {
 public:  // NOLINTBEGIN(google-explicit-constructor): a value stands where its Param does
  using Variant = std::variant<std::monostate, std::int64_t, std::string_view, Bytes>;

  Param(std::nullptr_t) {}
  Param(std::int64_t value) : value_(value) {}
  Param(int value) : value_(std::int64_t{value}) {}
  Param(bool value) : value_(std::int64_t{value ? 1 : 0}) {}
  Param(std::string_view value) : value_(value) {}
  Param(const std::string& value) : value_(std::string_view(value)) {}
  Param(const char* value) : value_(std::string_view(value)) {}
  Param(Bytes value) : value_(value) {}
  Param(TimePoint value) : value_(std::int64_t{to_micros(value)}) {}
  template <class Tag>
  Param(const Id<Tag>& id) : value_(std::string_view(id.str())) {}
  template <class T>
  Param(const std::optional<T>& value) {
    if (value) value_ = Param(*value).value_;
  }  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] const Variant& get() const noexcept { return value_; }

 private:
  Variant value_;
};

class Rows;

/// One row of a Rows; must not outlive it.
class Row {
 public:
  Row(const Rows& rows, std::size_t index) : rows_(rows), index_(index) {}

  [[nodiscard]] bool is_null(std::size_t column) const;
  /// 0 when null.
  [[nodiscard]] std::int64_t integer(std::size_t column) const;
  [[nodiscard]] bool boolean(std::size_t column) const { return integer(column) != 0; }
  /// Empty when null; bytes of a BLOB or BYTEA column too.
  [[nodiscard]] std::string_view text(std::size_t column) const;
  [[nodiscard]] std::string string(std::size_t column) const { return std::string(text(column)); }
  [[nodiscard]] TimePoint time(std::size_t column) const { return from_micros(integer(column)); }
  [[nodiscard]] std::optional<TimePoint> optional_time(std::size_t column) const;
  [[nodiscard]] std::optional<std::string_view> optional_text(std::size_t column) const;
  [[nodiscard]] std::optional<std::string> optional_string(std::size_t column) const;
  template <class IdType>
  [[nodiscard]] IdType id(std::size_t column) const {
    return IdType(string(column));
  }

 private:
  [[nodiscard]] std::int64_t integer_in_text(std::size_t column) const;
  [[noreturn]] static void not_text();

  const Rows& rows_;
  std::size_t index_;
};

/// What a statement answered, copied out of the driver. Cells are filled by the two engines.
class Rows {
 public:
  struct Cell {
    enum class Kind : std::uint8_t { null, integer, text };
    std::int64_t integer = 0;  ///< or the offset of the text in the arena
    std::uint32_t length = 0;  ///< of a text; neither engine has one of 2 GB
    Kind kind = Kind::null;
  };

  [[nodiscard]] std::size_t size() const noexcept { return columns_ == 0 ? 0 : used_ / columns_; }
  [[nodiscard]] bool empty() const noexcept { return used_ == 0; }
  [[nodiscard]] Row operator[](std::size_t index) const { return {*this, index}; }
  [[nodiscard]] Row front() const { return {*this, 0}; }
  /// Rows inserted, updated or deleted by a statement that has no RETURNING.
  [[nodiscard]] std::int64_t affected() const noexcept { return affected_; }

  void set_columns(std::size_t columns) { columns_ = columns; }
  void set_affected(std::int64_t affected) { affected_ = affected; }
  /// Room for that many cells with that many bytes of text, to be filled without growing.
  void reserve(std::size_t cells, std::size_t bytes) {
    cells_.resize(cells);
    arena_.reserve(bytes);
  }
  void append_null() { next() = {}; }
  void append_integer(std::int64_t value) { next() = {value, 0, Cell::Kind::integer}; }
  void append_text(std::string_view text) {
    next() = {static_cast<std::int64_t>(arena_.size()), static_cast<std::uint32_t>(text.size()),
              Cell::Kind::text};
    arena_.append(text);
  }

  [[nodiscard]] const Cell& cell(std::size_t row, std::size_t column) const {
    const std::size_t place = row * columns_ + column;
    if (column >= columns_ || place >= used_) no_such_cell();
    return cells_[place];
  }
  [[nodiscard]] std::size_t cells() const noexcept { return used_; }
  [[nodiscard]] std::string_view arena() const noexcept { return arena_; }

 private:
  [[noreturn]] static void no_such_cell();
  Cell& next() {
    if (used_ == cells_.size()) cells_.resize(used_ < 8 ? 16 : used_ * 2);
    return cells_[used_++];
  }

  std::size_t columns_ = 0;
  std::int64_t affected_ = 0;
  std::vector<Cell> cells_;  ///< the first used_ of them
  std::size_t used_ = 0;
  std::string arena_;
};

inline bool Row::is_null(std::size_t column) const {
  return rows_.cell(index_, column).kind == Rows::Cell::Kind::null;
}

inline std::int64_t Row::integer(std::size_t column) const {
  const Rows::Cell& cell = rows_.cell(index_, column);
  if (cell.kind == Rows::Cell::Kind::integer) return cell.integer;
  return cell.kind == Rows::Cell::Kind::null ? 0 : integer_in_text(column);
}

inline std::string_view Row::text(std::size_t column) const {
  const Rows::Cell& cell = rows_.cell(index_, column);
  if (cell.kind == Rows::Cell::Kind::text) {
    return {rows_.arena().data() + cell.integer, cell.length};
  }
  if (cell.kind == Rows::Cell::Kind::integer) not_text();
  return {};
}

inline std::optional<std::string_view> Row::optional_text(std::size_t column) const {
  if (is_null(column)) return std::nullopt;
  return text(column);
}

inline std::optional<TimePoint> Row::optional_time(std::size_t column) const {
  if (is_null(column)) return std::nullopt;
  return time(column);
}

/// Iteration over rows: `for (const db::Row row : db::each(rows))`.
class Each {
 public:
  struct Iterator {
    const Rows* rows;
    std::size_t index;
    Row operator*() const { return {*rows, index}; }
    Iterator& operator++() { return ++index, *this; }
    bool operator!=(const Iterator& other) const { return index != other.index; }
  };
  explicit Each(const Rows& rows) : rows_(rows) {}
  [[nodiscard]] Iterator begin() const { return {&rows_, 0}; }
  [[nodiscard]] Iterator end() const { return {&rows_, rows_.size()}; }

 private:
  const Rows& rows_;
};
[[nodiscard]] inline Each each(const Rows& rows) { return Each(rows); }

}  // namespace madoguchi::db
