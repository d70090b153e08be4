// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/json/codecs.h"

namespace madoguchi::api {

/// One query parameter a route takes; what is not declared is refused.
struct QueryParameter {
  enum class Kind { text, integer, flag, choice, time };

  std::string name;
  std::string description;
  Kind kind = Kind::text;
  bool repeated = false;  ///< may be given several times
  bool required = false;
  std::size_t max_length = 500;  ///< of a text, in bytes
  std::int64_t minimum = std::numeric_limits<std::int64_t>::min();
  std::int64_t maximum = std::numeric_limits<std::int64_t>::max();
  std::vector<std::string_view> allowed = {};  ///< of a choice
};

/// The checked parameters of one request.
class QueryValues {
 public:
  /// `malformed` when it cannot be decoded, `invalid` with all that is wrong, each at "/name".
  [[nodiscard]] static Result<QueryValues> read(std::string_view query,
                                                const std::vector<QueryParameter>& declared);

  struct Value {
    const QueryParameter* parameter;
    std::string text;
    std::int64_t number = 0;  ///< integer; 0 or 1 of a flag; microseconds of a time
  };
  /// The first value given, or null. Asking for what the route does not declare is a bug
  /// (std::logic_error).
  [[nodiscard]] const Value* find(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const;

 private:
  void check_declared(std::string_view name) const;

  const std::vector<QueryParameter>* declared_ = nullptr;
  std::vector<Value> values_;
};

}  // namespace madoguchi::api
