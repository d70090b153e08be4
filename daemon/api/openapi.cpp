// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/openapi.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/domain/names.h"
#include "core/domain/rights.h"
#include "core/json/schema.h"

namespace madoguchi::api {
namespace {

using json::Schemas;
using json::Writer;
using Kind = QueryParameter::Kind;

struct Failure {
  int status;
  const char* description;
};
constexpr Failure kFailures[] = {
    {400, "The request or its body does not parse."},
    {401, "No credential, or one that does not hold."},
    {403, "The caller's role does not allow it."},
    {404, "Not there, or not visible to the caller."},
    {409, "The current state does not allow it, or the Idempotency-Key is in use."},
    {412, "The If-Match version is not the current one; `current` is the current state."},
    {413, "The body is over the limit of the route."},
    {415, "The body's media type is not taken."},
    {422, "Values that cannot be taken; `errors` says where."},
    {423,
     "Somebody else holds the edit lock, or the token is not the current one; `holder` says who."},
    {428, "If-Match is missing."},
    {429, "Too many requests; see Retry-After."},
    {500, "A fault of the hub."},
    {503, "Cannot be served now; see Retry-After."},
};

/// What routes are sorted by, in the order a reader wants; those that no route has stay out.
struct Tag {
  const char* name;
  const char* description;
};
constexpr Tag kTags[] = {
    {"cases", "Inquiries: who asks, what about, who sees to it."},
    {"messages", "The entries of a case: mails, calls, notes, and what an agent answers."},
    {"attachments", "Files of messages, and those of replies to be."},
    {"privacy", "What is known of a person: erasing it, keeping it, and who looked."},
    {"customers", "Customers with all that belongs to them, and the whole screen in one answer."},
    {"orders", "Products, orders, returns."},
    {"subscriptions", "Orders that come again."},
    {"cards", "Payment cards by token, never by number."},
    {"surveys", "What customers answered."},
    {"search", "Finding anything by words."},
    {"templates", "Texts that replies are made from."},
    {"intake", "Mails on their way in: handed in, traced, kept aside."},
    {"deliveries", "What became of mails on their way out."},
    {"events", "The change feed, as a stream and by long poll."},
    {"webhooks", "Programs elsewhere that are told what happens."},
    {"automation",
     "The desk's scheme, macros and rules: what people may do with cases, what happens by itself."},
    {"agents", "Who works here, and signing in."},
    {"settings", "What the desk is set up with."},
    {"sla", "Business hours, and within which of them something is promised."},
    {"satisfaction", "Asking customers how it went."},
    {"statistics", "Numbers about cases."},
    {"operations", "Work on many objects at once, and the state of the hub."},
};

bool writes(const RouteSpec& route) { return route.method != http::Method::get; }

std::set<int> failures_of(const RouteSpec& route) {
  std::set<int> statuses = {400, 429, 500, 503};
  statuses.insert(route.fails.begin(), route.fails.end());
  if (route.access != RouteSpec::Access::open) statuses.insert({401, 403});
  if (!route.path_names.empty()) statuses.insert(404);
  if (writes(route)) statuses.insert({409, 413, 415, 422});
  if (route.edit_lock) statuses.insert(423);
  if (!route.query.empty()) statuses.insert(422);
  if (writes(route) && (route.if_match_required || route.method == http::Method::post)) {
    statuses.insert(412);
  }
  if (route.if_match_required) statuses.insert(428);
  return statuses;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

void write_query_schema(Writer& writer, const QueryParameter& one) {
  writer.begin_object();
  switch (one.kind) {
    case Kind::text:
      writer.member("type", "string");
      break;
    case Kind::integer:
      writer.member("type", "integer");
      if (one.minimum != std::numeric_limits<std::int64_t>::min())
        writer.member("minimum", one.minimum);
      if (one.maximum != std::numeric_limits<std::int64_t>::max())
        writer.member("maximum", one.maximum);
      break;
    case Kind::flag:
      writer.member("type", "boolean");
      break;
    case Kind::time:
      writer.member("type", "string");
      writer.member("format", "date-time");
      break;
    case Kind::choice:
      json::describe_enum(writer, one.allowed, false);
      break;
  }
  writer.end_object();
}

void write_reference(Writer& writer, const std::string& reference) {
  writer.begin_object();
  writer.member("$ref", reference);
  writer.end_object();
}

void write_parameters(Writer& writer, const RouteSpec& route) {
  const bool post = route.method == http::Method::post && route.access != RouteSpec::Access::open;
  if (route.path_names.empty() && route.query.empty() && !route.if_match_required && !post &&
      !route.edit_lock) {
    return;
  }
  writer.key("parameters");
  writer.begin_array();
  for (const std::string& name : route.path_names) {
    writer.begin_object();
    writer.member("name", name);
    writer.member("in", "path");
    writer.member("required", true);
    writer.key("schema");
    writer.raw(R"({"type":"string","minLength":1})");
    writer.end_object();
  }
  for (const QueryParameter& one : route.query) {
    writer.begin_object();
    writer.member("name", one.name);
    writer.member("in", "query");
    writer.member("description", one.description);
    if (one.required) writer.member("required", true);
    writer.key("schema");
    if (one.repeated) {
      writer.begin_object();
      writer.member("type", "array");
      writer.key("items");
      write_query_schema(writer, one);
      writer.end_object();
    } else {
      write_query_schema(writer, one);
    }
    writer.end_object();
  }
  if (route.if_match_required) write_reference(writer, "#/components/parameters/IfMatch");
  if (post) write_reference(writer, "#/components/parameters/IdempotencyKey");
  if (route.edit_lock) write_reference(writer, "#/components/parameters/EditLock");
  writer.end_array();
}

void write_body(Writer& writer, const RouteSpec& route, Schemas& schemas) {
  if (!route.takes_body) return;
  writer.key("requestBody");
  writer.begin_object();
  writer.member("required", route.body_required);
  writer.key("content");
  writer.begin_object();
  for (const std::string& type : route.media_types) {
    writer.key(type);
    writer.begin_object();
    if (route.body != nullptr) {
      writer.key("schema");
      schemas.write(writer, *route.body, Schemas::Use::input);
    }
    writer.end_object();
  }
  writer.end_object();
  writer.end_object();
}

void write_success(Writer& writer, const RouteSpec& route, Schemas& schemas, int status) {
  writer.key(std::to_string(status));
  writer.begin_object();
  writer.member("description", status == 204 ? "Done." : status == 202 ? "Taken." : "Success.");
  if (!route.answer_media_type.empty()) {
    writer.key("content");
    writer.begin_object();
    writer.key(route.answer_media_type);
    writer.begin_object();
    if (route.answer != nullptr) {
      writer.key("schema");
      schemas.write(writer, *route.answer, Schemas::Use::answer);
    }
    writer.end_object();
    writer.end_object();
  }
  writer.end_object();
}

void write_responses(Writer& writer, const RouteSpec& route, Schemas& schemas) {
  std::set<int> successes(route.also.begin(), route.also.end());
  successes.insert(route.success);
  writer.key("responses");
  writer.begin_object();
  for (const int status : successes) write_success(writer, route, schemas, status);
  for (const int status : failures_of(route)) {
    writer.key(std::to_string(status));
    write_reference(writer, "#/components/responses/Problem" + std::to_string(status));
  }
  writer.end_object();
}

void write_operation(Writer& writer, const RouteSpec& route, Schemas& schemas) {
  writer.key(lower(http::to_string(route.method)));
  writer.begin_object();
  writer.member("operationId", route.id);
  writer.member("summary", route.summary);
  if (!route.description.empty()) writer.member("description", route.description);
  if (!route.tag.empty()) {
    writer.key("tags");
    writer.begin_array();
    writer.string(route.tag);
    writer.end_array();
  }
  if (route.access == RouteSpec::Access::open) {
    writer.key("security");
    writer.raw("[]");
  } else if (route.access == RouteSpec::Access::permission) {
    writer.member("x-permission", enum_name(route.permission));
    if (!route.further_permissions.empty()) {
      writer.key("x-further-permissions");
      writer.begin_array();
      for (const domain::Permission one : route.further_permissions) writer.string(enum_name(one));
      writer.end_array();
    }
    if (route.whole_desk) writer.member("x-whole-desk", true);
  }
  write_parameters(writer, route);
  write_body(writer, route, schemas);
  write_responses(writer, route, schemas);
  writer.end_object();
}

void write_shared(Writer& writer, Schemas& schemas) {
  writer.key("components");
  writer.begin_object();
  writer.key("securitySchemes");
  writer.raw(R"({"bearer":{"type":"http","scheme":"bearer"},)"
             R"("session":{"type":"apiKey","in":"cookie","name":"__Host-sid",)"
             R"("description":"What POST /sessions sets. Writes also need X-CSRF-Token with the )"
             R"(csrf_token of that answer or of GET /me, and come from a page of the hub."}})");
  writer.key("parameters");
  writer.raw(
      R"({"IfMatch":{"name":"If-Match","in":"header","required":true,)"
      R"("description":"The ETag that was read, such as \"7\".","schema":{"type":"string"}},)"
      R"("IdempotencyKey":{"name":"Idempotency-Key","in":"header","required":false,)"
      R"("description":"The same key and body within 24 hours give the first answer again.",)"
      R"("schema":{"type":"string","minLength":1,"maxLength":255}},)"
      R"("EditLock":{"name":"Edit-Lock","in":"header","required":false,)"
      R"("description":"The token of the customer's edit lock; several with commas between them.",)"
      R"("schema":{"type":"string"}}})");
  writer.key("responses");
  writer.begin_object();
  for (const Failure& one : kFailures) {
    writer.key("Problem" + std::to_string(one.status));
    writer.begin_object();
    writer.member("description", one.description);
    writer.key("content");
    writer.raw(
        R"({"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}})");
    writer.end_object();
  }
  writer.end_object();
  std::map<std::string, std::string> components = schemas.components();
  components.emplace(
      "Problem",
      R"({"type":"object","description":"RFC 9457; some have further members.",)"
      R"("additionalProperties":true,"properties":{)"
      R"("type":{"type":"string","description":"urn:madoguchi:problem:…, stable."},)"
      R"("title":{"type":"string"},"status":{"type":"integer"},"detail":{"type":"string"},)"
      R"("instance":{"type":"string","description":"The request id."},)"
      R"("errors":{"type":"array","items":{"type":"object","properties":{)"
      R"("pointer":{"type":"string","description":"JSON pointer into the body, or /name of a query parameter."},)"
      R"("message":{"type":"string"}},"required":["pointer","message"]}}},)"
      R"("required":["type","title","status","detail","instance"]})");
  writer.key("schemas");
  writer.begin_object();
  for (const auto& component : components) {
    writer.key(component.first);
    writer.raw(component.second);
  }
  writer.end_object();
  writer.end_object();
}

void write_tags(Writer& writer, const RouteTable& table) {
  std::set<std::string> used;
  for (const auto& route : table.all()) used.insert(route->tag);
  writer.key("tags");
  writer.begin_array();
  for (const Tag& tag : kTags) {
    if (used.count(tag.name) == 0) continue;
    writer.begin_object();
    writer.member("name", tag.name);
    writer.member("description", tag.description);
    writer.end_object();
  }
  writer.end_array();
}

void write_roles(Writer& writer) {
  writer.key("x-permissions");
  writer.begin_object();
  for (const auto& entry : EnumNames<domain::Permission>::values) {
    const Text text = domain::text_of(entry.value);
    writer.key(entry.name);
    writer.begin_object();
    writer.member("en", text.en);
    writer.member("ja", text.ja);
    writer.end_object();
  }
  writer.end_object();
  writer.key("x-roles");
  writer.begin_object();
  for (const auto& role : EnumNames<domain::Role>::values) {
    const Text text = domain::text_of(role.value);
    writer.key(role.name);
    writer.begin_object();
    writer.member("en", text.en);
    writer.member("ja", text.ja);
    writer.key("permissions");
    writer.begin_array();
    for (const auto& entry : EnumNames<domain::Permission>::values) {
      if (domain::permissions_of(role.value).has(entry.value)) writer.string(entry.name);
    }
    writer.end_array();
    writer.end_object();
  }
  writer.end_object();
}

}  // namespace

std::string openapi(const RouteTable& table, std::string_view version) {
  std::map<std::string, std::map<int, const RouteSpec*>> paths;
  for (const auto& route : table.all()) {
    if (route->page) continue;
    std::string path = route->full_path();
    // OpenAPI has no name for "and all below".
    if (const std::size_t dots = path.find("...}"); dots != std::string::npos) path.erase(dots, 3);
    paths[path][static_cast<int>(route->method)] = route.get();
  }
  std::string out;
  Writer writer(out);
  Schemas schemas;
  writer.begin_object();
  writer.member("openapi", "3.1.0");
  writer.key("info");
  writer.begin_object();
  writer.member("title", "Madoguchi");
  writer.member("version", version);
  writer.member(
      "description",
      "The facade of the customer-service integration hub: JSON, UTF-8, times in RFC 3339 "
      "UTC, errors as RFC 9457 problems in English or Japanese by Accept-Language.");
  writer.end_object();
  writer.key("servers");
  writer.raw(R"([{"url":"/"}])");
  writer.key("security");
  writer.raw(R"([{"bearer":[]},{"session":[]}])");
  write_tags(writer, table);
  write_roles(writer);
  writer.key("paths");
  writer.begin_object();
  for (const auto& path : paths) {
    writer.key(path.first);
    writer.begin_object();
    for (const auto& one : path.second) write_operation(writer, *one.second, schemas);
    writer.end_object();
  }
  writer.end_object();
  write_shared(writer, schemas);
  writer.end_object();
  return out;
}

}  // namespace madoguchi::api
