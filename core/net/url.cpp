// SPDX-License-Identifier: Apache-2.0
#include "core/net/url.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/text/percent.h"

namespace madoguchi::net {
namespace {

constexpr std::size_t kLongest = 8000;
constexpr std::size_t kLongestHost = 253;

char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_url_digit(char c) { return c >= '0' && c <= '9'; }

Error no_url(std::string why) {
  return Error::malformed({"Give a URL such as https://shop.example/path.",
                           "https://shop.example/path のような URL を指定してください。"},
                          std::move(why));
}

bool is_ipv4(const std::string& text) {
  in_addr bytes{};
  return inet_pton(AF_INET, text.c_str(), &bytes) == 1;
}

bool is_ipv6(const std::string& text) {
  in6_addr bytes{};
  return inet_pton(AF_INET6, text.c_str(), &bytes) == 1;
}

/// The last label begins with a digit: some resolvers read such hosts as addresses.
bool looks_like_address(const std::string& host) {
  const std::size_t dot = host.rfind('.');
  return is_url_digit(host[dot == std::string::npos ? 0 : dot + 1]);
}

bool is_name(const std::string& host) {
  if (host.empty() || host.size() > kLongestHost || host.find("..") != std::string::npos ||
      host.front() == '.' || host.back() == '.') {
    return false;
  }
  return std::all_of(host.begin(), host.end(), [](char c) {
    return is_url_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_';
  });
}

/// The host in lower case without brackets; what follows it stays in `rest`.
std::optional<std::string> take_host(std::string_view& rest) {
  if (rest.starts_with('[')) {
    const std::size_t end = rest.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    std::string address(rest.substr(1, end - 1));
    rest.remove_prefix(end + 1);
    if (!is_ipv6(address)) return std::nullopt;
    return address;
  }
  const std::size_t end = std::min(rest.find(':'), rest.size());
  std::string host(rest.substr(0, end));
  rest.remove_prefix(end);
  std::transform(host.begin(), host.end(), host.begin(), folded);
  if (host.size() > 1 && host.back() == '.') host.pop_back();
  if (!is_name(host) || (looks_like_address(host) && !is_ipv4(host))) return std::nullopt;
  return host;
}

bool read_port(std::string_view text, std::uint16_t& port) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size() && port != 0;
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < 0x7F && c != '"' && c != '<' && c != '>' && c != '\\' && c != '^' &&
           c != '`' && c != '{' && c != '|' && c != '}';
  });
  if (!plain || text.size() > kLongest) return fail(no_url("too long, or odd characters"));
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return fail(no_url("no scheme"));
  std::string scheme(text.substr(0, colon));
  std::transform(scheme.begin(), scheme.end(), scheme.begin(), folded);
  Url url;
  if (scheme == "http") {
    url.scheme = Scheme::http;
    url.port = 80;
  } else if (scheme != "https") {
    return fail(no_url("neither http nor https"));
  }
  std::string_view rest = text.substr(colon + 3);
  if (rest.find('#') != std::string_view::npos) return fail(no_url("a fragment"));
  const std::size_t path = std::min(rest.find_first_of("/?"), rest.size());
  std::string_view place = rest.substr(0, path);
  rest.remove_prefix(path);
  if (place.find('@') != std::string_view::npos) return fail(no_url("a user"));
  std::optional<std::string> host = take_host(place);
  if (!host) return fail(no_url("no host"));
  url.host = std::move(*host);
  if (!place.empty() && (place[0] != ':' || !read_port(place.substr(1), url.port))) {
    return fail(no_url("no port"));
  }
  url.target = rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
  return url;
}

bool Url::is_address() const { return is_ipv4(host) || is_ipv6(host); }

std::string Url::authority() const {
  std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != (is_https() ? 443 : 80)) text += ":" + std::to_string(port);
  return text;
}

std::string Url::without_query() const {
  return (is_https() ? "https://" : "http://") + authority() + target.substr(0, target.find('?'));
}

std::string Url::str() const {
  return (is_https() ? "https://" : "http://") + authority() + target;
}

Url Url::below(std::string_view path, const Fields& query) const {
  Url url = *this;
  url.target = target.substr(0, target.find('?'));
  if (url.target.ends_with('/') && path.starts_with('/')) url.target.pop_back();
  url.target += path;
  if (!query.empty()) url.target += "?" + form_encoded(query);
  return url;
}

bool is_plain_https(std::string_view text) {
  const Result<Url> url = Url::parse(text);
  return url && url->is_https();
}

std::string form_encoded(const Fields& fields) {
  std::string form;
  for (const auto& field : fields) {
    if (!form.empty()) form += '&';
    form += text::percent_encoded(field.first) + "=" + text::percent_encoded(field.second);
  }
  return form;
}

}  // namespace madoguchi::net
