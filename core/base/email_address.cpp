// SPDX-License-Identifier: Apache-2.0
#include "core/base/email_address.h"

#include <fmt/format.h>

#include <algorithm>

namespace madoguchi {
namespace {

constexpr std::size_t kMaxOctets = 320;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

char fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_atext(char c) {
  if (static_cast<unsigned char>(c) >= 0x80) return true;
  if ((c >= '0' && c <= '9') || (fold(c) >= 'a' && fold(c) <= 'z')) return true;
  return std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_dot_string(std::string_view local) {
  char previous = '.';
  for (const char c : local) {
    if (c == '.' ? previous == '.' : !is_atext(c)) return false;
    previous = c;
  }
  return previous != '.';
}

/// Takes "a..b" out of quotes; backslash escapes inside are resolved.
std::string unquote(std::string_view quoted) {
  std::string out;
  for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
    if (quoted[i] == '\\' && i + 2 < quoted.size()) ++i;
    out += quoted[i];
  }
  return out;
}

bool is_domain(std::string_view domain) {
  if (domain.empty() || domain.front() == '.' || domain.back() == '.') return false;
  if (domain.find("..") != std::string_view::npos) return false;
  return std::none_of(domain.begin(), domain.end(), [](char c) {
    return is_control(c) || std::string_view(" \"(),;<>@\\").find(c) != std::string_view::npos;
  });
}

}  // namespace

Result<EmailAddress> EmailAddress::parse(std::string_view text) {
  const auto refuse = [&]() -> Result<EmailAddress> {
    return fail(Error::invalid(
        "", {fmt::format("Not a mail address: \"{}\".", text.substr(0, 80)),
             fmt::format("メールアドレスの形式ではありません: 「{}」", text.substr(0, 80))}));
  };
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  const std::size_t at = text.rfind('@');
  if (text.size() > kMaxOctets || at == std::string_view::npos || at == 0) return refuse();
  std::string local(text.substr(0, at));
  const std::string_view domain = text.substr(at + 1);
  if (local.size() >= 2 && local.front() == '"' && local.back() == '"') {
    local = unquote(local);
  } else if (std::any_of(local.begin(), local.end(),
                         [](char c) { return c != '.' && !is_atext(c); })) {
    return refuse();
  }
  if (local.empty() || std::any_of(local.begin(), local.end(), is_control) || !is_domain(domain)) {
    return refuse();
  }
  return EmailAddress(local + "@" + std::string(domain));
}

std::string_view EmailAddress::local_part() const noexcept {
  return std::string_view(text_).substr(0, text_.rfind('@'));
}

std::string_view EmailAddress::domain() const noexcept {
  const std::size_t at = text_.rfind('@');
  return at == std::string::npos ? std::string_view{} : std::string_view(text_).substr(at + 1);
}

std::string EmailAddress::key() const {
  std::string key = text_;
  std::transform(key.begin(), key.end(), key.begin(), fold);
  return key;
}

std::string EmailAddress::wire() const {
  if (is_dot_string(local_part())) return text_;
  std::string out = "\"";
  for (const char c : local_part()) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"@" + std::string(domain());
}

}  // namespace madoguchi
