// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/mail/charset.h"

namespace madoguchi::mail {

struct Parameter {
  std::string name;       ///< lower case, without the marks of RFC 2231
  std::string value;      ///< UTF-8
  bool extended = false;  ///< came as RFC 2231 `name*`, which beats the plain one
};

/// Content-Type or Content-Disposition taken apart (RFC 2045 section 5.1, RFC 2183).
struct ParameterField {
  std::string value;  ///< lower case, before the first ";"
  std::vector<Parameter> parameters;
  bool limited = false;  ///< there were more parameters than were read
  bool sure = true;      ///< false: some value was decoded by a guess

  /// The value of that parameter, the extended one first; nullptr when there is none.
  [[nodiscard]] const std::string* find(std::string_view name) const;
};

/// Never fails. RFC 2231 continuations may come in any order, encoded-words (RFC 2047) inside
/// values are decoded though no standard allows them, raw 8-bit bytes go by the hint or by
/// detection, and quotes, semicolons and ends may be missing.
[[nodiscard]] ParameterField parse_parameters(std::string_view folded, const TextHint& hint = {},
                                              std::size_t max_parameters = 100);

}  // namespace madoguchi::mail
