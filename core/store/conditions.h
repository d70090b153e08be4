// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "core/db/value.h"

namespace madoguchi::store {

/// SQL text with its parameters growing beside it. Views that are bound must outlive it.
class Conditions {
 public:
  std::string bind(db::Param value) {
    params_.push_back(value);
    return "$" + std::to_string(params_.size());
  }
  /// As bind, for text that nobody else keeps.
  std::string keep(std::string value) {
    kept_.push_back(std::move(value));
    return bind(db::Param(kept_.back()));
  }
  void add(std::string condition) { conditions_.push_back(std::move(condition)); }

  template <class T, class Name>
  void one_of(const char* column, const std::vector<T>& values, Name&& name) {
    if (values.empty()) return;
    if (values.size() == 1) return add(std::string(column) + " = " + bind(name(values.front())));
    std::string list;
    for (const T& value : values) list += (list.empty() ? "" : ", ") + bind(name(value));
    add(std::string(column) + " IN (" + list + ")");
  }

  /// " WHERE a AND b", or nothing.
  [[nodiscard]] std::string where() const {
    std::string out;
    for (const std::string& condition : conditions_) {
      out += (out.empty() ? " WHERE " : " AND ") + condition;
    }
    return out;
  }
  void clear() { conditions_.clear(); }
  [[nodiscard]] const std::vector<db::Param>& params() const { return params_; }

 private:
  std::vector<std::string> conditions_;
  std::vector<db::Param> params_;
  std::deque<std::string> kept_;
};

}  // namespace madoguchi::store
