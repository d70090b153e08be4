// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace madoguchi {

template <class E>
struct EnumName {
  E value;
  std::string_view name;
};

/// The names of an enumeration wherever it is written: JSON, the database, the change history. One
/// table each, in lower snake case:
///   template <> struct EnumNames<Color> {
///     static constexpr EnumName<Color> values[] = {{Color::red, "red"}, …};
///   };
template <class E>
struct EnumNames;

/// Empty for a value that has no name.
template <class E>
[[nodiscard]] constexpr std::string_view enum_name(E value) noexcept {
  for (const EnumName<E>& entry : EnumNames<E>::values) {
    if (entry.value == value) return entry.name;
  }
  return {};
}

template <class E>
[[nodiscard]] constexpr std::optional<E> enum_value(std::string_view name) noexcept {
  for (const EnumName<E>& entry : EnumNames<E>::values) {
    if (entry.name == name) return entry.value;
  }
  return std::nullopt;
}

/// All names, in their order.
template <class E>
[[nodiscard]] std::vector<std::string_view> enum_names() {
  std::vector<std::string_view> names;
  for (const EnumName<E>& entry : EnumNames<E>::values) names.push_back(entry.name);
  return names;
}

}  // namespace madoguchi
