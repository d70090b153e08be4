// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/router.h"

#include <algorithm>
#include <stdexcept>

#include "daemon/api/uri.h"

namespace madoguchi::api {
namespace {

constexpr std::size_t kMethods = 7;
constexpr std::size_t kMaxSegments = 16;
constexpr std::size_t kMaxValue = 500;

struct Ends {
  struct End {
    const RouteSpec* route = nullptr;
    std::size_t index = 0;
  };
  std::array<End, kMethods> by_method{};
  bool any = false;
};

std::size_t slot(http::Method method) {
  return static_cast<std::size_t>(method == http::Method::head ? http::Method::get : method);
}

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  segments.reserve(8);
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t slash = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, slash));
    path.remove_prefix(slash);
  }
  return segments;
}

std::string allow_of(const Ends& ends) {
  std::string allow;
  for (const Ends::End& end : ends.by_method) {
    if (end.route == nullptr) continue;
    allow += http::to_string(end.route->method);
    allow += end.route->method == http::Method::get ? ", HEAD, " : ", ";
  }
  return allow + "OPTIONS";
}

}  // namespace

struct Router::Node {
  std::vector<std::pair<std::string, std::unique_ptr<Node>>> literals;
  std::unique_ptr<Node> parameter;
  Ends here;
  Ends rest;  ///< of "{rest...}"

  Node& literal(std::string_view name) {
    for (auto& one : literals) {
      if (one.first == name) return *one.second;
    }
    literals.emplace_back(std::string(name), std::make_unique<Node>());
    return *literals.back().second;
  }
};

void RouteTable::add(Route route) {
  auto spec = std::make_unique<RouteSpec>(std::move(route).finish());
  for (const auto& one : routes_) {
    if (one->id == spec->id) throw std::logic_error("two routes have the id " + spec->id);
  }
  routes_.push_back(std::move(spec));
}

Router::Router(const RouteTable& table) : root_(std::make_unique<Node>()) {
  for (std::size_t i = 0; i < table.all().size(); ++i) add(*table.all()[i], i);
}

Router::~Router() = default;

void Router::add(const RouteSpec& route, std::size_t index) {
  const std::string path = route.full_path();
  Node* node = root_.get();
  bool rest = false;
  for (const std::string_view segment : split(path)) {
    if (rest) throw std::logic_error("something follows {rest...} in " + path);
    if (segment.empty() || segment.front() != '{') {
      node = &node->literal(segment);
    } else if (segment.find("...}") != std::string_view::npos) {
      rest = true;
    } else {
      if (!node->parameter) node->parameter = std::make_unique<Node>();
      node = node->parameter.get();
    }
  }
  Ends& ends = rest ? node->rest : node->here;
  Ends::End& end = ends.by_method[slot(route.method)];
  if (end.route != nullptr) throw std::logic_error("two routes for " + path);
  end = {&route, index};
  ends.any = true;
}

const Router::Node* Router::walk(const Node& node, const std::vector<std::string>& segments,
                                 std::size_t depth, std::vector<std::string>& values, bool& rest) {
  if (depth == segments.size()) {
    if (node.here.any) return &node;
  } else {
    for (const auto& one : node.literals) {
      if (one.first != segments[depth]) continue;
      if (const Node* found = walk(*one.second, segments, depth + 1, values, rest)) return found;
    }
    const std::string& value = segments[depth];
    if (node.parameter && !value.empty() && value.size() <= kMaxValue) {
      values.push_back(value);
      if (const Node* found = walk(*node.parameter, segments, depth + 1, values, rest))
        return found;
      values.pop_back();
    }
  }
  if (!node.rest.any || depth == segments.size()) return nullptr;
  std::string joined;
  for (std::size_t i = depth; i < segments.size(); ++i) {
    if (segments[i] == "." || segments[i] == "..") return nullptr;
    if (i != depth) joined += '/';
    joined += segments[i];
  }
  values.push_back(std::move(joined));
  rest = true;
  return &node;
}

Result<Router::Match> Router::find(http::Method method, std::string_view path) const {
  Match match;
  if (path.empty() || path.front() != '/') return match;
  std::vector<std::string> segments;
  segments.reserve(8);
  for (const std::string_view raw : split(path)) {
    if (segments.size() == kMaxSegments) return match;
    Result<std::string> decoded = percent_decode(raw);
    if (!decoded) return fail(std::move(decoded.error()));
    segments.push_back(std::move(*decoded));
  }
  bool rest = false;
  const Node* node = walk(*root_, segments, 0, match.values, rest);
  if (node == nullptr) return match;
  const Ends& ends = rest ? node->rest : node->here;
  const Ends::End& end = ends.by_method[slot(method)];
  match.route = end.route;
  match.index = end.index;
  if (match.route == nullptr || method == http::Method::options) match.allow = allow_of(ends);
  return match;
}

}  // namespace madoguchi::api
