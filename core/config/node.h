// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/base/text.h"

namespace madoguchi::config {

struct Node;
struct Entry;

/// A date or time: TOML has them, no option here takes them.
struct OtherValue {};

using Array = std::vector<Node>;
using Table = std::vector<Entry>;

/// A value of a configuration, wherever it came from, with the line it stands on (0: no lines).
struct Node {
  int line = 0;
  std::variant<OtherValue, std::string, std::int64_t, double, bool, Array, Table> value;
};

struct Entry {
  std::string key;
  int line = 0;  ///< of the key
  Node value;
};

/// The value under `key`, or null.
[[nodiscard]] const Entry* find(const Table& table, std::string_view key);

/// "is a string": what a value that does not fit turned out to be. Never the value itself, which
/// may be a secret in the wrong place.
[[nodiscard]] Text kind_of(const Node& node);

struct SyntaxError {
  int line = 0;
  std::string description;
};

/// Reads TOML 1.0 into a table.
[[nodiscard]] tl::expected<Node, SyntaxError> parse_toml(std::string_view text);

/// `text` as a TOML basic string, with its quotes.
[[nodiscard]] std::string toml_string(std::string_view text);

}  // namespace madoguchi::config
