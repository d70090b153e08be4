// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/connector/connector_type.h"

namespace madoguchi::connectors::mail_intake {

enum class Protocol { imap, pop3 };

enum class Security {
  none,      ///< in the clear: a server on this machine
  starttls,  ///< refused when the server does not offer it
  tls,       ///< from the first byte (RFC 8314)
};

/// What is done on the server with a mail that is stored here.
enum class After { leave, move, remove };

/// What is taken of the mails that lie there when the account is connected.
enum class FirstRun { nothing, since, everything };

/// Signing in with OAuth 2.0 (RFC 6749, section 6): the refresh token buys access tokens.
struct OAuth {
  std::string token_url;
  std::string client_id;
  std::string scope;  ///< may be empty
  Secret client_secret = {};
  Secret refresh_token = {};
};

struct Options {
  Protocol protocol = Protocol::imap;
  std::string host = {};  ///< a name or an address, IPv6 without brackets
  int port = 993;
  Security security = Security::tls;
  std::string user = {};
  Secret password = {};  ///< without `oauth`
  std::optional<OAuth> oauth = std::nullopt;
  std::string ca_file = {};                      ///< PEM, in place of the system's authorities
  std::vector<std::string> folders = {"INBOX"};  ///< UTF-8; IMAP only
  After after = After::leave;
  std::string move_to = {};  ///< UTF-8
  FirstRun first_run = FirstRun::nothing;
  std::string since = {};  ///< "2026-11-01", days as the server counts them; IMAP only
  std::int64_t max_mail = std::int64_t{50} << 20U;  ///< octets; longer ones are cut
  std::chrono::seconds connect_timeout{30};
};

[[nodiscard]] const std::vector<connector::OptionSpec>& option_specs();
/// What is wrong beyond single values.
[[nodiscard]] std::vector<FieldError> validate(const connector::Settings& settings);
/// From settings that were checked.
[[nodiscard]] Options read_options(const connector::Settings& settings);

}  // namespace madoguchi::connectors::mail_intake
