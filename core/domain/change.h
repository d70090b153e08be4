// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace madoguchi::domain {

/// One field that became different, both values as a person would read them.
struct FieldChange {
  std::string field;
  std::string from;
  std::string to;

  bool operator==(const FieldChange&) const = default;
};

/// What a rule did: an event name of the change feed ("case.taken") and the fields it touched.
struct Change {
  std::string event;
  std::vector<FieldChange> fields;

  [[nodiscard]] bool empty() const noexcept { return fields.empty(); }

  template <class T, class Show>
  void set(const char* field, T& target, T value, Show&& show) {
    if (target == value) return;
    fields.push_back({field, show(target), show(value)});
    target = std::move(value);
  }
};

}  // namespace madoguchi::domain
