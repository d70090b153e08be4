// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/enum_names.h"
#include "core/db/session.h"
#include "core/domain/agent.h"
#include "core/json/json.h"

namespace madoguchi::store {

enum class ImportState { running, done, failed };
enum class ImportKind { customers, products };

/// What is wrong with one line of a file.
struct LineError {
  std::int64_t line = 0;  ///< of the file; the header is 1
  std::string column;     ///< as the header calls it; empty: the line as a whole
  std::string message;
  std::string message_ja;
};

struct ImportCounts {
  std::int64_t looked_at = 0;
  std::int64_t created = 0;
  std::int64_t changed = 0;
  std::int64_t unchanged = 0;
  std::int64_t failed = 0;
};

/// A file on its way in. Its bytes are kept, sealed, until it is done.
struct ImportRecord {
  std::string id;
  ImportKind kind = ImportKind::customers;
  ImportState state = ImportState::running;
  bool dry_run = false;
  std::string charset;
  std::string sealed;
  std::int64_t rows = 0;  ///< without the header and empty lines
  ImportCounts counts;    ///< `looked_at` says where to go on
  std::vector<LineError> errors;
  std::string error;  ///< why it failed as a whole
  domain::AgentId agent;
  std::string agent_name;
  TimePoint created_at;
  std::optional<TimePoint> ended_at;
};

class Imports {
 public:
  explicit Imports(db::Session& session) : session_(session) {}

  void insert(const ImportRecord& record);
  /// State, counts, errors; what is over loses its bytes.
  void update(const ImportRecord& record);
  [[nodiscard]] std::optional<ImportRecord> by_id(const std::string& id);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store

namespace madoguchi {

template <>
struct EnumNames<store::ImportState> {
  static constexpr EnumName<store::ImportState> values[] = {
      {store::ImportState::running, "running"},
      {store::ImportState::done, "done"},
      {store::ImportState::failed, "failed"}};
};

template <>
struct EnumNames<store::ImportKind> {
  static constexpr EnumName<store::ImportKind> values[] = {
      {store::ImportKind::customers, "customers"}, {store::ImportKind::products, "products"}};
};

template <>
struct json::Table<store::LineError> {
  static constexpr const char* name = "LineError";
  static const json::Fields& fields();
};
template <>
struct json::Table<store::ImportCounts> {
  static constexpr const char* name = "ImportCounts";
  static const json::Fields& fields();
};

}  // namespace madoguchi
