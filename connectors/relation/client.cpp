// SPDX-License-Identifier: Apache-2.0
#include "connectors/relation/client.h"

#include <charconv>

#include "core/connector/http_call.h"
#include "core/text/utf8.h"

namespace madoguchi::connectors::relation {
namespace {

constexpr std::size_t kMostBody = std::size_t{8} * 1024 * 1024;
constexpr std::size_t kMostWords = 200;
constexpr int kMostPages = 20;
constexpr std::chrono::minutes kLabelsLast{10};
constexpr std::chrono::seconds kWindow{60};  // of its limit, when it does not say

std::optional<std::int64_t> number_in(const net::HttpAnswer& answer, std::string_view name) {
  const std::optional<std::string_view> text = answer.header(name);
  std::int64_t number = 0;
  if (!text) return std::nullopt;
  const auto read = std::from_chars(text->data(), text->data() + text->size(), number);
  if (read.ec != std::errc{} || read.ptr != text->data() + text->size()) return std::nullopt;
  return number;
}

/// Its own words for a refusal, made fit for a log line.
std::string words_of(const std::string& body) {
  const Result<json::Value> said = json::parse(body);
  const std::string words = said ? json::text_at(*said, "/message").value_or("") : "";
  return std::string(text::truncate_utf8(text::one_line(words), kMostWords));
}

/// Officially 403 is "too many requests" and nothing else; clients have met 429. A 403 that says
/// there are requests left must mean something else.
bool is_over_limit(const net::HttpAnswer& answer, std::optional<std::int64_t> remaining) {
  return answer.status == 429 || (answer.status == 403 && remaining.value_or(0) <= 0);
}

Error makes_no_sense(const std::string& path, const char* why) {
  return Error::malformed(
      {"Re:lation's answer could not be read.", "Re:lation の応答を読み取れませんでした。"},
      path + ": " + why);
}

}  // namespace

TimePoint Client::now() const {
  return host_.clock.now() + ahead_.with([](const auto& ahead) { return ahead; });
}

Asked Client::ask(net::HttpRequest request, const connector::CallOptions& call) const {
  if (Result<void> may = host_.gate.pass(call); !may) return {fail(std::move(may.error()))};
  request.headers.emplace_back("Authorization", "Bearer " + options_.token.reveal());
  request.headers.emplace_back("Accept", "application/json");
  request.max_body = kMostBody;
  const net::HttpResult result = host_.http->send(request);
  if (!result) return {fail(connector::no_answer(result.error())), result.error().sent};
  const net::HttpAnswer& answer = *result;
  if (const auto date = answer.header("Date")) {
    if (const auto time = net::parse_http_date(*date)) {
      ahead_.with([&](auto& ahead) { ahead = *time - host_.clock.now(); });
    }
  }
  const std::optional<std::int64_t> remaining = number_in(answer, "X-RateLimit-Remaining");
  std::optional<std::chrono::milliseconds> resets_in;
  if (const auto reset = number_in(answer, "X-RateLimit-Reset")) {
    const TimePoint at{std::chrono::seconds(std::min<std::int64_t>(*reset, 99'999'999'999))};
    resets_in = std::clamp(std::chrono::ceil<std::chrono::milliseconds>(at - now()),
                           std::chrono::milliseconds(0), std::chrono::milliseconds(kWindow));
  }
  if (is_over_limit(answer, remaining)) {
    net::HttpAnswer limited = answer;
    limited.status = 429;
    const auto rest = std::chrono::ceil<std::chrono::seconds>(
        resets_in.value_or(std::chrono::milliseconds(kWindow)));
    limited.retry_after = answer.retry_after.value_or(rest);
    host_.gate.told({0, *limited.retry_after});
    return {fail(connector::refusal(limited, words_of(answer.body)))};
  }
  if (remaining) host_.gate.told({remaining, resets_in});
  if (answer.status < 200 || answer.status > 299) {
    return {fail(connector::refusal(answer, words_of(answer.body))),
            answer.status >= 500 && request.method != "GET"};
  }
  Result<json::Value> value = json::parse(answer.body.empty() ? "{}" : answer.body);
  if (!value) return {fail(makes_no_sense(request.url.without_query(), "no JSON")), true};
  return {std::move(value), true};
}

net::HttpRequest Client::writing(const std::string& method, const std::string& path,
                                 const json::Value& body,
                                 const connector::CallOptions& call) const {
  net::HttpRequest request = connector::http_call(call, method, options_.api.below(path));
  request.headers = {{"Content-Type", "application/json"}};
  request.body = json::dump(body);
  return request;
}

Result<json::Value> Client::get(const std::string& path, const net::Fields& query,
                                const connector::CallOptions& call) const {
  return ask(connector::http_call(call, "GET", options_.api.below(path, query)), call).answer;
}

Result<json::Value> Client::search(const std::string& path, const json::Value& body,
                                   const connector::CallOptions& call) const {
  return ask(writing("POST", path, body, call), call).answer;
}

Asked Client::write(const std::string& method, const std::string& path, const json::Value& body,
                    const connector::CallOptions& call) const {
  return ask(writing(method, path, body, call), call);
}

Result<json::Value> Client::all(const std::string& path, int per_page,
                                const connector::CallOptions& call) const {
  json::Value entries = json::Value::array();
  for (int page = 1; page <= kMostPages; ++page) {
    Result<json::Value> part =
        get(path, {{"per_page", std::to_string(per_page)}, {"page", std::to_string(page)}}, call);
    if (!part) return part;
    if (!part->is_array()) return fail(makes_no_sense(path, "no list"));
    for (const json::Value& one : *part) entries.push_back(one);
    if (part->size() < static_cast<std::size_t>(per_page)) break;
  }
  return entries;
}

Result<std::map<std::int64_t, std::string>> Client::labels(
    std::int64_t box, const connector::CallOptions& call) const {
  const TimePoint at = host_.clock.now();
  const std::optional<Labels> kept = labels_.with([&](const auto& all) -> std::optional<Labels> {
    const auto found = all.find(box);
    if (found == all.end() || at - found->second.read_at > kLabelsLast) return std::nullopt;
    return found->second;
  });
  if (kept) return kept->names;
  const Result<json::Value> list = all("/" + std::to_string(box) + "/labels", 100, call);
  if (!list) return fail(list.error());
  Labels read{at};
  for (const json::Value& one : *list) {
    const auto id = json::integer_at(one, "/label_id");
    const auto name = json::text_at(one, "/name");
    if (id && name) read.names[*id] = *name;
  }
  labels_.with([&](auto& all) { all[box] = read; });
  return read.names;
}

}  // namespace madoguchi::connectors::relation
