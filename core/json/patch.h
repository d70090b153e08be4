// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace madoguchi::json {

/// A member of a PATCH body (RFC 7396): absent leaves the target alone, null clears it, a value
/// sets it. Mark the field `.not_null()` when the target cannot be cleared.
template <class T>
class Patch {
 public:
  Patch() = default;
  Patch(T value) : given_(true), value_(std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Patch(std::nullopt_t) : given_(true) {}  // NOLINT(google-explicit-constructor): null is a value

  [[nodiscard]] bool has_value() const noexcept { return given_; }  ///< given at all
  [[nodiscard]] bool given() const noexcept { return given_; }
  [[nodiscard]] bool is_null() const noexcept { return given_ && !value_; }
  /// Null and absent both give nullopt.
  [[nodiscard]] const std::optional<T>& value() const noexcept { return value_; }

  /// Sets `target` when a value was given; returns whether that changed it. Null does nothing.
  bool apply_to(T& target) const {
    if (!value_ || *value_ == target) return false;
    target = *value_;
    return true;
  }
  bool apply_to(std::optional<T>& target) const {
    if (!given_ || target == value_) return false;
    target = value_;
    return true;
  }

 private:
  bool given_ = false;
  std::optional<T> value_;
};

/// JSON that is already rendered, put out as it is; anything at all on the way in, kept compact.
struct Raw {
  std::string json;

  [[nodiscard]] bool empty() const noexcept { return json.empty(); }
  bool operator==(const Raw&) const = default;
};

}  // namespace madoguchi::json
