// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace madoguchi::config {

enum class DatabaseEngine { sqlite, postgresql };

/// "sqlite:///absolute/path" or a libpq URI that begins with "postgresql://". One with a password
/// is refused, because URLs end up in logs and process lists: libpq's `?passfile=/path` names a
/// file.
class DatabaseUrl {
 public:
  DatabaseUrl() = default;

  static Result<DatabaseUrl> parse(std::string_view text);

  [[nodiscard]] const std::string& str() const noexcept { return text_; }
  [[nodiscard]] DatabaseEngine engine() const noexcept { return engine_; }

 private:
  std::string text_;
  DatabaseEngine engine_ = DatabaseEngine::sqlite;
};

}  // namespace madoguchi::config
