// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "connectors/smtp/options.h"
#include "connectors/smtp/transfer.h"
#include "core/base/guarded.h"
#include "core/connector/connector.h"
#include "core/connector/mail_sender.h"

namespace madoguchi::connectors::smtp {

/// Sends mails to one server. Each call takes an idle connection or makes one, so there are as many
/// as there were calls at once; a few are kept. What the outcomes mean: dialogue.h.
class Sender final : public connector::MailSender {
 public:
  /// `clock` outlives the sender.
  Sender(Options options, const Clock& clock);

  connector::SendReport send(const connector::Envelope& envelope, std::string_view raw,
                             const connector::CallOptions& call) override;

  [[nodiscard]] connector::Health probe(const connector::CallOptions& call);

 private:
  std::unique_ptr<Line> take();
  void give_back(std::unique_ptr<Line> line);

  const Options options_;
  const Clock& clock_;
  Guarded<std::vector<std::unique_ptr<Line>>> idle_;
};

}  // namespace madoguchi::connectors::smtp
