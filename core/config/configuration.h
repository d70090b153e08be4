// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/email_address.h"
#include "core/base/result.h"
#include "core/config/codec.h"
#include "core/config/database_url.h"
#include "core/config/listen_address.h"

/// What the daemon is told by its file: plain values, read once, immutable afterwards. Secrets are
/// never in it: it names the files they are in. What each option means stands beside its
/// declaration in configuration_spec.cpp, from which config/madoguchi.reference.toml is written.
namespace madoguchi::config {

struct HttpSettings {
  ListenAddress listen = ListenAddress::parse("127.0.0.1:8080").value();
  std::optional<std::filesystem::path> tls_certificate;
  std::optional<std::filesystem::path> tls_key;
  std::optional<std::string> public_url;  ///< without a slash at the end
  std::vector<std::string> trusted_proxies;
  int workers = 8;
  int max_connections = 4096;
  int max_connections_per_address = 256;
  std::chrono::milliseconds header_deadline{10'000};
  std::chrono::milliseconds body_deadline{120'000};
  std::chrono::milliseconds write_deadline{60'000};
  std::chrono::milliseconds idle_deadline{75'000};
};

struct ControlSettings {
  std::filesystem::path socket = "/run/madoguchi/control.sock";
};

struct DatabaseSettings {
  DatabaseUrl url = DatabaseUrl::parse("sqlite:///var/lib/madoguchi/madoguchi.db").value();
  int connections = 4;
};

struct StorageSettings {
  std::filesystem::path data_dir = "/var/lib/madoguchi";
};

/// Whose answer to "where is this name?" counts.
enum class ProxyNames { hub, proxy };

struct ProxySettings {
  std::string host;
  int port = 3128;
  std::optional<std::filesystem::path> credentials_file;
  ProxyNames names = ProxyNames::hub;
};

struct NetSettings {
  std::vector<std::string> trusted;
  std::optional<std::filesystem::path> ca_file;
  std::optional<ProxySettings> proxy;
  std::optional<std::filesystem::path> record_folder;
};

struct SecretsSettings {
  std::filesystem::path key_file = "/etc/madoguchi/master.key";
};

struct LmtpSettings {
  ListenAddress listen = ListenAddress::parse("127.0.0.1:2424").value();
};

enum class TransportSecurity { none, starttls, tls };

struct SmtpSettings {
  std::string host = "127.0.0.1";
  int port = 25;
  TransportSecurity security = TransportSecurity::none;
  std::optional<std::string> user;
  std::optional<std::filesystem::path> password_file;
  std::optional<std::filesystem::path> ca_file;
  std::optional<std::string> helo;
};

enum class FetchProtocol { imap, pop3 };

/// What is done on the server with a mail that was taken.
enum class AfterFetch { leave, move, remove };
/// How the cases of an imported archive begin.
enum class ArchiveStatus { new_, open, pending, resolved, closed };

/// Signing in with OAuth 2.0: the refresh token buys access tokens.
struct OAuthSettings {
  std::string token_url;
  std::string client_id;
  std::optional<std::filesystem::path> client_secret_file;
  std::filesystem::path refresh_token_file;
  std::optional<std::string> scope;
};

struct FetchSettings {
  FetchProtocol protocol = FetchProtocol::imap;
  std::string host;
  std::optional<int> port;
  TransportSecurity security = TransportSecurity::tls;
  std::string user;
  std::optional<std::filesystem::path> password_file;
  std::optional<OAuthSettings> oauth;
  std::optional<std::filesystem::path> ca_file;
  std::vector<std::string> folders = {"INBOX"};
  AfterFetch after = AfterFetch::leave;
  std::optional<std::string> move_to;
  std::string first_run = "now";  ///< or "everything", or a day: "2026-11-01"
  ArchiveStatus archive_status = ArchiveStatus::closed;
  std::chrono::milliseconds poll_interval{60'000};

  /// `port`, or the one the protocol has for this security (RFC 8314).
  [[nodiscard]] int effective_port() const;
};

/// What a further mail does to a closed case.
enum class ClosedCases { reopen, new_case, new_case_after };
/// What a mail does that answers an old one under a new subject, long after.
enum class ReusedMails { new_case, same_case };

/// How the mails of one mailbox find their cases.
struct ThreadingSettings {
  ClosedCases closed = ClosedCases::reopen;
  int closed_days = 30;
  ReusedMails reused = ReusedMails::new_case;
  int reused_days = 30;
  bool subject_tag = false;
  bool known_forms = true;
  std::vector<std::string> order_numbers;
  std::vector<std::string> authserv_ids;
  int trusted_hops = 2;
};

/// One inquiry form whose mails come to a mailbox.
struct FormSettings {
  std::string from;
  std::optional<std::string> subject;
  std::vector<std::string> name;
  std::vector<std::string> kana;
  std::vector<std::string> address;
  std::vector<std::string> phone;
  std::vector<std::string> order_number;
};

/// What a mailbox answers by itself, per language.
struct AutoReplySettings {
  std::optional<std::string> ja;
  std::optional<std::string> en;
};

enum class ReplyCharset { utf_8, iso_2022_jp };
enum class ReplyRole { agent, supervisor, admin, integration };

/// How replies leave a mailbox.
struct OutgoingSettings {
  std::chrono::milliseconds undo{0};
  std::vector<ReplyRole> approval_for;
  ByteSize attachments{std::uint64_t{20} << 20U};
  ReplyCharset charset = ReplyCharset::utf_8;
};

struct MailboxSettings {
  std::string name;
  EmailAddress address;
  std::optional<std::string> category;
  std::string signature;
  std::optional<AutoReplySettings> auto_reply;
  std::optional<FetchSettings> fetch;
  ThreadingSettings threading;
  std::vector<FormSettings> forms;
  OutgoingSettings outgoing;
};

enum class WebhookProvider { mailgun, sendgrid, postmark, ses };

/// A provider that hands mails in at /hooks/NAME/SECRET.
struct WebhookSettings {
  std::string name;
  WebhookProvider provider = WebhookProvider::mailgun;
  std::filesystem::path secret_file;
  std::optional<std::string> mailbox;
  std::vector<std::string> from;
  std::optional<std::filesystem::path> key_file;
  std::optional<std::string> user;
  std::optional<std::filesystem::path> password_file;
  std::vector<std::string> topics;
  std::chrono::milliseconds max_age{std::chrono::hours{72}};
  std::string signature_header = "X-Twilio-Email-Event-Webhook-Signature";
  std::string timestamp_header = "X-Twilio-Email-Event-Webhook-Timestamp";
  std::optional<std::string> sns_host;
  std::optional<std::filesystem::path> ca_file;
  std::optional<std::filesystem::path> signing_ca_file;
};

/// Roles of people.
enum class PersonRole { viewer, agent, supervisor, admin };

/// How people sign in.
struct SignInSettings {
  std::vector<PersonRole> second_factor_for;
};

enum class OidcAlgorithm { rs256, rs384, rs512, ps256, ps384, ps512, es256, es384, es512, eddsa };

/// A role that a value of the claim `role_claim` gives.
struct OidcRoleSettings {
  std::string value;
  PersonRole role = PersonRole::agent;
};

/// A provider that people sign in by (OpenID Connect).
struct OidcSettings {
  std::string name;
  std::string label;
  std::string issuer;
  std::string client_id;
  std::optional<std::filesystem::path> client_secret_file;
  std::vector<std::string> scopes = {"openid", "email", "profile"};
  std::vector<OidcAlgorithm> algorithms = {OidcAlgorithm::rs256};
  std::vector<std::string> create_domains;
  PersonRole create_role = PersonRole::agent;
  std::string role_claim = "groups";
  std::vector<OidcRoleSettings> roles;
};

enum class LogLevel { debug, info, warning, error };

struct LogSettings {
  LogLevel level = LogLevel::info;
};

struct LimitSettings {
  ByteSize message_size{std::uint64_t{50} << 20U};
};

/// The scanner that looks for malware in attachments.
struct ScannerSettings {
  ListenAddress address;
  ByteSize max_size{std::uint64_t{25} << 20U};
  std::chrono::milliseconds timeout{120'000};
};

/// Where signatures of the change history are kept besides the log and the database.
struct AuditSettings {
  std::optional<std::filesystem::path> checkpoint_file;
};

struct Configuration {
  HttpSettings http;
  ControlSettings control;
  DatabaseSettings database;
  StorageSettings storage;
  NetSettings net;
  SecretsSettings secrets;
  LmtpSettings lmtp;
  SmtpSettings smtp;
  std::vector<MailboxSettings> mailboxes;
  std::vector<WebhookSettings> webhooks;
  std::optional<ScannerSettings> scanner;
  AuditSettings audit;
  SignInSettings sign_in;
  std::vector<OidcSettings> oidc;
  LogSettings log;
  LimitSettings limits;
};

/// What a reply address adds to a mailbox's local part: "+c." SEQUENCE "." MAC, with 13 and 16
/// characters. The whole has to stay within the 64 octets of RFC 5321, section 4.5.3.1.1.
inline constexpr std::size_t kReplyTokenOctets = 3 + 13 + 1 + 16;
inline constexpr std::size_t kLongestLocalPart = 64;

/// Reads and checks the whole file. Does no I/O beyond reading it: that hosts answer and files
/// exist is `doctor`'s business. Fails with `not_found` when it cannot be read, else as parse does.
[[nodiscard]] Result<Configuration> load_configuration(const std::filesystem::path& file);

/// The same of a text. `invalid`, with every mistake of the file as problem.h says: `detail` has
/// the lines for a terminal.
[[nodiscard]] Result<Configuration> parse_configuration(std::string_view text,
                                                        std::string_view file_name);

/// config/madoguchi.reference.toml.
[[nodiscard]] std::string configuration_reference();

}  // namespace madoguchi::config
