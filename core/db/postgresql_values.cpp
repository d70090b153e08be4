// SPDX-License-Identifier: Apache-2.0
#include "core/db/postgresql_values.h"

#include <libpq-fe.h>

#include <cstdlib>
#include <limits>

namespace madoguchi::db {

namespace {

// src/include/catalog/pg_type.dat of PostgreSQL; fixed for ever.
enum Type : Oid {
  kBool = 16,
  kBytea = 17,
  kChar = 18,
  kName = 19,
  kInt8 = 20,
  kInt2 = 21,
  kInt4 = 23,
  kText = 25,
  kOid = 26,
  kXid = 28,
  kJson = 114,
  kUnknown = 705,
  kBpchar = 1042,
  kVarchar = 1043,
  kNumeric = 1700,
  kVoid = 2278,
  kXid8 = 5069,
};

constexpr int kText0 = 0;
constexpr int kBinary = 1;

std::array<char, 8> big_endian(std::int64_t value) {
  std::array<char, 8> bytes{};
  auto bits = static_cast<std::uint64_t>(value);
  for (std::size_t i = bytes.size(); i-- > 0; bits >>= 8) {
    bytes[i] = static_cast<char>(bits & 0xff);
  }
  return bytes;
}

std::int64_t signed_integer(std::string_view bytes) {
  std::uint64_t bits = 0;
  for (const char c : bytes) bits = bits << 8 | static_cast<unsigned char>(c);
  const unsigned unused = static_cast<unsigned>(64 - 8 * bytes.size());
  return static_cast<std::int64_t>(bits << unused) >> unused;
}

std::uint16_t digit_at(std::string_view bytes, std::size_t index) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[2 * index]) << 8 |
                                    static_cast<unsigned char>(bytes[2 * index + 1]));
}

/// A whole numeric, which is what sum(bigint) answers: count, weight, sign and scale as 16-bit
/// numbers, then digits to base 10000 (numeric_send in PostgreSQL's utils/adt/numeric.c).
std::int64_t whole_numeric(std::string_view bytes) {
  const std::size_t digits = digit_at(bytes, 0);
  const auto weight = static_cast<std::int16_t>(digit_at(bytes, 1));
  const bool negative = digit_at(bytes, 2) == 0x4000;
  std::int64_t value = 0;
  for (int place = 0; place <= weight; ++place) {
    const auto index = static_cast<std::size_t>(place);
    const std::int64_t digit = index < digits ? digit_at(bytes, 4 + index) : 0;
    if (__builtin_mul_overflow(value, 10000, &value) ||
        __builtin_add_overflow(value, digit, &value)) {
      throw Failure(FailureKind::invalid, "a number too great for 64 bits was answered");
    }
  }
  if (digit_at(bytes, 3) != 0 || digit_at(bytes, 2) == 0xc000) {
    throw Failure(FailureKind::invalid, "a number that is not whole was answered; cast it");
  }
  return negative ? -value : value;
}

void append_cell(Rows& rows, Oid type, std::string_view bytes) {
  switch (type) {
    case kBool:
    case kInt2:
    case kInt4:
    case kInt8:
      return rows.append_integer(signed_integer(bytes));
    case kXid8:
      return rows.append_integer(signed_integer(bytes));
    case kOid:
    case kXid:
      return rows.append_integer(signed_integer(bytes) & std::numeric_limits<std::uint32_t>::max());
    case kNumeric:
      return rows.append_integer(whole_numeric(bytes));
    case kBytea:
    case kChar:
    case kName:
    case kText:
    case kJson:
    case kUnknown:
    case kBpchar:
    case kVarchar:
      return rows.append_text(bytes);
    case kVoid:
      return rows.append_null();
    default:
      throw Failure(FailureKind::invalid,
                    "a column of type " + std::to_string(type) + " was answered; cast it");
  }
}

}  // namespace

PostgresqlValues::PostgresqlValues(const Param* params, std::size_t count) {
  // Pointers into these two are kept.
  integers_.reserve(count);
  texts_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Param::Variant& value = params[i].get();
    const char* data = nullptr;
    std::size_t length = 0;
    int format = kText0;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      data = integers_.emplace_back(big_endian(*integer)).data();
      length = sizeof(std::int64_t);
      format = kBinary;
    } else if (const auto* text = std::get_if<std::string_view>(&value)) {
      if (text->find('\0') != std::string_view::npos) {
        throw Failure(FailureKind::invalid, "a NUL byte in text");
      }
      data = texts_.emplace_back(*text).c_str();
      length = text->size();
    } else if (const auto* bytes = std::get_if<Bytes>(&value)) {
      data = bytes->value.empty() ? "" : bytes->value.data();
      length = bytes->value.size();
      format = kBinary;
    }
    if (length > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
      throw Failure(FailureKind::invalid, "a value of more than 2 GiB");
    }
    values_.push_back(data);
    lengths_.push_back(static_cast<int>(length));
    formats_.push_back(format);
  }
}

std::vector<unsigned int> types_of(const Param* params, std::size_t count) {
  std::vector<unsigned int> types;
  types.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Param::Variant& value = params[i].get();
    const bool integer = std::holds_alternative<std::int64_t>(value);
    const bool bytes = std::holds_alternative<Bytes>(value);
    types.push_back(integer ? kInt8 : bytes ? kBytea : Oid{0});
  }
  return types;
}

bool types_fit(const std::vector<unsigned int>& types, const Param* params, std::size_t count) {
  if (types.size() != count) return false;
  for (std::size_t i = 0; i < count; ++i) {
    const Param::Variant& value = params[i].get();
    if (std::holds_alternative<std::monostate>(value)) continue;
    const bool integer = std::holds_alternative<std::int64_t>(value);
    const bool bytes = std::holds_alternative<Bytes>(value);
    if (types[i] != (integer ? Oid{kInt8} : bytes ? Oid{kBytea} : Oid{0})) return false;
  }
  return true;
}

Rows rows_of(const PGresult* result) {
  Rows rows;
  const int columns = PQnfields(result);
  rows.set_columns(static_cast<std::size_t>(columns));
  if (columns == 0) rows.set_affected(std::atoll(PQcmdTuples(const_cast<PGresult*>(result))));
  for (int row = 0; row < PQntuples(result); ++row) {
    for (int column = 0; column < columns; ++column) {
      if (PQgetisnull(result, row, column)) {
        rows.append_null();
        continue;
      }
      const auto length = static_cast<std::size_t>(PQgetlength(result, row, column));
      append_cell(rows, PQftype(result, column), {PQgetvalue(result, row, column), length});
    }
  }
  return rows;
}

FailureKind classify_sqlstate(std::string_view sqlstate) {
  // PostgreSQL's manual, appendix A. 08P01 is a wrong number of parameters: ours.
  if (sqlstate == "08P01") return FailureKind::invalid;
  const std::string_view group = sqlstate.substr(0, 2);
  if (sqlstate.empty() || group == "08") return FailureKind::unavailable;
  if (sqlstate == "53100") return FailureKind::disk_full;
  if (sqlstate == "57014") return FailureKind::interrupted;
  // Being shut down, too many connections, out of memory, a lock not to be had; 25P03 and 25006:
  // the transaction idled too long, or the server has become a read-only standby; 26000: our
  // prepared statements are gone with a connection that a pooler changed.
  if (group == "53" || group == "57" || sqlstate == "55P03" || sqlstate == "25P03" ||
      sqlstate == "25006" || sqlstate == "26000") {
    return FailureKind::unavailable;
  }
  // 0A000: a prepared statement whose tables have changed; it is prepared anew.
  if (sqlstate == "40001" || sqlstate == "40P01" || sqlstate == "0A000") {
    return FailureKind::serialization;
  }
  if (sqlstate == "23505") return FailureKind::unique_violation;
  if (sqlstate == "23503") return FailureKind::foreign_key_violation;
  if (sqlstate == "XX001" || sqlstate == "XX002") return FailureKind::corrupt;
  if (group == "58") return FailureKind::io;
  return FailureKind::invalid;
}

}  // namespace madoguchi::db
