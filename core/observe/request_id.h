// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/id.h"

namespace madoguchi::observe {

/// Whether a peer's X-Request-Id may be taken over: 1 to 128 letters, digits, ".", "_" and "-", so
/// that it is harmless in headers, logs and URNs.
[[nodiscard]] inline bool is_request_id(std::string_view text) {
  return !text.empty() && text.size() <= 128 &&
         text.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") ==
             std::string_view::npos;
}

/// The peer's id when it may be taken, else a new one.
[[nodiscard]] inline std::string request_id_or_new(std::optional<std::string_view> given,
                                                   IdSource& ids) {
  return given && is_request_id(*given) ? std::string(*given) : ids.next();
}

}  // namespace madoguchi::observe
