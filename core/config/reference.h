// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace madoguchi::config {

/// Writes a reference file: prose behind "# ", options that have a default commented out behind "#"
/// alone, options that must be set as they are.
class ReferenceWriter {
 public:
  enum class State { active, commented };

  /// Full sentences; throws std::logic_error when `text` does not end like one.
  void prose(std::string_view text);
  void option(std::string_view key, std::string_view value, State state);
  /// `header` with its brackets: "[http]", "[[mailbox]]".
  void table(std::string_view header, std::string_view about, State state);

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

}  // namespace madoguchi::config
