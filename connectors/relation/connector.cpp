// SPDX-License-Identifier: Apache-2.0
#include "connectors/relation/connector.h"

#include <stdexcept>

#include "connectors/relation/history.h"
#include "connectors/relation/writer.h"

namespace madoguchi::connectors::relation {
namespace {

const connector::Host& with_way_out(const connector::Host& host) {
  if (host.http == nullptr) throw std::logic_error("an account of Re:lation needs a way out");
  return host;
}

class Relation final : public connector::Connector {
 public:
  Relation(Options options, const connector::Host& host)
      : options_(std::move(options)), client_(options_, with_way_out(host)) {}

  connector::Capabilities capabilities() noexcept override {
    return {.mail_history = &history_, .tickets = &writer_};
  }

  connector::Health probe(const connector::CallOptions& call) override {
    const Result<json::Value> boxes = client_.get("/message_boxes", {}, call);
    if (!boxes) return {connector::HealthState::failing, boxes.error().describe()};
    const auto read = read_boxes(*boxes);
    if (!read) return {connector::HealthState::failing, read.error().describe()};
    return {connector::HealthState::ok, std::to_string(read->size()) + " message boxes"};
  }

 private:
  const Options options_;
  const Client client_;
  History history_{options_, client_};
  Writer writer_{options_, client_};
};

}  // namespace

const connector::ConnectorType& type() {
  static const connector::ConnectorType kType = {
      .name = "relation",
      .summary = {"Re:lation: its tickets' messages in the customer's history.",
                  "Re:lation のチケットのメールを顧客の履歴に表示します。"},
      .status = connector::Status::alpha,
      .provisional =
          {"Not documented by the vendor: that lists of tickets go by the time of the last change, "
           "the address of a ticket's page, names of ids of labels. A ticket that is deleted for "
           "good over there is not noticed. There are no webhooks.",
           "提供元の資料にない点: チケット一覧の期間指定が最終更新日時によること、チケット画面の "
           "URL、ラベル ID の項目名。Re:lation で完全に削除されたチケットは検知できません。"
           "Webhook はありません。"},
      .capabilities = {connector::Capability::mail_history, connector::Capability::tickets},
      .options = option_specs(),
      .pace = {.poll_every = std::chrono::seconds(120), .requests = 60, .concurrency = 2},
      .validate = validate,
      .create = [](const connector::Settings& settings,
                   const connector::Host& host) -> std::unique_ptr<connector::Connector> {
        return std::make_unique<Relation>(read_options(settings), host);
      }};
  return kType;
}

}  // namespace madoguchi::connectors::relation
