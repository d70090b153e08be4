// SPDX-License-Identifier: Apache-2.0
#include "core/net/http_head.h"

#include <algorithm>
#include <charconv>

#include "core/net/patience.h"

namespace madoguchi::net {
namespace {

bool is_decimal(char c) { return c >= '0' && c <= '9'; }

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_decimal(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

/// Octets over 0x7F may stand there (obs-text), controls but the tab may not.
bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7F) || c == '\t';
  });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool read_status_line(std::string_view line, int& status) {
  if (!line.starts_with("HTTP/1.") || line.size() < 12) return false;
  if ((line[7] != '0' && line[7] != '1') || line[8] != ' ') return false;
  const std::string_view code = line.substr(9, 3);
  if (!std::all_of(code.begin(), code.end(), is_decimal) || code[0] == '0') return false;
  if (line.size() > 12 && line[12] != ' ') return false;
  std::from_chars(code.data(), code.data() + code.size(), status);
  return is_field_value(line);
}

bool read_length(std::string_view text, HttpHead& head) {
  if (head.content_length || text.empty() || text.size() > 18) return false;
  if (!std::all_of(text.begin(), text.end(), is_decimal)) return false;
  std::uint64_t length = 0;
  std::from_chars(text.data(), text.data() + text.size(), length);
  head.content_length = length;
  return true;
}

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

/// Headers that say how the body is to be read.
const char* read_framing(const std::string& name, std::string_view value, HttpHead& head) {
  if (name == "content-length" && !read_length(value, head)) return "its length is no length";
  if (name == "transfer-encoding") {
    if (head.is_chunked || lowered(value) != "chunked") return "an unknown transfer encoding";
    head.is_chunked = true;
  }
  return nullptr;
}

}  // namespace

std::optional<std::size_t> end_of_head(std::string_view bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  return end + 4;
}

tl::expected<HttpHead, HttpFailure> parse_head(std::string_view head) {
  const auto garbled = [](const char* why) { return fail_with(HttpTrouble::garbled, why); };
  HttpHead read;
  std::size_t end = head.find("\r\n");
  if (end == std::string_view::npos || !read_status_line(head.substr(0, end), read.status)) {
    return garbled("no status line of HTTP/1");
  }
  for (std::string_view rest = head.substr(end + 2); !rest.empty();) {
    end = rest.find("\r\n");
    if (end == std::string_view::npos) return garbled("a header without its end");
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 2);
    if (line.empty()) break;
    const std::size_t colon = std::min(line.find(':'), line.size());
    const std::string_view value = trimmed(line.substr(std::min(colon + 1, line.size())));
    if (colon == line.size() || !is_token(line.substr(0, colon)) || !is_field_value(value)) {
      return garbled("a header that is none");
    }
    if (read.headers.size() == kMostHeaders) {
      return fail_with(HttpTrouble::too_large, "too many headers");
    }
    const std::string name(line.substr(0, colon));
    if (const char* wrong = read_framing(lowered(name), value, read)) return garbled(wrong);
    read.headers.emplace_back(name, value);
  }
  if (read.is_chunked && read.content_length) return garbled("two ways to find its end");
  return read;
}

bool is_sendable_header(std::string_view name, std::string_view value) {
  return is_token(name) && is_field_value(value) && trimmed(value).size() == value.size();
}

}  // namespace madoguchi::net
