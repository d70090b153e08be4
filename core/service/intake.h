// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/guarded.h"
#include "core/jobs/runner.h"
#include "core/service/dto/message_dto.h"
#include "core/service/environment.h"
#include "core/service/fresh_mails.h"
#include "core/service/room.h"
#include "core/store/intake.h"

namespace madoguchi::service {

/// A mail as some way in brought it.
struct ReceivedMail {
  const char* source = "";  ///< "lmtp", "http", "pipe", "imap", "pop3", a webhook's provider
  std::string sender;       ///< envelope sender; empty: the null sender
  /// Mailbox names with the address each came for; the address may be empty.
  std::vector<std::pair<std::string, std::string>> recipients;
  /// Chosen by the caller when the same delivery may be handed over again (the spool); else empty.
  std::string id = {};
  /// Imported from an archive: the status that its case begins with.
  std::optional<domain::CaseStatus> archive_status = std::nullopt;
  bool is_cut = false;  ///< only its beginning: the whole is over the size limit
  /// How long a big mail may wait until others have left it room in memory.
  std::chrono::milliseconds patience{2'000};
};

/// Mails in, in two stages (promises.md): `receive` makes the bytes durable and looks at nothing;
/// the job "intake.decide" reads the mail and puts it where it belongs, and a mail that cannot be
/// read three times is quarantined whole. Safe for use by many threads.
class IntakeService {
 public:
  explicit IntakeService(const Environment& env);

  /// The name of the mailbox that takes mail for the address, with or without a sub-address.
  [[nodiscard]] Result<std::string> resolve(std::string_view address);
  /// The mailbox of that name, or the only one there is, if the caller sees it; else not_found.
  [[nodiscard]] Result<std::string> mailbox_for(const domain::Caller& caller,
                                                const std::optional<std::string>& named);
  /// The only one there is: for ways in that name none.
  [[nodiscard]] Result<std::string> only_mailbox() {
    return mailbox_for({{}, "hub"}, std::nullopt);
  }

  /// On a value the mail is durable and will be decided exactly once. `invalid` for an empty one.
  [[nodiscard]] Result<domain::IntakeId> receive(const ReceivedMail& mail, std::string_view raw);

  /// All of them or none, in one transaction with what `beside` writes: how far they were fetched.
  /// The caller has room for their octets; sealing and writing them takes no more.
  [[nodiscard]] Result<void> receive_all(
      const std::vector<std::pair<ReceivedMail, std::string_view>>& mails,
      const std::function<Result<void>(db::Session&)>& beside);

  [[nodiscard]] Result<IntakeDto> status(const domain::Caller& caller, const std::string& id);

  /// A mail that was put aside is undecided again and will be decided, after the commit.
  void decide_again(db::Session& session, store::IntakeRecord& record) const;

  /// Calls `tell` once, when the mail has been decided, from whichever thread did it, or from
  /// expire_waiters at `deadline` with what is known then. At once when it is decided already.
  void when_decided(const domain::IntakeId& id, SteadyPoint deadline,
                    std::function<void(Result<IntakeDto>)> tell);
  void expire_waiters(SteadyPoint now);

  [[nodiscard]] jobs::JobKind job_kind();

 private:
  struct Waiter {
    SteadyPoint deadline;
    std::function<void(Result<IntakeDto>)> tell;
  };

  /// A mail whose bytes are sealed, its blob written, and of which the database knows nothing yet.
  struct Prepared {
    store::IntakeRecord record;
    store::Blobs::Prepared blob;
  };
  [[nodiscard]] Result<Prepared> prepare(const ReceivedMail& mail, std::string_view raw);
  void insert(db::Session& session, const Prepared& mail);

  /// With its bytes, or nothing when it is gone.
  [[nodiscard]] Result<std::optional<RawMail>> stored(const domain::IntakeId& id, Room& room);
  [[nodiscard]] jobs::Outcome decide(const jobs::Job& job, jobs::Claim& claim);
  void give_up(const jobs::Job& job, const std::string& error, db::Session& session);
  void tell_waiters(const IntakeDto& dto);

  const Environment& env_;
  FreshMails fresh_;
  Guarded<std::unordered_multimap<std::string, Waiter>> waiters_;
  observe::Family<observe::Counter>& decided_;
};

}  // namespace madoguchi::service
