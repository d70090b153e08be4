// SPDX-License-Identifier: Apache-2.0
#include "sandboxes/kit/exchange.h"

#include <algorithm>
#include <charconv>

#include "core/text/percent.h"

namespace madoguchi::sandboxes {
namespace {

bool same_word(std::string_view a, std::string_view b) {
  const auto folded = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return folded(x) == folded(y); });
}

std::optional<std::string> first_of(const Pairs& pairs, std::string_view name) {
  for (const auto& pair : pairs) {
    if (same_word(pair.first, name)) return pair.second;
  }
  return std::nullopt;
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

Pairs read_query(std::string_view query) {
  Pairs pairs;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view item = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::size_t equals = std::min(item.find('='), item.size());
    if (item.empty()) continue;
    pairs.emplace_back(
        text::form_decoded(item.substr(0, equals)).value_or(std::string(item)),
        text::form_decoded(item.substr(std::min(equals + 1, item.size()))).value_or(""));
  }
  return pairs;
}

Pairs read_headers(std::string_view lines) {
  Pairs headers;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find("\r\n"), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 2, lines.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    headers.emplace_back(line.substr(0, colon), without_blanks(line.substr(colon + 1)));
  }
  return headers;
}

const char* reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 302:
      return "Found";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 415:
      return "Unsupported Media Type";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    default:
      return "Answer";
  }
}

}  // namespace

std::optional<std::string> Request::header(std::string_view name) const {
  return first_of(headers, name);
}

std::optional<std::string> Request::parameter(std::string_view name) const {
  return first_of(query, name);
}

std::vector<std::string> Request::parameters(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& pair : query) {
    if (pair.first == name || pair.first == std::string(name) + "[]") values.push_back(pair.second);
  }
  return values;
}

std::vector<std::string> Request::segments() const {
  std::vector<std::string> parts;
  std::string_view rest = path;
  while (!rest.empty()) {
    rest.remove_prefix(rest.front() == '/' ? 1 : 0);
    const std::size_t end = std::min(rest.find('/'), rest.size());
    if (end > 0) parts.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  return parts;
}

std::string to_wire(const Response& response) {
  std::string octets =
      "HTTP/1.1 " + std::to_string(response.status) + " " + reason_of(response.status) + "\r\n";
  if (!response.media_type.empty()) octets += "Content-Type: " + response.media_type + "\r\n";
  for (const auto& header : response.headers)
    octets += header.first + ": " + header.second + "\r\n";
  octets += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  return octets + "Connection: close\r\n\r\n" + response.body;
}

std::optional<std::size_t> length_of_request(std::string_view octets) {
  const std::size_t end = octets.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::size_t line = octets.find("\r\n");
  const Pairs headers = read_headers(octets.substr(line + 2, end - std::min(end, line + 2)));
  std::size_t length = 0;
  if (const auto text = first_of(headers, "Content-Length")) {
    std::from_chars(text->data(), text->data() + text->size(), length);
  }
  return end + 4 + length;
}

std::optional<Request> from_wire(std::string_view octets) {
  const std::size_t head = octets.find("\r\n\r\n");
  const std::size_t line_end = octets.find("\r\n");
  if (head == std::string_view::npos) return std::nullopt;
  const std::string_view line = octets.substr(0, line_end);
  const std::size_t first = line.find(' ');
  const std::size_t second = line.rfind(' ');
  if (first == std::string_view::npos || second <= first) return std::nullopt;
  const std::string_view target = line.substr(first + 1, second - first - 1);
  const std::size_t question = std::min(target.find('?'), target.size());
  Request request;
  request.method = line.substr(0, first);
  request.path = text::percent_decoded_where_right(target.substr(0, question));
  request.query = read_query(target.substr(std::min(question + 1, target.size())));
  request.headers = read_headers(octets.substr(line_end + 2, head - std::min(head, line_end + 2)));
  request.host = request.header("Host").value_or("127.0.0.1");
  request.body = octets.substr(head + 4);
  return request;
}

}  // namespace madoguchi::sandboxes
