// SPDX-License-Identifier: Apache-2.0
#include "core/net/recorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "core/json/json.h"
#include "core/json/value.h"
#include "core/text/percent.h"
#include "core/text/utf8.h"

namespace madoguchi::net {
namespace {

constexpr std::int64_t kBiggestPlainNumber = 9'999'999'999'999;  // a card number has more digits

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= 40 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
}

/// Members whose words come from a list.
bool is_enumeration(std::string_view name) {
  for (const char* end : {"_cd", "_cds", "_type", "status", "state", "kind", "_method", "action",
                          "color", "currency", "object"}) {
    if (name.ends_with(end)) return true;
  }
  return false;
}

std::string blank(std::string_view text) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); i += text::decode_utf8(text, i).size) ++characters;
  return text.empty() ? "" : fmt::format("text of {}", characters);
}

std::string scrubbed_text(const std::string& text, std::string_view name) {
  if (parse_rfc3339(text)) return text;
  return is_enumeration(name) && is_word(text) ? text : blank(text);
}

void scrub(json::Value& value, const std::string& name) {
  if (value.is_string()) {
    value = scrubbed_text(value.get<std::string>(), name);
  } else if (value.is_number_integer() && (value > kBiggestPlainNumber || value < 0)) {
    value = 0;
  } else if (value.is_array()) {
    for (json::Value& one : value) scrub(one, name);
  } else if (value.is_object()) {
    for (const auto& one : value.items()) scrub(one.value(), one.key());
  }
}

json::Value scrubbed_body(const std::string& body) {
  if (body.empty()) return nullptr;
  Result<json::Value> value = json::parse(body);
  if (!value) return fmt::format("{} octets that are no JSON", body.size());
  scrub(*value, "");
  return std::move(*value);
}

json::Value scrubbed_headers(const Fields& headers) {
  json::Value kept = json::Value::object();
  for (const char* name : {"Content-Type", "Date", "Retry-After", "X-RateLimit-Limit",
                           "X-RateLimit-Remaining", "X-RateLimit-Reset"}) {
    if (const auto value = find_header(headers, name)) kept[name] = *value;
  }
  return kept;
}

/// Parts of a path that are words or numbers; others may be addresses or names.
std::string scrubbed_path(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view part = path.substr(1, end - 1);
    out += "/" + (part.empty() || is_word(part) ? std::string(part) : blank(part));
    path.remove_prefix(end);
  }
  return out;
}

json::Value scrubbed_query(std::string_view query) {
  json::Value kept = json::Value::object();
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view item = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::size_t equals = std::min(item.find('='), item.size());
    const std::string name = text::percent_decoded_where_right(item.substr(0, equals));
    const std::string value =
        text::percent_decoded_where_right(item.substr(std::min(equals + 1, item.size())));
    const bool is_count = name == "page" || name == "per_page" || name == "limit";
    kept[name] = is_count && is_word(value) ? value : scrubbed_text(value, name);
  }
  return kept;
}

}  // namespace

std::string scrubbed_exchange(const HttpRequest& request, const HttpResult& result) {
  const std::string& target = request.url.target;
  const std::size_t question = std::min(target.find('?'), target.size());
  json::Value exchange = {{"request",
                           {{"method", request.method},
                            {"path", scrubbed_path(std::string_view(target).substr(0, question))},
                            {"query", scrubbed_query(std::string_view(target).substr(
                                          std::min(question + 1, target.size())))},
                            {"headers", scrubbed_headers(request.headers)},
                            {"body", scrubbed_body(request.body)}}}};
  if (result) {
    exchange["answer"] = {{"status", result->status},
                          {"headers", scrubbed_headers(result->headers)},
                          {"body", scrubbed_body(result->body)}};
  } else {
    exchange["trouble"] = to_string(result.error().trouble);
  }
  return json::pretty(json::dump(exchange));
}

HttpResult Recorder::send(const HttpRequest& request) const {
  HttpResult result = below_.send(request);
  const int number = count_.with([](int& count) { return ++count; });
  const std::string name =
      fmt::format("{}-{:06}.json", to_micros(clock_.now()) / 1'000'000, number);
  std::ofstream file(folder_ / name, std::ios::binary);
  file << scrubbed_exchange(request, result);
  return result;
}

}  // namespace madoguchi::net
