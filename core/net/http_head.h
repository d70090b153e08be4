// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/net/http.h"

namespace madoguchi::net {

/// What stands before an answer's body, read strictly (RFC 9112): what two programs could
/// understand in two ways is none.
struct HttpHead {
  int status = 0;
  Fields headers = {};
  std::optional<std::uint64_t> content_length = std::nullopt;
  bool is_chunked = false;
};

inline constexpr std::size_t kMostHeadBytes = std::size_t{32} * 1024;
inline constexpr std::size_t kMostHeaders = 100;

/// Where the body begins, or nothing while the head is not complete.
[[nodiscard]] std::optional<std::size_t> end_of_head(std::string_view bytes);
/// `head` is everything before the body. Pure.
[[nodiscard]] tl::expected<HttpHead, HttpFailure> parse_head(std::string_view head);

/// Whether it can stand in a request's head: a token, and a value without control characters.
[[nodiscard]] bool is_sendable_header(std::string_view name, std::string_view value);

}  // namespace madoguchi::net
