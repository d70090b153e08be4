// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/relation/client.h"
#include "core/connector/ticket_writer.h"

namespace madoguchi::connectors::relation {

/// Writes into tickets. Re:lation knows no idempotency key: what is `unknown` has to be looked for
/// before it is written again. Statuses are its own words (status_cd).
class Writer final : public connector::TicketWriter {
 public:
  Writer(const Options& options, const Client& client) : options_(options), client_(client) {}

  connector::WriteReport reply(const connector::ThreadReply& reply,
                               const connector::CallOptions& call) override;
  connector::WriteReport draft(const connector::ThreadReply& reply,
                               const connector::CallOptions& call) override;
  connector::WriteReport record(const connector::ThreadRecord& record,
                                const connector::CallOptions& call) override;
  Result<std::optional<std::string>> find(const connector::WrittenMessage& message,
                                          const connector::CallOptions& call) override;
  connector::WriteReport change(const connector::ThreadChange& change,
                                const connector::CallOptions& call) override;

 private:
  [[nodiscard]] connector::WriteReport mail(const char* path, const connector::ThreadReply& reply,
                                            const connector::CallOptions& call) const;
  [[nodiscard]] Result<std::int64_t> mail_account(std::int64_t box,
                                                  const connector::CallOptions& call) const;
  /// The ticket's labels with the change's in and out.
  [[nodiscard]] Result<json::Value> merged_labels(std::int64_t box, std::int64_t ticket,
                                                  const connector::ThreadChange& change,
                                                  const connector::CallOptions& call) const;

  const Options& options_;
  const Client& client_;
};

}  // namespace madoguchi::connectors::relation
