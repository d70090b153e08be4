// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "daemon/api/route.h"

namespace madoguchi::api {

/// The route table: all routes in the order they were added. Filled once at start.
class RouteTable {
 public:
  /// Throws std::logic_error for a route that is not complete or whose id is taken.
  void add(Route route);
  [[nodiscard]] const std::vector<std::unique_ptr<RouteSpec>>& all() const { return routes_; }

 private:
  std::vector<std::unique_ptr<RouteSpec>> routes_;
};

/// Finds the route of a path by its segments; a literal wins over a parameter. Read-only once
/// built: safe for use by many threads.
class Router {
 public:
  /// Throws std::logic_error when two routes cannot be told apart. `table` must outlive it.
  explicit Router(const RouteTable& table);
  ~Router();

  struct Match {
    const RouteSpec* route = nullptr;
    std::size_t index = 0;                 ///< of the route in the table
    std::vector<std::string> values = {};  ///< of the path's parameters, decoded
    std::string allow = {};                ///< for Allow; empty when nothing has that path
  };
  /// `path` as sent. HEAD finds GET. `malformed` when it cannot be decoded; a trailing slash or an
  /// empty segment is a path that nothing has.
  [[nodiscard]] Result<Match> find(http::Method method, std::string_view path) const;

 private:
  struct Node;

  void add(const RouteSpec& route, std::size_t index);
  static const Node* walk(const Node& node, const std::vector<std::string>& segments,
                          std::size_t depth, std::vector<std::string>& values, bool& rest);

  std::unique_ptr<Node> root_;
};

}  // namespace madoguchi::api
