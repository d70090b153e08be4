// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "core/connector/connector_type.h"

namespace madoguchi::connectors::mail_webhook {

enum class Provider { mailgun, sendgrid, postmark, ses };

struct Options {
  Provider provider = Provider::mailgun;
  Secret key = {};        ///< Mailgun's signing key; SendGrid's public key, empty: it signs nothing
  std::string user = {};  ///< of Basic auth (Postmark); empty: none is asked for
  Secret password = {};
  std::vector<std::string> topics = {};  ///< the SNS topics to listen to
  std::chrono::seconds max_age{259'200};
  std::string signature_header = {};  ///< SendGrid
  std::string timestamp_header = {};
  std::string sns_host = {};  ///< "host:port" in place of sns.REGION.amazonaws.com
  std::string ca_file = {};   ///< PEM: who vouches for that host, in place of the system's
  /// PEM, the text itself: who has to have issued the certificates that SNS signs with; empty:
  /// whatever comes from its host is believed.
  std::string signing_authorities = {};
};

[[nodiscard]] const std::vector<connector::OptionSpec>& option_specs();
/// What is wrong beyond single values.
[[nodiscard]] std::vector<FieldError> validate(const connector::Settings& settings);
/// From settings that were checked.
[[nodiscard]] Options read_options(const connector::Settings& settings);

}  // namespace madoguchi::connectors::mail_webhook
