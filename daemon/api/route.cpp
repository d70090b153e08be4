// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/route.h"

#include <stdexcept>

namespace madoguchi::api {
namespace {

using Kind = QueryParameter::Kind;

/// "number" of "{number}", "rest" of "{rest...}", empty of a literal.
std::string parameter_name(std::string_view segment) {
  if (segment.size() < 3 || segment.front() != '{' || segment.back() != '}') return {};
  std::string_view name = segment.substr(1, segment.size() - 2);
  if (name.size() > 3 && name.substr(name.size() - 3) == "...") name.remove_suffix(3);
  return std::string(name);
}

}  // namespace

std::string RouteSpec::full_path() const { return at_root ? path : std::string(kBase) + path; }

Route::Route(http::Method method, std::string path) {
  spec_.method = method;
  spec_.path = std::move(path);
  // Enough for `{}`; a handler that takes a body raises it.
  if (method != http::Method::get) spec_.max_body = 1024;
}

Route Route::at_root() && {
  spec_.at_root = true;
  return std::move(*this);
}
Route Route::page() && {
  spec_.page = true;
  return std::move(*this);
}
Route Route::id(std::string text) && {
  spec_.id = std::move(text);
  return std::move(*this);
}
Route Route::summary(std::string text) && {
  spec_.summary = std::move(text);
  return std::move(*this);
}
Route Route::description(std::string text) && {
  spec_.description = std::move(text);
  return std::move(*this);
}
Route Route::tag(std::string text) && {
  spec_.tag = std::move(text);
  return std::move(*this);
}

Route Route::needs(domain::Permission permission) && {
  spec_.access = RouteSpec::Access::permission;
  spec_.permission = permission;
  return std::move(*this);
}
Route Route::signed_in() && {
  spec_.access = RouteSpec::Access::signed_in;
  return std::move(*this);
}
Route Route::open() && {
  spec_.access = RouteSpec::Access::open;
  return std::move(*this);
}

Route Route::while_enrolling() && {
  spec_.while_enrolling = true;
  return std::move(*this);
}

Route Route::query(QueryParameter parameter) && {
  spec_.query.push_back(std::move(parameter));
  return std::move(*this);
}
Route Route::query_text(std::string name, std::string description, std::size_t max_length) && {
  QueryParameter one{std::move(name), std::move(description)};
  one.max_length = max_length;
  return std::move(*this).query(std::move(one));
}
Route Route::query_texts(std::string name, std::string description, std::size_t max_length) && {
  QueryParameter one{std::move(name), std::move(description), Kind::text, true};
  one.max_length = max_length;
  return std::move(*this).query(std::move(one));
}
Route Route::query_integer(std::string name, std::string description, std::int64_t minimum,
                           std::int64_t maximum) && {
  QueryParameter one{std::move(name), std::move(description), Kind::integer};
  one.minimum = minimum;
  one.maximum = maximum;
  return std::move(*this).query(std::move(one));
}
Route Route::query_flag(std::string name, std::string description) && {
  return std::move(*this).query({std::move(name), std::move(description), Kind::flag});
}
Route Route::query_time(std::string name, std::string description) && {
  return std::move(*this).query({std::move(name), std::move(description), Kind::time});
}
Route Route::paged() && {
  return std::move(*this)
      .query_integer("limit", "How many items at most; 50 when not given.", 1, 200)
      .query_text("cursor", "The `next_cursor` of the page before.", 2000);
}

Route Route::needs_also(domain::Permission permission) && {
  spec_.further_permissions.push_back(permission);
  return std::move(*this);
}

Route Route::whole_desk() && {
  spec_.whole_desk = true;
  return std::move(*this);
}

Route Route::guards(domain::Permission permission, std::vector<std::string> parameters) && {
  for (const std::string& name : parameters) {
    const auto found = std::find_if(spec_.query.begin(), spec_.query.end(),
                                    [&](const QueryParameter& one) { return one.name == name; });
    if (found == spec_.query.end()) throw std::logic_error("a guard of no parameter: " + name);
    found->description += " Only with the permission " + std::string(enum_name(permission)) + ".";
  }
  spec_.guards.push_back({permission, std::move(parameters)});
  return std::move(*this);
}

Route Route::needs_if_match() && {
  spec_.if_match_required = true;
  return std::move(*this);
}
Route Route::under_edit_lock() && {
  spec_.edit_lock = true;
  return std::move(*this);
}
Route Route::tells_secret() && {
  spec_.tells_secret = true;
  return std::move(*this);
}
Route Route::takes(std::vector<std::string> media_types) && {
  spec_.media_types = std::move(media_types);
  set_body(nullptr, true);
  return std::move(*this);
}
Route Route::max_body(std::size_t bytes) && {
  spec_.max_body = bytes;
  limit_given_ = true;
  return std::move(*this);
}
Route Route::admits(RouteSpec::Admits judge) && {
  spec_.admits = std::move(judge);
  return std::move(*this);
}
Route Route::also(std::vector<int> statuses) && {
  spec_.also = std::move(statuses);
  return std::move(*this);
}
Route Route::answers_with(std::string media_type) && {
  spec_.answer_media_type = std::move(media_type);
  return std::move(*this);
}

Route Route::fails_with(std::vector<int> statuses) && {
  spec_.fails = std::move(statuses);
  return std::move(*this);
}

void Route::set_body(const json::Type* type, bool required) {
  spec_.takes_body = true;
  spec_.body_required = required;
  spec_.body = type;
  if (!limit_given_) spec_.max_body = kMaxJsonBody;
}

RouteSpec Route::finish() && {
  const auto demand = [&](bool holds, const char* what) {
    if (!holds) throw std::logic_error("route " + spec_.path + ": " + what);
  };
  demand(!spec_.path.empty() && spec_.path.front() == '/', "the path has to begin with /");
  demand(!spec_.id.empty(), "an operation id is missing");
  demand(spec_.access != RouteSpec::Access::undeclared, "who may call it is not declared");
  demand(spec_.handler != nullptr || spec_.deferred_handler != nullptr, "a handler is missing");
  std::string_view rest = spec_.path;
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::string_view segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(segment.size());
    demand(!segment.empty() || spec_.path == "/", "an empty segment in the path");
    std::string name = parameter_name(segment);
    if (!name.empty()) spec_.path_names.push_back(std::move(name));
  }
  return std::move(spec_);
}

}  // namespace madoguchi::api
