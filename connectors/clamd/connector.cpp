// SPDX-License-Identifier: Apache-2.0
#include "connectors/clamd/connector.h"

#include "connectors/clamd/options.h"
#include "connectors/clamd/scanner.h"

namespace madoguchi::connectors::clamd {
namespace {

class Clamd final : public connector::Connector {
 public:
  Clamd(Options options, const Clock& clock) : scanner_(std::move(options), clock) {}

  connector::Capabilities capabilities() noexcept override {
    return {.content_scanner = &scanner_};
  }

  connector::Health probe(const connector::CallOptions& call) override {
    return scanner_.probe(call);
  }

 private:
  Scanner scanner_;
};

}  // namespace

const connector::ConnectorType& type() {
  static const connector::ConnectorType kType = {
      .name = "clamd",
      .summary = {"Looks for malware in attachments by ClamAV's daemon.",
                  "ClamAV のデーモンで添付ファイルのマルウェアを検査します。"},
      .status = connector::Status::stable,
      .capabilities = {connector::Capability::content_scanner},
      .options = option_specs(),
      .validate = validate,
      .create = [](const connector::Settings& settings,
                   const connector::Host& host) -> std::unique_ptr<connector::Connector> {
        return std::make_unique<Clamd>(read_options(settings), host.clock);
      }};
  return kType;
}

}  // namespace madoguchi::connectors::clamd
