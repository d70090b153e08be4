// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/text.h"

namespace madoguchi {

/// What kind of "no" it is. The facade maps each to one HTTP status in one exhaustive switch.
enum class ErrorCode {
  malformed,               ///< does not parse at all (400)
  invalid,                 ///< parses and is wrong; `fields` says where (422)
  unauthenticated,         ///< nobody, or a credential that does not hold (401)
  forbidden,               ///< somebody who may not (403)
  not_found,               ///< not there, or not visible to the caller (404)
  conflict,                ///< the state of the thing does not allow it (409)
  stale,                   ///< If-Match does not hold any more (412)
  precondition_required,   ///< If-Match is missing (428)
  locked,                  ///< somebody else holds the edit lock (423)
  too_large,               ///< over a size limit (413)
  unsupported_media_type,  ///< (415)
  rate_limited,            ///< (429), with `retry_after`
  unavailable,             ///< cannot now, may later: database down, disk full, overload (503)
  internal,                ///< a fault of ours (500)
};

/// Where in the input something is wrong, as an RFC 6901 JSON pointer ("/requester/address").
struct FieldError {
  std::string pointer;
  Text message;
};

/// A failure that callers are expected to handle. `message` may be shown to anyone who made the
/// request; `detail` is for the log only and may name server innards, never a secret.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string type;  ///< stable slug: "urn:madoguchi:problem:" + type
  Text message;
  std::string detail = {};
  std::vector<FieldError> fields = {};
  std::map<std::string, std::string> members =
      {};  ///< further problem members, JSON already rendered
  std::optional<std::chrono::seconds> retry_after = std::nullopt;

  static Error malformed(Text message, std::string detail = {});
  static Error invalid(std::vector<FieldError> fields);
  static Error invalid(std::string pointer, Text message);
  static Error unauthenticated(std::string detail = {});
  static Error forbidden(Text message);
  static Error not_found(Text message);
  static Error conflict(std::string type, Text message);
  static Error stale();
  static Error precondition_required();
  static Error too_large(Text message);
  static Error unavailable(std::string detail,
                           std::chrono::seconds retry_after = std::chrono::seconds{5});
  static Error internal(std::string detail);

  Error&& with_member(std::string name, std::string json) &&;

  /// One line for a log or a terminal: "not_found: no such case (detail)".
  [[nodiscard]] std::string describe() const;
};

[[nodiscard]] const char* to_string(ErrorCode code) noexcept;

}  // namespace madoguchi
