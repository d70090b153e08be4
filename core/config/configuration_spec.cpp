// SPDX-License-Identifier: Apache-2.0
#include "core/config/configuration_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/clock.h"

namespace madoguchi::config {

namespace {

using namespace std::chrono_literals;
using std::filesystem::path;

Codec<path> file_path() { return config::path(); }

Codec<ListenAddress> listen_address() {
  return parsed<ListenAddress>({R"("HOST:PORT", "[IPv6]:PORT" or "unix:/PATH")",
                                R"("HOST:PORT"、"[IPv6]:PORT" または "unix:/PATH")"});
}

Codec<path> socket_path() {
  Codec<path> codec = config::path();
  codec.allowed = {"an absolute path of at most 107 bytes", "107 バイトまでの絶対パス"};
  codec.read = [absolute = codec.read](const Node& node) -> tl::expected<path, Text> {
    auto value = absolute(node);
    if (value && value->string().size() > 107) return tl::unexpected<Text>(not_so());
    return value;
  };
  return codec;
}

Codec<TransportSecurity> transport_security() {
  return choice<TransportSecurity>({{"none", TransportSecurity::none},
                                    {"starttls", TransportSecurity::starttls},
                                    {"tls", TransportSecurity::tls}});
}

// S2: the session cookie has the __Host- prefix, which browsers drop without https.
void http_needs_tls_beyond_loopback(const HttpSettings& http, Complaints& complaints) {
  if (http.tls_certificate.has_value() != http.tls_key.has_value()) {
    complaints.about(http.tls_certificate ? "/tls_certificate" : "/tls_key",
                     {"is of no use alone", "片方だけでは使えません"},
                     {"both tls_certificate and tls_key, or neither",
                      "tls_certificate と tls_key の両方、またはどちらもなし"});
  }
  const bool https_outside = http.public_url && http.public_url->rfind("https://", 0) == 0;
  if (!http.listen.is_local() && !http.tls_certificate && !https_outside) {
    complaints.about(
        "/listen",
        {"is reachable from other machines without TLS", "TLS なしで他のマシンから接続できます"},
        {"a loopback address or a unix socket; or tls_certificate and tls_key; or an https "
         "public_url, when a proxy in front does TLS",
         "ループバックまたは unix ソケット。tls_certificate と tls_key を指定するか、前段の"
         "プロキシが TLS を担うなら https の public_url を指定"});
  }
}

ConfigSpec<HttpSettings> http_spec() {
  return ConfigSpec<HttpSettings>("Where the API and the console are served.")
      .may("listen", &HttpSettings::listen, listen_address(),
           "The address to listen on; sockets that systemd passes come first.")
      .may("tls_certificate", &HttpSettings::tls_certificate, file_path(),
           "/etc/madoguchi/tls/fullchain.pem", "The certificate chain in PEM, to serve TLS here.")
      .may("tls_key", &HttpSettings::tls_key, file_path(), "/etc/madoguchi/tls/privkey.pem",
           "The key of the certificate in PEM.")
      .may("public_url", &HttpSettings::public_url, origin(), "https://hub.shop.example",
           "What users type: for links, for cookies, and to know that a proxy does TLS.")
      .may("trusted_proxies", &HttpSettings::trusted_proxies, list(address_range()),
           "The proxies whose X-Forwarded-For and X-Forwarded-Proto count.")
      .may("workers", &HttpSettings::workers, integer<int>(1, 256),
           "How many requests are worked on at once; further ones wait, then get 503.")
      .may("max_connections", &HttpSettings::max_connections, integer<int>(16, 1'000'000),
           "How many connections are held open in all.")
      .may("max_connections_per_address", &HttpSettings::max_connections_per_address,
           integer<int>(1, 1'000'000), "How many of them one address may have; loopback is exempt.")
      .may("header_deadline", &HttpSettings::header_deadline, duration(1s, 5min),
           "How long a request's head may take to arrive.")
      .may("body_deadline", &HttpSettings::body_deadline, duration(1s, 1h),
           "How long a request's body may take to arrive.")
      .may("write_deadline", &HttpSettings::write_deadline, duration(1s, 1h),
           "How long a peer may take to accept an answer.")
      .may("idle_deadline", &HttpSettings::idle_deadline, duration(1s, 1h),
           "How long a connection is kept open between two requests.")
      .rule(http_needs_tls_beyond_loopback);
}

void smtp_login_is_whole_and_safe(const SmtpSettings& smtp, Complaints& complaints) {
  if (smtp.user.has_value() != smtp.password_file.has_value()) {
    complaints.about(smtp.user ? "/user" : "/password_file",
                     {"is of no use alone", "片方だけでは使えません"},
                     {"both user and password_file, or neither",
                      "user と password_file の両方、またはどちらもなし"});
  }
  const bool in_the_clear = smtp.security == TransportSecurity::none;
  if (smtp.user && in_the_clear && !is_loopback_host(smtp.host)) {
    complaints.about(
        "/user", {"would send the password unencrypted", "パスワードが平文で送られます"},
        {R"(security = "starttls" or "tls")", R"(security = "starttls" または "tls")"});
  }
}

ConfigSpec<SmtpSettings> smtp_spec() {
  return ConfigSpec<SmtpSettings>("The server that takes outgoing mail.")
      .may("host", &SmtpSettings::host, host(), "Its name or address.")
      .may("port", &SmtpSettings::port, integer<int>(1, 65535),
           "Its port, usually 25, 587 (starttls) or 465 (tls).")
      .may("security", &SmtpSettings::security, transport_security(),
           "Whether to encrypt; starttls never falls back to none.")
      .may("user", &SmtpSettings::user, text(), "hub@shop.example", "The name to log in with.")
      .may("password_file", &SmtpSettings::password_file, file_path(),
           "/etc/madoguchi/smtp.password", "The file whose first line is the password.")
      .may("ca_file", &SmtpSettings::ca_file, file_path(), "/etc/madoguchi/ca.pem",
           "The authorities to trust, in PEM, in place of the system's.")
      .may("helo", &SmtpSettings::helo, host(), "hub.shop.example",
           "The name to say in EHLO, in place of this machine's.")
      .rule(smtp_login_is_whole_and_safe);
}

bool is_day(std::string_view text) {
  return text.size() == 10 && text[4] == '-' && text[7] == '-' &&
         parse_rfc3339(std::string(text) + "T00:00:00Z").has_value();
}

void fetch_never_in_the_clear(const FetchSettings& fetch, Complaints& complaints) {
  if (fetch.security == TransportSecurity::none && !is_loopback_host(fetch.host)) {
    complaints.about("/security",
                     {"would send the password and the mails unencrypted",
                      "パスワードとメールが平文で送られます"},
                     {R"("starttls", "tls"; "none" only for a loopback host)",
                      R"("starttls"、"tls"。"none" はループバックのホストだけ)"});
  }
}

void fetch_has_a_login(const FetchSettings& fetch, Complaints& complaints) {
  if (fetch.password_file || fetch.oauth) return;
  complaints.about("/password_file", {"is missing", "指定されていません"},
                   {"password_file or oauth", "password_file または oauth"});
}

void fetch_moves_somewhere_else(const FetchSettings& fetch, Complaints& complaints) {
  if (fetch.after != AfterFetch::move) return;
  if (!fetch.move_to) {
    complaints.about("/move_to", {"is missing", "指定されていません"},
                     {"a folder for taken mails", "取得後の移動先フォルダー"});
  } else if (std::find(fetch.folders.begin(), fetch.folders.end(), *fetch.move_to) !=
             fetch.folders.end()) {
    complaints.about("/move_to",
                     {"is one of the folders that are fetched", "取得対象のフォルダーです"},
                     {"a folder that is not in folders", "folders にないフォルダー"});
  }
}

void pop3_has_no_folders(const FetchSettings& fetch, Complaints& complaints) {
  if (fetch.protocol != FetchProtocol::pop3) return;
  const Text why{"cannot be had by POP3", "POP3 では使えません"};
  if (fetch.folders != std::vector<std::string>{"INBOX"}) {
    complaints.about("/folders", why, {"leave it out", "指定しないこと"});
  }
  if (fetch.after == AfterFetch::move) {
    complaints.about("/after", why, {R"("leave", "delete")", R"("leave"、"delete")"});
  }
  if (is_day(fetch.first_run)) {
    complaints.about("/first_run", why, {R"("now", "everything")", R"("now"、"everything")"});
  }
}

ConfigSpec<OAuthSettings> oauth_spec() {
  return ConfigSpec<OAuthSettings>(
             "Signing in with OAuth 2.0 (XOAUTH2, OAUTHBEARER) in place of a password: Microsoft "
             "365, Gmail.")
      .must("token_url", &OAuthSettings::token_url,
            text_that({"an https URL", "https の URL"},
                      [](std::string_view url) {
                        return url.rfind("https://", 0) == 0 ||
                               url.rfind("http://127.0.0.1", 0) == 0 ||
                               url.rfind("http://localhost", 0) == 0;
                      }),
            "https://oauth2.googleapis.com/token", "Where access tokens are bought.")
      .must("client_id", &OAuthSettings::client_id, text(), "1234.apps.example",
            "The application's id.")
      .may("client_secret_file", &OAuthSettings::client_secret_file, file_path(),
           "/etc/madoguchi/oauth.secret",
           "The file whose first line is the application's secret, when it has one.")
      .must("refresh_token_file", &OAuthSettings::refresh_token_file, file_path(),
            "/etc/madoguchi/support.refresh",
            "The file whose first line is the refresh token. A newer one that the server hands out "
            "is kept sealed in the database until this file has another.")
      .may("scope", &OAuthSettings::scope, text(),
           "https://outlook.office.com/IMAP.AccessAsUser.All offline_access",
           "The scope to ask for.");
}

ConfigSpec<FetchSettings> fetch_spec() {
  return ConfigSpec<FetchSettings>(
             "Where the mailbox is fetched from; without it, mail comes by LMTP or the API.")
      .may("protocol", &FetchSettings::protocol,
           choice<FetchProtocol>({{"imap", FetchProtocol::imap}, {"pop3", FetchProtocol::pop3}}),
           "How to fetch.")
      .must("host", &FetchSettings::host, host(), "mail.shop.example", "The server.")
      .may("port", &FetchSettings::port, integer<int>(1, 65535), 993,
           "Its port, in place of the usual one of the protocol.")
      .may("security", &FetchSettings::security, transport_security(),
           "Whether to encrypt; starttls never falls back to none.")
      .must("user", &FetchSettings::user, text(), "support@shop.example",
            "The name to log in with.")
      .may("password_file", &FetchSettings::password_file, file_path(),
           "/etc/madoguchi/support.password",
           "The file whose first line is the password. This or oauth must be there; oauth comes "
           "first.")
      .may("ca_file", &FetchSettings::ca_file, file_path(), "/etc/madoguchi/ca.pem",
           "The authorities to trust, in PEM, in place of the system's.")
      .may("folders", &FetchSettings::folders, list(text(), 50),
           "The folders to fetch (IMAP); news from the first are known at once, from the others by "
           "the next poll.")
      .may("after", &FetchSettings::after,
           choice<AfterFetch>({{"leave", AfterFetch::leave},
                               {"move", AfterFetch::move},
                               {"delete", AfterFetch::remove}}),
           "What is done on the server with a mail that is durable here.")
      .may("move_to", &FetchSettings::move_to, text(), "Madoguchi",
           "The folder for taken mails; made when there is none.")
      .may("first_run", &FetchSettings::first_run,
           text_that({R"("now", "everything" or a day such as "2026-11-01")",
                      R"("now"、"everything" または "2026-11-01" のような日付)"},
                     [](std::string_view value) {
                       return value == "now" || value == "everything" || is_day(value);
                     }),
           "What to take of the mails that are there when the mailbox is connected: none, all of "
           "them as an archive that nothing answers by itself, or those since a day (IMAP).")
      .may("archive_status", &FetchSettings::archive_status,
           choice<ArchiveStatus>({{"new", ArchiveStatus::new_},
                                  {"open", ArchiveStatus::open},
                                  {"pending", ArchiveStatus::pending},
                                  {"resolved", ArchiveStatus::resolved},
                                  {"closed", ArchiveStatus::closed}}),
           "The status that cases of first_run = \"everything\" begin with.")
      .may("poll_interval", &FetchSettings::poll_interval, duration(1s, 1h),
           "How often to look for mail; an IMAP server that can tells of new mail at once.")
      .table("oauth", &FetchSettings::oauth, oauth_spec())
      .rule(fetch_never_in_the_clear)
      .rule(fetch_has_a_login)
      .rule(fetch_moves_somewhere_else)
      .rule(pop3_has_no_folders);
}

void auto_reply_says_something(const AutoReplySettings& reply, Complaints& complaints) {
  const auto says = [](const std::optional<std::string>& text) { return text && !text->empty(); };
  if (says(reply.ja) || says(reply.en)) return;
  complaints.about("/ja", {"says nothing, and neither does en", "en とともに空です"},
                   {"a text in ja, en or both", "ja または en の本文"});
}

ConfigSpec<AutoReplySettings> auto_reply_spec() {
  return ConfigSpec<AutoReplySettings>(
             "Answered at once when a person's mail opens a case: to each sender once a day at "
             "most, never to machines, lists or suspicious senders. Without this table nothing is.")
      .may("ja", &AutoReplySettings::ja, lines(),
           "お問い合わせを承りました。担当者より折り返しご連絡いたします。",
           "The text for mails in Japanese, and for all when there is no other.")
      .may("en", &AutoReplySettings::en, lines(),
           "We have received your message and will answer it soon.", "The text for other mails.")
      .rule(auto_reply_says_something);
}

void reply_address_fits(const MailboxSettings& mailbox, Complaints& complaints) {
  constexpr std::size_t kMost = kLongestLocalPart - kReplyTokenOctets;
  if (mailbox.address.local_part().size() <= kMost) return;
  complaints.about("/address",
                   {"is too long for reply addresses, which add a token before the @",
                    "返信用アドレスでは @ の前に識別子が付くため長すぎます"},
                   {fmt::format("at most {} octets before the @", kMost),
                    fmt::format("@ の前は {} オクテットまで", kMost)});
}

ConfigSpec<ThreadingSettings> threading_spec() {
  return ConfigSpec<ThreadingSettings>("How the mails of this mailbox find their cases.")
      .may("closed", &ThreadingSettings::closed,
           choice<ClosedCases>({{"reopen", ClosedCases::reopen},
                                {"new_case", ClosedCases::new_case},
                                {"new_case_after", ClosedCases::new_case_after}}),
           "What a further mail does to a closed case: reopen it, open a new one that is linked to "
           "it, or the latter once it has lain for closed_days.")
      .may("closed_days", &ThreadingSettings::closed_days, integer<int>(0, 3650),
           "The days of new_case_after, since the case changed last.")
      .may(
          "reused", &ThreadingSettings::reused,
          choice<ReusedMails>(
              {{"new_case", ReusedMails::new_case}, {"same_case", ReusedMails::same_case}}),
          "What a mail does that answers an old one under a new subject: a new case that is linked "
          "to the old one, or the same.")
      .may("reused_days", &ThreadingSettings::reused_days, integer<int>(1, 3650),
           "How long nothing must have happened for a mail to be an old one, in days.")
      .may("subject_tag", &ThreadingSettings::subject_tag, boolean(),
           "Whether replies carry their token in the subject too, for programs that keep nothing "
           "else.")
      .may("known_forms", &ThreadingSettings::known_forms, boolean(),
           "Whether mails of well-known inquiry forms are recognised without a [[mailbox.form]].")
      .may("order_numbers", &ThreadingSettings::order_numbers, list(text(60), 20),
           "How order numbers look, to be found anywhere in subject and text: # is a digit, ? a "
           "letter, * any letters and digits. Those behind a label are found without.")
      .may(
          "authserv_ids", &ThreadingSettings::authserv_ids, list(text(), 20),
          "The names under which your mail servers write Authentication-Results; results of others "
          "are not believed.")
      .may("trusted_hops", &ThreadingSettings::trusted_hops, integer<int>(0, 20),
           "How many Received headers your own mail servers put above such a result at most.");
}

ConfigSpec<FormSettings> form_spec() {
  const auto labels = [] { return list(text(60), 20); };
  return ConfigSpec<FormSettings>(
             "An inquiry form whose mails come to this mailbox; one such table each. The requester "
             "is taken from Reply-To and the labelled lines of the text.")
      .must("from", &FormSettings::from, text(320), "form@shop.example",
            "The sender's address, * for any characters.")
      .may("subject", &FormSettings::subject, text(), "*お問い合わせ*",
           "The subject, * for any characters.")
      .may("name", &FormSettings::name, labels(), "Labels of the name, beside the usual ones.")
      .may("kana", &FormSettings::kana, labels(), "Labels of its reading.")
      .may("address", &FormSettings::address, labels(), "Labels of the mail address.")
      .may("phone", &FormSettings::phone, labels(), "Labels of the telephone number.")
      .may("order_number", &FormSettings::order_number, labels(), "Labels of the order number.");
}

ConfigSpec<OutgoingSettings> outgoing_spec() {
  return ConfigSpec<OutgoingSettings>("How replies leave this mailbox.")
      .may("undo", &OutgoingSettings::undo, duration(0s, 10min),
           "How long each reply waits, so that it can be called back; whole seconds.")
      .may("approval_for", &OutgoingSettings::approval_for,
           list(choice<ReplyRole>({{"agent", ReplyRole::agent},
                                   {"supervisor", ReplyRole::supervisor},
                                   {"admin", ReplyRole::admin},
                                   {"integration", ReplyRole::integration}}),
                4),
           "The roles whose replies a supervisor approves before they go out.")
      .may("attachments", &OutgoingSettings::attachments, size({0}, {std::uint64_t{50} << 20U}),
           "How big all attachments of one reply may be together, before encoding.")
      .may("charset", &OutgoingSettings::charset,
           choice<ReplyCharset>(
               {{"utf_8", ReplyCharset::utf_8}, {"iso_2022_jp", ReplyCharset::iso_2022_jp}}),
           "What replies are written in: \"iso_2022_jp\" for old receivers, with UTF-8 where a "
           "character has no code in it.");
}

ConfigSpec<MailboxSettings> mailbox_spec() {
  return ConfigSpec<MailboxSettings>(
             "A mailbox of the shop; one such table each. They are read-only in the API; others "
             "can "
             "be added there.")
      .must("name", &MailboxSettings::name, plain_name(), "support",
            "What it is called in the API; keep it, cases refer to it.")
      .must("address", &MailboxSettings::address,
            parsed<EmailAddress>({"a mail address", "メールアドレス"}),
            EmailAddress::parse("support@shop.example").value(),
            "The address that customers write to and that replies come from.")
      .may("category", &MailboxSettings::category, text(100), "order",
           "The category that new cases of this mailbox get.")
      .may("signature", &MailboxSettings::signature, lines(),
           "What is put under replies from this mailbox.")
      .table("auto_reply", &MailboxSettings::auto_reply, auto_reply_spec())
      .table("fetch", &MailboxSettings::fetch, fetch_spec())
      .table("threading", &MailboxSettings::threading, threading_spec())
      .table("outgoing", &MailboxSettings::outgoing, outgoing_spec())
      .tables("form", &MailboxSettings::forms, form_spec())
      .rule(reply_address_fits);
}

void mailboxes_are_distinct(const Configuration& configuration, Complaints& complaints) {
  std::map<std::string, std::size_t> names;
  std::map<std::string, std::size_t> addresses;
  for (std::size_t i = 0; i < configuration.mailboxes.size(); ++i) {
    const MailboxSettings& mailbox = configuration.mailboxes[i];
    if (!names.emplace(mailbox.name, i).second) {
      complaints.about(fmt::format("/mailbox/{}/name", i),
                       {"is the name of another mailbox too", "他のメールボックスと同じ名前です"},
                       {"a name of its own", "重複しない名前"});
    }
    if (!addresses.emplace(mailbox.address.key(), i).second) {
      complaints.about(
          fmt::format("/mailbox/{}/address", i),
          {"is the address of another mailbox too", "他のメールボックスと同じアドレスです"},
          {"an address of its own", "重複しないアドレス"});
    }
  }
}

void webhooks_are_distinct(const Configuration& configuration, Complaints& complaints) {
  std::map<std::string, std::size_t> names;
  for (std::size_t i = 0; i < configuration.webhooks.size(); ++i) {
    const WebhookSettings& hook = configuration.webhooks[i];
    if (!names.emplace(hook.name, i).second) {
      complaints.about(fmt::format("/webhook/{}/name", i),
                       {"is the name of another webhook too", "他の webhook と同じ名前です"},
                       {"a name of its own", "重複しない名前"});
    }
  }
}

void scanner_has_a_place(const ScannerSettings& scanner, Complaints& complaints) {
  if (scanner.address.is_unix() || scanner.address.port() != 0) return;
  complaints.about("/address", {"has no port", "ポートがありません"},
                   {R"("unix:/PATH" or "HOST:PORT")", R"("unix:/PATH" または "HOST:PORT")"});
}

ConfigSpec<ScannerSettings> scanner_spec() {
  return ConfigSpec<ScannerSettings>(
             "ClamAV's daemon, which looks at the attachments of mails and at the files that "
             "agents "
             "send. Set AlertExceedsMax in clamd.conf, so that what is over its limits is not "
             "taken "
             "for clean. Without this table nothing is scanned. Read at start.")
      .must("address", &ScannerSettings::address, listen_address(),
            ListenAddress::parse("unix:/run/clamav/clamd.ctl").value(),
            "Where clamd listens; over TCP contents go unencrypted.")
      .may("max_size", &ScannerSettings::max_size,
           size({std::uint64_t{1} << 20U}, {std::uint64_t{1} << 30U}),
           "What is bigger is not scanned; as StreamMaxLength in clamd.conf.")
      .may("timeout", &ScannerSettings::timeout, duration(1s, 30min),
           "How long one content may take.")
      .rule(scanner_has_a_place);
}

ConfigSpec<LogSettings> log_spec() {
  return ConfigSpec<LogSettings>("The log: JSON lines on standard error.")
      .may("level", &LogSettings::level,
           choice<LogLevel>({{"debug", LogLevel::debug},
                             {"info", LogLevel::info},
                             {"warning", LogLevel::warning},
                             {"error", LogLevel::error}}),
           "From which level on lines are written.");
}

}  // namespace

ConfigSpec<Configuration> configuration_spec() {
  return ConfigSpec<Configuration>(
             "Every option of madoguchid, written by the program. What stands behind \"#\" alone "
             "is "
             "the default; what is not commented out must be set.")
      .table("http", &Configuration::http, http_spec())
      .table("control", &Configuration::control,
             ConfigSpec<ControlSettings>("How subcommands reach the running daemon.")
                 .may("socket", &ControlSettings::socket, socket_path(),
                      "The unix socket; only the daemon's user may open it."))
      .table(
          "database", &Configuration::database,
          ConfigSpec<DatabaseSettings>("Where everything is kept.")
              .may("url", &DatabaseSettings::url,
                   parsed<DatabaseUrl>(
                       {"\"sqlite:///PATH\" or \"postgresql://USER@HOST/DB\", without a password "
                        "(name a file by ?passfile=/PATH)",
                        "\"sqlite:///PATH\" または \"postgresql://USER@HOST/DB\"（パスワードは"
                        "書かず ?passfile=/PATH で指定）"}),
                   "The database; an SQLite file belongs to one daemon, PostgreSQL may have "
                   "several.")
              .may("connections", &DatabaseSettings::connections, integer<int>(1, 256),
                   "How many connections read at once (SQLite), or there are in all (PostgreSQL)."))
      .table("storage", &Configuration::storage,
             ConfigSpec<StorageSettings>("Files of the daemon.")
                 .may("data_dir", &StorageSettings::data_dir, file_path(),
                      "The spool, and with SQLite the blobs over 64 KiB."))
      .table("net", &Configuration::net, net_spec())
      .table("secrets", &Configuration::secrets,
             ConfigSpec<SecretsSettings>("The master keys that seal secrets and mails at rest.")
                 .may("key_file", &SecretsSettings::key_file, file_path(),
                      "The key file; a systemd credential named master.key comes before it."))
      .table("lmtp", &Configuration::lmtp,
             ConfigSpec<LmtpSettings>("Where a mail server hands in mail.")
                 .may("listen", &LmtpSettings::listen, listen_address(),
                      "The address to listen on; whoever reaches it can hand in mail."))
      .table("smtp", &Configuration::smtp, smtp_spec())
      .tables("mailbox", &Configuration::mailboxes, mailbox_spec())
      .tables("webhook", &Configuration::webhooks, webhook_spec())
      .table("scanner", &Configuration::scanner, scanner_spec())
      .table("audit", &Configuration::audit,
             ConfigSpec<AuditSettings>("The change history, which is sealed against tampering.")
                 .may("checkpoint_file", &AuditSettings::checkpoint_file, file_path(),
                      "/var/log/madoguchi/audit.jsonl",
                      "A file to which each signature is appended: best one that whoever can "
                      "change the database cannot change. They go to the log in any case. Read at "
                      "start."))
      .table("sign_in", &Configuration::sign_in, sign_in_spec())
      .tables("oidc", &Configuration::oidc, oidc_spec())
      .table("log", &Configuration::log, log_spec())
      .table("limits", &Configuration::limits,
             ConfigSpec<LimitSettings>("Limits that protect the daemon.")
                 .may("message_size", &LimitSettings::message_size,
                      size({std::uint64_t{1} << 20U}, {std::uint64_t{50} << 20U}),
                      "The biggest mail that is taken, before decoding."))
      .rule(mailboxes_are_distinct)
      .rule(webhooks_are_distinct)
      .rule(providers_are_distinct);
}

}  // namespace madoguchi::config
