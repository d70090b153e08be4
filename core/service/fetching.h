// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/guarded.h"
#include "core/connector/mail_intake.h"
#include "core/connector/watcher.h"
#include "core/service/environment.h"
#include "core/service/intake.h"
#include "core/store/fetch_cursors.h"

namespace madoguchi::service {

/// A mailbox whose mails are fetched.
struct FetchPlan {
  std::string mailbox;  ///< its name
  std::string account;  ///< "imap://user@host:993": with another one, fetching starts anew
  const char* source = "imap";
  std::chrono::milliseconds poll_every{60'000};
  /// What the cases of mails begin with that lay there before the account was connected.
  domain::CaseStatus archive_status = domain::CaseStatus::closed;
};

/// Makes these plans' accounts the ones in use. Called before their fetchers run.
[[nodiscard]] Result<void> declare_fetching(const Environment& env,
                                            const std::vector<FetchPlan>& plans);

/// Fetches the mails of one mailbox: each batch is durable in one transaction with the cursor
/// behind it, and only then moved or deleted over there. One process of several does it, by a
/// lease. The poll is the truth, the watcher only wakes it. Runs on two threads of the caller's.
class Fetcher {
 public:
  /// `watcher` may be null. All outlive it.
  Fetcher(const Environment& env, IntakeService& intake, FetchPlan plan,
          connector::MailIntake& source, connector::Watcher* watcher);

  /// Thread body: polls until told to stop, then lets go of the account.
  void poll(const std::stop_token& stop);
  /// Thread body: waits for news while this process is the one that fetches.
  void watch(const std::stop_token& stop);

  /// One poll: takes everything that is there. `conflict` when another process does it.
  [[nodiscard]] Result<void> visit(const std::stop_token& stop);

 private:
  struct Wish {
    bool woken = false;
    bool stopped = false;
  };

  Result<void> visit_once(const std::stop_token& stop);
  Result<connector::Watched> wait_for_news(const std::stop_token& stop);
  [[nodiscard]] Result<store::FetchAccountKey> key() const;
  Result<void> take_all(const store::FetchAccountKey& key, std::string cursor,
                        const std::stop_token& stop, std::string& trouble);
  Result<void> keep(const store::FetchAccountKey& key, const connector::MailBatch& batch);
  Result<void> finish(const store::FetchAccountKey& key, std::string& cursor,
                      const std::stop_token& stop, std::string& trouble);
  void report(const store::FetchAccountKey& key, const Result<void>& outcome);
  [[nodiscard]] connector::CallOptions call(const std::stop_token& stop) const;
  [[nodiscard]] std::chrono::milliseconds pause_after(int failures) const;
  /// Until woken, told to stop, or the time is over.
  void rest(std::chrono::milliseconds time, const std::stop_token& stop);
  [[nodiscard]] std::chrono::seconds lease() const;

  const Environment& env_;
  IntakeService& intake_;
  const FetchPlan plan_;
  connector::MailIntake& source_;
  connector::Watcher* watcher_;
  const std::string owner_;
  std::atomic<bool> mine_{false};
  Monitor<Wish> wish_;
  std::string reported_;  ///< the trouble that was logged last; of the polling thread
  observe::Counter& mails_;
  observe::Counter& failures_;
  observe::Counter& skipped_;
  observe::Gauge& last_success_;
};

}  // namespace madoguchi::service
