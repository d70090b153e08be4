// SPDX-License-Identifier: Apache-2.0
#pragma once

// Many customers at once, from a file.

#include <optional>
#include <string>
#include <vector>

#include "core/json/json.h"
#include "core/store/imports.h"

namespace madoguchi::service {

struct ImportDto {
  std::string id;
  store::ImportKind kind = store::ImportKind::customers;
  store::ImportState state = store::ImportState::running;
  bool dry_run = false;
  std::string charset;
  std::int64_t rows = 0;
  store::ImportCounts counts;
  std::vector<store::LineError> errors;
  std::optional<std::string> error;
  std::string agent_name;
  TimePoint created_at;
  std::optional<TimePoint> ended_at;
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct json::Table<service::ImportDto> {
  static constexpr const char* name = "Import";
  static const json::Fields& fields();
};

}  // namespace madoguchi
