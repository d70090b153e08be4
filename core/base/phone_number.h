// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace madoguchi {

/// A telephone number as somebody wrote it, and its digits for comparing: hyphens, spaces, brackets
/// and full-width digits make no difference, and +81 90… equals 090….
class PhoneNumber {
 public:
  PhoneNumber() = default;

  /// 3 to 20 digits with the usual separators; an optional leading +.
  static Result<PhoneNumber> parse(std::string_view text);

  [[nodiscard]] const std::string& str() const noexcept { return text_; }
  [[nodiscard]] const std::string& key() const noexcept { return key_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

  bool operator==(const PhoneNumber& other) const { return key_ == other.key_; }

 private:
  std::string text_;
  std::string key_;
};

}  // namespace madoguchi
