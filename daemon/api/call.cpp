// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/call.h"

#include <stdexcept>

#include "daemon/api/cursor.h"
#include "daemon/api/route.h"

namespace madoguchi::api {
namespace {
constexpr std::size_t kDefaultLimit = 50;
}

const std::string& Call::path(std::string_view name) const {
  const std::vector<std::string>& names = parts_.route->path_names;
  for (std::size_t i = 0; i < names.size() && i < parts_.path_values.size(); ++i) {
    if (names[i] == name) return parts_.path_values[i];
  }
  throw std::logic_error("the route's path has no parameter " + std::string(name));
}

std::optional<std::string> Call::text(std::string_view name) const {
  const QueryValues::Value* value = parts_.query.find(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value->text);
}

std::vector<std::string> Call::texts(std::string_view name) const { return parts_.query.all(name); }

std::optional<std::int64_t> Call::integer(std::string_view name) const {
  const QueryValues::Value* value = parts_.query.find(name);
  return value == nullptr ? std::nullopt : std::optional<std::int64_t>(value->number);
}

bool Call::flag(std::string_view name, bool otherwise) const {
  const QueryValues::Value* value = parts_.query.find(name);
  return value == nullptr ? otherwise : value->number != 0;
}

std::optional<TimePoint> Call::time(std::string_view name) const {
  const QueryValues::Value* value = parts_.query.find(name);
  return value == nullptr ? std::nullopt : std::optional<TimePoint>(from_micros(value->number));
}

std::size_t Call::limit() const {
  return static_cast<std::size_t>(integer("limit").value_or(kDefaultLimit));
}

Result<std::optional<std::vector<std::string>>> Call::after(std::string_view list) const {
  const std::optional<std::string> given = text("cursor");
  if (!given) return std::nullopt;
  Result<std::vector<std::string>> key = decode_cursor(list, *given);
  if (!key) return fail(std::move(key.error()));
  return std::optional<std::vector<std::string>>(std::move(*key));
}

const service::SignedIn& Call::signed_in() const {
  if (!parts_.signed_in) throw std::logic_error("an open route has no caller");
  return *parts_.signed_in;
}

std::string_view Call::body() const {
  return parts_.request.body ? parts_.request.body->view() : std::string_view{};
}

}  // namespace madoguchi::api
