// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/json/json.h"

namespace madoguchi::service {

/// An amount of an order: Money on the wire, always whole yen and never less than nothing.
struct Yen {
  std::int64_t amount = 0;

  bool operator==(const Yen&) const = default;
};

/// More than one thing ever costs: 100,000,000 yen.
inline constexpr std::int64_t kMostYen = 100'000'000;

}  // namespace madoguchi::service

namespace madoguchi::json {

template <>
struct Codec<service::Yen> {
  static void write(Writer& writer, const service::Yen& value);
  static void read(Reader& reader, Node node, const Limits& limits, service::Yen& value);
  static void describe(Schemas& schemas, Writer& writer, const Limits& limits, bool nullable);
};

}  // namespace madoguchi::json
