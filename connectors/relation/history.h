// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/relation/client.h"
#include "connectors/relation/cursor.h"
#include "core/connector/mail_history.h"

namespace madoguchi::connectors::relation {

/// Messages by walking through tickets in the order of their changes: Re:lation has no search by
/// address, no webhooks, and one request a ticket. The past comes newest first, so that what is
/// likely to be looked at comes first; what changes meanwhile comes in between.
class History final : public connector::MailHistorySource {
 public:
  History(const Options& options, const Client& client) : options_(options), client_(client) {}

  Result<connector::MailHistoryPage> pull(const connector::Pull& pull,
                                          const connector::CallOptions& call) override;

 private:
  struct Walk;  ///< one call of pull()
  enum class Step { went, nothing_left };

  [[nodiscard]] Result<Step> step(Walk& walk, const connector::CallOptions& call) const;
  [[nodiscard]] Result<void> begin(Walk& walk, const connector::CallOptions& call) const;
  [[nodiscard]] Result<void> list(Walk& walk, Sweep& sweep,
                                  const connector::CallOptions& call) const;
  [[nodiscard]] Result<void> bring(Walk& walk, Sweep& sweep,
                                   const connector::CallOptions& call) const;

  const Options& options_;
  const Client& client_;
};

}  // namespace madoguchi::connectors::relation
