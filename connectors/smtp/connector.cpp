// SPDX-License-Identifier: Apache-2.0
#include "connectors/smtp/connector.h"

#include "connectors/smtp/options.h"
#include "connectors/smtp/sender.h"

namespace madoguchi::connectors::smtp {
namespace {

class Smtp final : public connector::Connector {
 public:
  Smtp(Options options, const Clock& clock) : sender_(std::move(options), clock) {}

  connector::Capabilities capabilities() noexcept override { return {.mail_sender = &sender_}; }

  connector::Health probe(const connector::CallOptions& call) override {
    return sender_.probe(call);
  }

 private:
  Sender sender_;
};

}  // namespace

const connector::ConnectorType& type() {
  static const connector::ConnectorType kType = {
      .name = "smtp",
      .summary = {"Sends mail through a mail server (SMTP submission).",
                  "メールサーバー経由でメールを送信します（SMTP）。"},
      .status = connector::Status::stable,
      .capabilities = {connector::Capability::mail_sender},
      .options = option_specs(),
      .validate = validate,
      .create = [](const connector::Settings& settings,
                   const connector::Host& host) -> std::unique_ptr<connector::Connector> {
        return std::make_unique<Smtp>(read_options(settings), host.clock);
      }};
  return kType;
}

}  // namespace madoguchi::connectors::smtp
