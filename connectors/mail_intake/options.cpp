// SPDX-License-Identifier: Apache-2.0
#include "connectors/mail_intake/options.h"

#include <arpa/inet.h>

#include <algorithm>

namespace madoguchi::connectors::mail_intake {
namespace {

using connector::OptionKind;
using connector::OptionSpec;
using connector::Presence;
using connector::Settings;

bool is_address(int family, const std::string& text) {
  unsigned char bytes[sizeof(in6_addr)];
  return inet_pton(family, text.c_str(), bytes) == 1;
}

/// Names, IPv4 and IPv6 addresses; nothing that could change the URL it is put into.
bool is_host(const std::string& text) {
  if (is_address(AF_INET6, text)) return true;
  return !text.empty() && text.size() <= 253 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == '_';
  });
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" ||
         (is_address(AF_INET, host) && host.starts_with("127."));
}

bool has_control(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

bool is_day(const std::string& text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  return parse_rfc3339(text + "T00:00:00Z").has_value();
}

bool is_loopback_url(const std::string& url) {
  constexpr std::string_view kHttp = "http://";
  if (!url.starts_with(kHttp)) return false;
  return is_loopback(
      url.substr(kHttp.size(), url.find_first_of(":/", kHttp.size()) - kHttp.size()));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

OptionSpec of_text(std::string name, Text summary, Presence presence = Presence::optional) {
  OptionSpec spec;
  spec.name = std::move(name);
  spec.summary = std::move(summary);
  spec.presence = presence;
  return spec;
}

OptionSpec of_choice(std::string name, std::vector<std::string> choices, Text summary) {
  OptionSpec spec = of_text(std::move(name), std::move(summary));
  spec.kind = OptionKind::choice;
  spec.default_value = choices.front();
  spec.choices = std::move(choices);
  return spec;
}

OptionSpec of_integer(std::string name, const char* value, std::int64_t most, Text summary) {
  OptionSpec spec = of_text(std::move(name), std::move(summary));
  spec.kind = OptionKind::integer;
  spec.default_value = value;
  spec.minimum = 1;
  spec.maximum = most;
  return spec;
}

OptionSpec of_secret(std::string name, Text summary) {
  OptionSpec spec = of_text(std::move(name), std::move(summary));
  spec.kind = OptionKind::secret;
  return spec;
}

void check_login(const Settings& settings, std::vector<FieldError>& errors) {
  const bool has_oauth = !settings.text("oauth_token_url").empty();
  const Secret password = settings.secret("password");
  if (has_oauth == !password.empty()) {
    errors.push_back({"/secrets/password",
                      {"Give either a password or the oauth options.",
                       "パスワードか oauth のどちらか一方を指定してください。"}});
  }
  if (has_oauth && (settings.text("oauth_client_id").empty() ||
                    settings.secret("oauth_refresh_token").empty())) {
    errors.push_back({"/options/oauth_token_url",
                      {"Needs a client id and a refresh token.",
                       "クライアント ID とリフレッシュトークンが必要です。"}});
  }
  const std::string& url = settings.text("oauth_token_url");
  if (has_oauth && (has_control(url) || (!url.starts_with("https://") && !is_loopback_url(url)))) {
    errors.push_back({"/options/oauth_token_url",
                      {"Must be an https URL.", "https の URL を指定してください。"}});
  }
  if (has_control(settings.text("user")) || has_control(password.reveal())) {
    errors.push_back(
        {"/options/user", {"Must not hold control characters.", "制御文字は使えません。"}});
  }
  if (settings.text("security") == "none" && !is_loopback(settings.text("host"))) {
    errors.push_back(
        {"/options/security",
         {"A password is not sent in the clear: use starttls or tls.",
          "パスワードを平文では送信できません。starttls か tls を指定してください。"}});
  }
}

void check_folders(const Settings& settings, std::vector<FieldError>& errors) {
  const std::vector<std::string> folders = lines_of(settings.text("folders"));
  const std::string& target = settings.text("move_to");
  const bool is_pop3 = settings.text("protocol") == "pop3";
  const bool moves = settings.text("after") == "move";
  if (std::any_of(folders.begin(), folders.end(),
                  [](const std::string& name) { return name.empty() || has_control(name); }) ||
      has_control(target)) {
    errors.push_back({"/options/folders",
                      {"A folder's name must not be empty or hold control characters.",
                       "フォルダー名は空や制御文字を含むものにはできません。"}});
  }
  if (moves == target.empty()) {
    errors.push_back({"/options/move_to",
                      {"Goes together with after = move.", "after = move と併せて指定します。"}});
  }
  if (moves && std::find(folders.begin(), folders.end(), target) != folders.end()) {
    errors.push_back({"/options/move_to",
                      {"Must not be one of the folders that are fetched.",
                       "取得対象のフォルダーは指定できません。"}});
  }
  const std::string& first = settings.text("first_run");
  if (first != "now" && first != "everything" && !is_day(first)) {
    errors.push_back({"/options/first_run",
                      {"Must be now, everything or a day such as 2026-11-01.",
                       "now、everything または 2026-11-01 のような日付で指定してください。"}});
  }
  if (is_pop3 && (moves || is_day(first) || folders != std::vector<std::string>{"INBOX"})) {
    errors.push_back(
        {"/options/protocol",
         {"POP3 knows no folders and no dates.", "POP3 ではフォルダーと日付は指定できません。"}});
  }
}

}  // namespace

const std::vector<OptionSpec>& option_specs() {
  static const std::vector<OptionSpec> kSpecs = {
      of_choice("protocol", {"imap", "pop3"}, {"How to fetch.", "取得方式。"}),
      of_text("host", {"The mail server.", "メールサーバー。"}, Presence::required),
      of_integer("port", "993", 65535, {"Its port.", "ポート。"}),
      of_choice("security", {"tls", "starttls", "none"},
                {"How the connection is encrypted; certificates are always verified.",
                 "通信の暗号化方式。証明書は必ず検証します。"}),
      of_text("user", {"Name to sign in with.", "認証に使うユーザー名。"}, Presence::required),
      of_secret("password", {"Password of that user.", "上記ユーザーのパスワード。"}),
      of_text("oauth_token_url", {"Where access tokens are bought.", "トークンの URL。"}),
      of_text("oauth_client_id", {"The application's id.", "クライアント ID。"}),
      of_text("oauth_scope", {"The scope to ask for.", "スコープ。"}),
      of_secret("oauth_client_secret", {"The application's secret.", "クライアントシークレット。"}),
      of_secret("oauth_refresh_token", {"The refresh token.", "リフレッシュトークン。"}),
      of_text("ca_file", {"PEM file of the authorities to trust in place of the system's.",
                          "システム標準の代わりに信頼する認証局の PEM ファイル。"}),
      [] {
        OptionSpec spec =
            of_text("folders", {"The folders, one a line.", "フォルダー（一行に一つ）。"});
        spec.default_value = "INBOX";
        return spec;
      }(),
      of_choice("after", {"leave", "move", "delete"},
                {"What is done on the server with a mail that was taken.",
                 "取得後のサーバー上のメールの扱い。"}),
      of_text("move_to", {"The folder for taken mails.", "取得後の移動先フォルダー。"}),
      [] {
        OptionSpec spec = of_text("first_run", {"What is taken of the mails that lie there first.",
                                                "接続時に既にあるメールの扱い。"});
        spec.default_value = "now";
        return spec;
      }(),
      of_integer("max_mail", "52428800", 52428800, {"Octets of a mail at most.", "最大サイズ。"}),
      of_integer("connect_timeout_seconds", "30", 300,
                 {"How long a connection may take to come about.", "接続を待つ最大秒数。"}),
  };
  return kSpecs;
}

std::vector<FieldError> validate(const Settings& settings) {
  std::vector<FieldError> errors;
  if (!is_host(settings.text("host"))) {
    errors.push_back({"/options/host",
                      {"Must be a host name or an address, without a port.",
                       "ホスト名または IP アドレスを、ポートなしで指定してください。"}});
  }
  check_login(settings, errors);
  check_folders(settings, errors);
  return errors;
}

Options read_options(const Settings& settings) {
  Options options;
  const std::string& security = settings.text("security");
  const std::string& after = settings.text("after");
  const std::string& first = settings.text("first_run");
  options.protocol = settings.text("protocol") == "pop3" ? Protocol::pop3 : Protocol::imap;
  options.host = settings.text("host");
  options.port = static_cast<int>(settings.integer("port"));
  options.security = security == "tls"        ? Security::tls
                     : security == "starttls" ? Security::starttls
                                              : Security::none;
  options.user = settings.text("user");
  options.password = settings.secret("password");
  if (!settings.text("oauth_token_url").empty()) {
    options.oauth = OAuth{settings.text("oauth_token_url"), settings.text("oauth_client_id"),
                          settings.text("oauth_scope"), settings.secret("oauth_client_secret"),
                          settings.secret("oauth_refresh_token")};
  }
  options.ca_file = settings.text("ca_file");
  options.folders = lines_of(settings.text("folders"));
  options.after = after == "move" ? After::move : after == "delete" ? After::remove : After::leave;
  options.move_to = settings.text("move_to");
  options.first_run = first == "now"          ? FirstRun::nothing
                      : first == "everything" ? FirstRun::everything
                                              : FirstRun::since;
  if (options.first_run == FirstRun::since) options.since = first;
  options.max_mail = settings.integer("max_mail");
  options.connect_timeout = std::chrono::seconds(settings.integer("connect_timeout_seconds"));
  return options;
}

}  // namespace madoguchi::connectors::mail_intake
