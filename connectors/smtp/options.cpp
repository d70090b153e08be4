// SPDX-License-Identifier: Apache-2.0
#include "connectors/smtp/options.h"

#include <arpa/inet.h>

#include <algorithm>

namespace madoguchi::connectors::smtp {
namespace {

using connector::OptionKind;
using connector::OptionSpec;
using connector::Presence;
using connector::Settings;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_address(int family, const std::string& text) {
  unsigned char bytes[sizeof(in6_addr)];
  return inet_pton(family, text.c_str(), bytes) == 1;
}

/// Names, IPv4 and IPv6 addresses; nothing that could change the URL it is put into.
bool is_host(const std::string& text) {
  if (is_address(AF_INET6, text)) return true;
  return !text.empty() && text.size() <= 253 && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || c == '.' || c == '-' || c == '_';
  });
}

bool is_helo_name(const std::string& text) {
  return text.size() <= 253 && std::all_of(text.begin(), text.end(), [](char c) {
           return is_alphanumeric(c) || c == '.' || c == '-';
         });
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" ||
         (is_address(AF_INET, host) && host.starts_with("127."));
}

}  // namespace

const std::vector<OptionSpec>& option_specs() {
  static const std::vector<OptionSpec> kSpecs = {
      {.name = "host",
       .presence = Presence::required,
       .summary = {"Mail server that takes outgoing mail.", "送信メールを受け付けるサーバー。"}},
      {.name = "port",
       .kind = OptionKind::integer,
       .default_value = "25",
       .summary = {"25, 587 (starttls) or 465 (tls).", "25、587（starttls）、465（tls）など。"},
       .minimum = 1,
       .maximum = 65535},
      {.name = "security",
       .kind = OptionKind::choice,
       .default_value = "none",
       .summary = {"How the connection is encrypted; certificates are always verified.",
                   "通信の暗号化方式。証明書は必ず検証します。"},
       .choices = {"none", "starttls", "tls"}},
      {.name = "user", .summary = {"Name to sign in with.", "認証に使うユーザー名。"}},
      {.name = "password",
       .kind = OptionKind::secret,
       .summary = {"Password of that user.", "上記ユーザーのパスワード。"}},
      {.name = "ca_file",
       .kind = OptionKind::file,
       .summary = {"PEM file of the authorities to trust in place of the system's.",
                   "システム標準の代わりに信頼する認証局の PEM ファイル。"}},
      {.name = "helo_name",
       .summary = {"Name this machine gives in EHLO; default: its host name.",
                   "EHLO で名乗る名前。省略時はホスト名。"}},
      {.name = "connect_timeout_seconds",
       .kind = OptionKind::integer,
       .default_value = "30",
       .summary = {"How long a connection may take to come about.", "接続を待つ最大秒数。"},
       .minimum = 1,
       .maximum = 300},
  };
  return kSpecs;
}

std::vector<FieldError> validate(const Settings& settings) {
  std::vector<FieldError> errors;
  const std::string& host = settings.text("host");
  const std::string& user = settings.text("user");
  const Secret password = settings.secret("password");
  if (!is_host(host)) {
    errors.push_back({"/options/host",
                      {"Must be a host name or an address, without a port.",
                       "ホスト名または IP アドレスを、ポートなしで指定してください。"}});
  }
  if (!is_helo_name(settings.text("helo_name"))) {
    errors.push_back(
        {"/options/helo_name", {"Must be a host name.", "ホスト名を指定してください。"}});
  }
  if (user.empty() != password.empty()) {
    errors.push_back(
        {user.empty() ? "/options/user" : "/secrets/password",
         {"User and password go together.", "ユーザー名とパスワードは両方指定してください。"}});
  }
  const auto has_nul = [](const std::string& text) { return text.find('\0') != text.npos; };
  if (has_nul(user) || has_nul(password.reveal())) {
    errors.push_back({"/options/user", {"Must not hold NUL.", "NUL は使えません。"}});
  }
  if (!user.empty() && settings.text("security") == "none" && !is_loopback(host)) {
    errors.push_back(
        {"/options/security",
         {"A password is not sent in the clear: use starttls or tls.",
          "パスワードを平文では送信できません。starttls か tls を指定してください。"}});
  }
  return errors;
}

Options read_options(const Settings& settings) {
  const std::string& security = settings.text("security");
  return {.host = settings.text("host"),
          .port = static_cast<int>(settings.integer("port")),
          .security = security == "tls"        ? Security::tls
                      : security == "starttls" ? Security::starttls
                                               : Security::none,
          .user = settings.text("user"),
          .password = settings.secret("password"),
          .ca_file = settings.text("ca_file"),
          .helo_name = settings.text("helo_name"),
          .connect_timeout = std::chrono::seconds(settings.integer("connect_timeout_seconds"))};
}

}  // namespace madoguchi::connectors::smtp
