// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "core/json/field.h"

namespace madoguchi::json {

/// Appends `value` as compact JSON, streamed from its field table: no tree in between. `hides`:
/// what the reader may not see (Writer).
template <class T>
void write(std::string& out, const T& value, std::uint32_t hides = 0) {
  Writer writer(out, hides);
  Codec<T>::write(writer, value);
}

template <class T>
[[nodiscard]] std::string to_string(const T& value, std::uint32_t hides = 0) {
  std::string out;
  write(out, value, hides);
  return out;
}

/// `malformed` when `body` is not JSON; `invalid` with every place that is wrong, each with its
/// pointer, when it is not a T.
[[nodiscard]] Result<void> read_into(std::string_view body, const Type& type, void* value,
                                     ReadOptions options = {});

template <class T>
[[nodiscard]] Result<T> read(std::string_view body, ReadOptions options = {}) {
  T value{};
  Result<void> done = read_into(body, kType<T>, &value, options);
  if (!done) return fail(std::move(done.error()));
  return value;
}

}  // namespace madoguchi::json
