// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/mail_intake/cursor.h"
#include "connectors/mail_intake/oauth.h"
#include "connectors/mail_intake/pop3.h"
#include "core/connector/mail_intake.h"

namespace madoguchi::connectors::mail_intake {

/// Short forms of UIDLs, as UidlCursor keeps them. 72 bits: among a million mails two are mistaken
/// for each other once in ten billion mailboxes.
using ShortUids = std::set<std::string>;
inline constexpr std::size_t kShortUid = 9;

[[nodiscard]] std::string short_uid(std::string_view uidl);
[[nodiscard]] ShortUids short_uids(const std::string& text);
[[nodiscard]] std::string to_text(const ShortUids& uids);

/// Mails of a POP3 maildrop, told by UIDL. What is no longer on the server is forgotten. A maildrop
/// is locked while somebody is signed in, so no connection outlives a call.
class Pop3Intake final : public connector::MailIntake {
 public:
  /// All outlive it.
  Pop3Intake(const Options& options, Tokens& tokens, const Clock& clock)
      : options_(options), tokens_(tokens), clock_(clock) {}

  Result<connector::MailBatch> fetch(const std::string& cursor,
                                     const connector::CallOptions& call) override;
  Result<std::string> acknowledge(const std::string& cursor,
                                  const connector::CallOptions& call) override;

  [[nodiscard]] Result<void> probe(const connector::CallOptions& call);

 private:
  struct State;
  [[nodiscard]] Result<std::unique_ptr<Pop3>> connect(const connector::CallOptions& call);
  Result<void> take(Pop3& pop3, const Pop3Mail& mail, State& state, connector::MailBatch& batch,
                    const connector::CallOptions& call);

  const Options& options_;
  Tokens& tokens_;
  const Clock& clock_;
};

}  // namespace madoguchi::connectors::mail_intake
