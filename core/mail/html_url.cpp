// SPDX-License-Identifier: Apache-2.0
#include "core/mail/html_url.h"

#include <unicode/uidna.h>

#include <algorithm>
#include <memory>

#include "core/mail/ascii.h"
#include "core/text/percent.h"
#include "core/text/utf8.h"

namespace madoguchi::mail::html {
namespace {

constexpr std::size_t kMaxUrl = 8192;

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// What browsers do before they look at a URL (WHATWG URL 4.4): ends trimmed of spaces and
/// controls, tabs and line breaks removed everywhere. Other controls, bidi characters and broken
/// UTF-8 make it no URL at all.
bool clean(std::string_view value, std::string& out) {
  const auto is_edge = [](char c) { return static_cast<unsigned char>(c) <= 0x20; };
  while (!value.empty() && is_edge(value.front())) value.remove_prefix(1);
  while (!value.empty() && is_edge(value.back())) value.remove_suffix(1);
  if (value.size() > kMaxUrl) return false;
  for (std::size_t i = 0; i < value.size();) {
    const text::Utf8Char c = text::decode_utf8(value, i);
    const std::size_t at = i;
    i += c.size;
    if (c.code == '\t' || c.code == '\n' || c.code == '\r') continue;
    if (!c.valid || c.code == 0xFFFD || c.code < 0x20 || (c.code >= 0x7F && c.code < 0xA0) ||
        text::is_bidi_control(c.code)) {
      return false;
    }
    out.append(value, at, c.size);
  }
  return !out.empty();
}

/// "Scheme:" at the beginning, in lower case and without the colon; "" when there is none.
std::string scheme_of(std::string_view url) {
  std::string scheme;
  for (const char c : url) {
    if (c == ':') return scheme;
    const bool fits =
        is_alpha(c) || (!scheme.empty() && (is_digit(c) || c == '+' || c == '-' || c == '.'));
    if (!fits) return {};
    scheme += is_alpha(c) ? static_cast<char>(c | 0x20) : c;
  }
  return {};
}

/// The host in ASCII (UTS #46), or "" when it is no name that may be asked for.
std::string ascii_host(std::string_view host) {
  const bool plain = std::all_of(host.begin(), host.end(), [](char c) {
    return is_alpha(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
  });
  std::string out;
  if (plain) {
    out = host;
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return is_alpha(c) ? static_cast<char>(c | 0x20) : c; });
    return out;
  }
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UIDNA, decltype(&uidna_close)> idna(
      uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI, &status), &uidna_close);
  if (U_FAILURE(status)) return {};
  char buffer[256];
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  const int32_t length =
      uidna_nameToASCII_UTF8(idna.get(), host.data(), static_cast<int32_t>(host.size()), buffer,
                             sizeof buffer, &info, &status);
  if (U_FAILURE(status) || info.errors != 0 || length <= 0 || length > 253) return {};
  out.assign(buffer, static_cast<std::size_t>(length));
  const bool now_plain = std::all_of(out.begin(), out.end(), [](char c) {
    return is_alpha(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
  });
  return now_plain ? out : std::string{};
}

/// Percent-encodes what may stand in no URL and what text around it might be cut at.
std::string encode_rest(std::string_view rest) {
  std::string out;
  for (const char c : rest) {
    const bool plain = static_cast<unsigned char>(c) > 0x20 &&
                       static_cast<unsigned char>(c) < 0x7F &&
                       std::string_view("\"'<>\\^`{|}").find(c) == std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      text::append_percent(out, c);
    }
  }
  return out;
}

Url web_url(std::string_view scheme, std::string_view rest) {
  if (rest.substr(0, 2) != "//") return {};
  rest.remove_prefix(2);
  const std::size_t end = std::min(rest.find_first_of("/?#\\"), rest.size());
  std::string_view authority = rest.substr(0, end);
  if (authority.find('@') != std::string_view::npos)
    return {};  // "https://shop.example@evil.example"
  std::string_view port;
  if (const std::size_t colon = authority.rfind(':'); colon != std::string_view::npos) {
    port = authority.substr(colon);
    authority = authority.substr(0, colon);
    if (port.size() > 6 || !std::all_of(port.begin() + 1, port.end(), is_digit)) return {};
  }
  const std::string host = ascii_host(authority);
  if (host.empty()) return {};
  return {UrlKind::web,
          std::string(scheme) + "://" + host + std::string(port) + encode_rest(rest.substr(end))};
}

}  // namespace

Url canonical_url(std::string_view value) {
  std::string url;
  if (!clean(value, url)) return {};
  if (url.front() == '#') return {UrlKind::fragment, url.substr(1)};
  // "//host/…" is what newsletters write for "the scheme of the page".
  if (url.compare(0, 2, "//") == 0) return web_url("https", url);
  const std::string scheme = scheme_of(url);
  if (scheme.empty()) return {};
  const std::string_view rest = std::string_view(url).substr(scheme.size() + 1);
  if (scheme == "http" || scheme == "https") return web_url(scheme, rest);
  if (rest.empty()) return {};
  if (scheme == "mailto") return {UrlKind::mail, "mailto:" + encode_rest(rest)};
  if (scheme == "tel") return {UrlKind::phone, "tel:" + encode_rest(rest)};
  if (scheme == "cid") return {UrlKind::content, "cid:" + encode_rest(rest)};
  return {};
}

}  // namespace madoguchi::mail::html
