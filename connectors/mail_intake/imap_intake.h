// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "connectors/mail_intake/cursor.h"
#include "connectors/mail_intake/imap.h"
#include "connectors/mail_intake/oauth.h"
#include "core/base/guarded.h"
#include "core/connector/connector.h"
#include "core/connector/mail_intake.h"
#include "core/connector/watcher.h"

namespace madoguchi::connectors::mail_intake {

/// Mails of some folders of one IMAP account. What was taken is told by UIDVALIDITY and UID alone,
/// never by flags or dates. When UIDs have lost their meaning (another UIDVALIDITY, a UIDNEXT that
/// went back, another mail where a taken one was) the folder is listed anew, and the hub finds out
/// which of its mails it has. A connection is kept between calls. Watching takes a connection for
/// each of the first folders, as many as the server allows; the others wait for the poll.
class ImapIntake final : public connector::MailIntake, public connector::Watcher {
 public:
  /// All outlive it.
  ImapIntake(const Options& options, Tokens& tokens, const Clock& clock)
      : options_(options), tokens_(tokens), clock_(clock) {}

  Result<connector::MailBatch> fetch(const std::string& cursor,
                                     const connector::CallOptions& call) override;
  Result<std::string> acknowledge(const std::string& cursor,
                                  const connector::CallOptions& call) override;
  Result<connector::Watched> wait(const std::stop_token& stop) override;

  [[nodiscard]] Result<void> probe(const connector::CallOptions& call);

 private:
  using CallOptions = connector::CallOptions;
  /// Mails that were listed and not fetched yet.
  struct Waiting {
    std::int64_t uid_validity = 0;
    std::vector<std::uint32_t> uids;
  };
  struct Session {
    std::unique_ptr<Imap> imap;
    std::string selected;
    std::map<std::string, Waiting> waiting;
    std::size_t turn = 0;  ///< the folder to begin with, so that a full one holds up no other
  };
  using Work = std::function<Result<void>(Session&)>;

  [[nodiscard]] Result<std::unique_ptr<Imap>> connect(const CallOptions& call);
  /// Runs `work` on the kept connection, and once more on a new one when that has died meanwhile.
  [[nodiscard]] Result<void> with_session(const CallOptions& call, const Work& work);
  Result<void> look(Session& session, Cursor& cursor, connector::MailBatch& batch,
                    const CallOptions& call);
  Result<void> look_into(Session& session, FolderCursor& at, connector::MailBatch& batch,
                         const CallOptions& call);
  Result<void> enter(Session& session, FolderCursor& at, const CallOptions& call);
  Result<bool> has_lost_meaning(Imap& imap, const FolderCursor& at, const ImapFolder& folder,
                                const CallOptions& call);
  Result<std::vector<std::uint32_t>> list(Imap& imap, const FolderCursor& at,
                                          const CallOptions& call);
  /// Fetches some of the described mails; those up to the returned UID are dealt with.
  Result<std::uint32_t> take(Imap& imap, FolderCursor& at,
                             const std::vector<ImapFetched>& described, connector::MailBatch& batch,
                             const CallOptions& call);
  Result<void> take_alone(Imap& imap, FolderCursor& at, const ImapFetched& mail,
                          connector::MailBatch& batch, const CallOptions& call);
  void keep(FolderCursor& at, const ImapFetched& described, std::string body, bool is_cut,
            connector::MailBatch& batch) const;
  [[nodiscard]] bool is_old(const FolderCursor& at, const ImapFetched& mail) const;
  [[nodiscard]] bool is_wanted(const FolderCursor& at, const ImapFetched& mail) const;
  Result<connector::Watched> begin_watching(const CallOptions& call);
  /// Whether there was any news before `until`.
  Result<bool> watch(SteadyPoint until, const std::stop_token& stop, const CallOptions& call);
  Result<void> finish(Session& session, FolderCursor& at, const CallOptions& call);

  const Options& options_;
  Tokens& tokens_;
  const Clock& clock_;
  Guarded<Session> session_;
  std::vector<std::unique_ptr<Imap>> watching_;  ///< of the one thread that waits
};

}  // namespace madoguchi::connectors::mail_intake
