// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/preconditions.h"

#include <algorithm>
#include <charconv>

#include "daemon/http/ascii.h"

namespace madoguchi::api {
namespace {

/// A body where none is taken: an empty object is harmless, its members would be ignored silently.
struct Nothing {};

std::string_view media_type(const http::Request& request) {
  std::string_view type = request.headers.find("Content-Type").value_or("");
  type = type.substr(0, type.find(';'));
  const std::size_t last = type.find_last_not_of(" \t");
  return last == std::string_view::npos ? std::string_view{} : type.substr(0, last + 1);
}

bool takes(const RouteSpec& route, std::string_view type) {
  return std::any_of(
      route.media_types.begin(), route.media_types.end(),
      [&](const std::string& one) { return one == "*/*" || http::same_ignoring_case(one, type); });
}

}  // namespace
}  // namespace madoguchi::api

template <>
struct madoguchi::json::Table<madoguchi::api::Nothing> {
  static constexpr const char* name = "Nothing";
  static const Fields& fields() {
    static const Fields none;
    return none;
  }
};

namespace madoguchi::api {

Result<std::optional<std::int64_t>> expected_version(std::optional<std::string_view> if_match,
                                                     bool required) {
  if (!if_match) {
    if (required) return fail(Error::precondition_required());
    return std::nullopt;
  }
  if (*if_match == "*") return std::nullopt;
  if (if_match->size() < 3 || if_match->front() != '"' || if_match->back() != '"') {
    return std::optional<std::int64_t>(-1);
  }
  const std::string_view tag = if_match->substr(1, if_match->size() - 2);
  std::int64_t version = -1;
  const auto done = std::from_chars(tag.data(), tag.data() + tag.size(), version);
  // Also refuses "+7" and "07", which are other tags.
  const bool exact = done.ec == std::errc() && done.ptr == tag.data() + tag.size() &&
                     version >= 0 && (tag.front() != '0' || tag.size() == 1);
  return std::optional<std::int64_t>(exact ? version : -1);
}

bool is_idempotency_key(std::string_view text) {
  return !text.empty() && text.size() <= 255 && std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

Result<void> check_body(const RouteSpec& route, const http::Request& request) {
  const std::string_view body = request.body ? request.body->view() : std::string_view{};
  if (body.empty()) return {};
  const std::string_view type = media_type(request);
  if (!takes(route, type)) {
    std::string list;
    for (const std::string& one : route.media_types) list += (list.empty() ? "" : ", ") + one;
    Error error{ErrorCode::unsupported_media_type,
                "unsupported-media-type",
                {"Content-Type has to be " + list + ".",
                 "Content-Type には " + list + " を指定してください。"}};
    return fail(std::move(error));
  }
  if (route.takes_body) return {};
  Result<Nothing> nothing = json::read<Nothing>(body);
  if (!nothing) return fail(std::move(nothing.error()));
  return {};
}

}  // namespace madoguchi::api
