// SPDX-License-Identifier: Apache-2.0
#include "connectors/mail_intake/connector.h"

#include <stdexcept>

#include "connectors/mail_intake/imap_intake.h"
#include "connectors/mail_intake/options.h"
#include "connectors/mail_intake/pop3_intake.h"

namespace madoguchi::connectors::mail_intake {
namespace {

using connector::CallOptions;
using connector::Capabilities;
using connector::Health;
using connector::HealthState;

const net::HttpClient& way_out(const connector::Host& host) {
  if (host.http == nullptr) throw std::logic_error("a mailbox needs a way out for its tokens");
  return *host.http;
}

/// An account of either protocol.
template <class Intake>
class Account final : public connector::Connector {
 public:
  Account(Options options, const connector::Host& host)
      : options_(std::move(options)),
        tokens_(options_, host.clock, way_out(host)),
        intake_(options_, tokens_, host.clock) {}

  Capabilities capabilities() noexcept override {
    Capabilities can;
    can.mail_intake = &intake_;
    if constexpr (std::is_base_of_v<connector::Watcher, Intake>) can.watcher = &intake_;
    return can;
  }

  Health probe(const CallOptions& call) override {
    const Result<void> good = intake_.probe(call);
    if (good) return {};
    return {HealthState::failing, good.error().detail};
  }

 private:
  const Options options_;
  Tokens tokens_;
  Intake intake_;
};

std::unique_ptr<connector::Connector> create(const connector::Settings& settings,
                                             const connector::Host& host) {
  Options options = read_options(settings);
  if (options.protocol == Protocol::pop3) {
    return std::make_unique<Account<Pop3Intake>>(std::move(options), host);
  }
  return std::make_unique<Account<ImapIntake>>(std::move(options), host);
}

}  // namespace

const connector::ConnectorType& type() {
  static const connector::ConnectorType kType = {
      .name = "mail_intake",
      .summary = {"Fetches mail from a mailbox (IMAP, POP3).",
                  "メールボックスからメールを取得します（IMAP、POP3）。"},
      .status = connector::Status::stable,
      .capabilities = {connector::Capability::mail_intake, connector::Capability::watcher},
      .options = option_specs(),
      .validate = validate,
      .create = create,
  };
  return kType;
}

}  // namespace madoguchi::connectors::mail_intake
