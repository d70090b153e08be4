// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/domain/agent.h"
#include "core/json/codecs.h"
#include "daemon/api/access.h"
#include "daemon/api/language.h"
#include "daemon/api/query.h"
#include "daemon/http/message.h"

namespace madoguchi::api {

struct RouteSpec;

/// One request that passed the dispatcher's checks, as a handler sees it. Asking for a path or
/// query parameter that the route does not declare is a bug (std::logic_error, answered 500).
class Call {
 public:
  struct Parts {
    const RouteSpec* route = nullptr;
    http::Request request = {};
    std::vector<std::string> path_values = {};
    QueryValues query = {};
    std::optional<service::SignedIn> signed_in = std::nullopt;
    std::optional<std::int64_t> if_match = std::nullopt;
    std::optional<IdempotencyKey> idempotency_key = std::nullopt;
    std::string request_id = {};
    Language language = Language::en;
  };
  explicit Call(Parts parts) : parts_(std::move(parts)) {}

  /// "{number}" of the path, decoded; never empty (but a "{rest...}" may be).
  [[nodiscard]] const std::string& path(std::string_view name) const;

  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  /// Every value of a repeated parameter.
  [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name) const;
  [[nodiscard]] bool flag(std::string_view name, bool otherwise = false) const;
  [[nodiscard]] std::optional<TimePoint> time(std::string_view name) const;
  template <class E>
  [[nodiscard]] std::optional<E> choice(std::string_view name) const {
    const std::optional<std::string> given = text(name);
    return given ? enum_value<E>(*given) : std::nullopt;
  }
  template <class E>
  [[nodiscard]] std::vector<E> choices(std::string_view name) const {
    std::vector<E> values;
    for (const std::string& given : texts(name)) {
      if (const std::optional<E> value = enum_value<E>(given)) values.push_back(*value);
    }
    return values;
  }
  /// Of a route that is `paged()`: 1 to 200, 50 when not given.
  [[nodiscard]] std::size_t limit() const;
  /// Of a route that is `paged()`: the key to go on behind, of the list called `list` (cursor.h).
  [[nodiscard]] Result<std::optional<std::vector<std::string>>> after(std::string_view list) const;

  /// Who calls; a bug to ask on a route that is open to strangers.
  [[nodiscard]] const domain::Caller& caller() const { return signed_in().caller; }
  [[nodiscard]] const service::SignedIn& signed_in() const;
  /// What the caller may not see; a stranger nothing.
  [[nodiscard]] std::uint32_t hides() const {
    return parts_.signed_in ? parts_.signed_in->caller.hides() : ~std::uint32_t{0};
  }
  /// The version of If-Match; -1 when it names what no version can be; nullopt when absent or "*".
  [[nodiscard]] std::optional<std::int64_t> if_match() const { return parts_.if_match; }
  /// For use cases that record their effect together with the key.
  [[nodiscard]] const std::optional<IdempotencyKey>& idempotency_key() const {
    return parts_.idempotency_key;
  }
  [[nodiscard]] const std::string& request_id() const { return parts_.request_id; }
  [[nodiscard]] Language language() const { return parts_.language; }
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const {
    return parts_.request.headers.find(name);
  }
  [[nodiscard]] const http::Request& request() const { return parts_.request; }
  [[nodiscard]] std::string_view body() const;
  [[nodiscard]] const RouteSpec& route() const { return *parts_.route; }

 private:
  Parts parts_;
};

}  // namespace madoguchi::api
