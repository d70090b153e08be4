// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/config/node.h"

namespace madoguchi::config {

/// One thing that is wrong in a configuration.
struct Problem {
  int line = 0;
  std::string pointer;  ///< RFC 6901: "/mailbox/0/address"
  Text what;            ///< "is missing"
  Text allowed;         ///< "a mail address"
};

using Problems = std::vector<Problem>;

/// `pointer` with one more segment.
[[nodiscard]] std::string join(const std::string& pointer, std::string_view segment);
[[nodiscard]] std::string join(const std::string& pointer, std::size_t index);

/// What a person looks for in the file: "[http] listen", "[[mailbox]] address".
[[nodiscard]] std::string place_of(std::string_view pointer);

/// "FILE:LINE: [table] key: what is wrong; allowed: …"
[[nodiscard]] std::string describe(const Problem& problem, std::string_view file_name);

/// All of them in one `invalid` Error, in the order of the file: `detail` has a line for each, as
/// describe() makes it; `fields` has them for an interface.
[[nodiscard]] Error to_error(Problems problems, std::string_view file_name);

/// Where a rule about a whole table says what is wrong.
class Complaints {
 public:
  Complaints(const Node& table, std::string pointer, Problems& problems)
      : table_(table), pointer_(std::move(pointer)), problems_(problems) {}

  /// `relative` is a pointer from the table: "/listen", "/mailbox/1/name".
  void about(std::string_view relative, Text what, Text allowed);

 private:
  const Node& table_;
  std::string pointer_;
  Problems& problems_;
};

}  // namespace madoguchi::config
