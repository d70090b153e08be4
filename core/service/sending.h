// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/domain/mailbox.h"
#include "core/jobs/runner.h"
#include "core/service/dto/outgoing_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// What is shown of each recipient of a reply that stands there.
[[nodiscard]] domain::DeliveryState delivery_state_of(domain::SendingState state);

/// What holds back a reply by that caller: the mailbox's rules and the writer's wish.
[[nodiscard]] Result<domain::Sending> sending_of(const MessageCreateDto& wish,
                                                 const domain::Caller& caller,
                                                 const domain::Mailbox& mailbox, TimePoint now);

/// A reply that has just been stored sets out: what nothing holds back is queued (job "mail.send"),
/// what waits for its time is scheduled (job "mail.release"). Returns what that does to the case,
/// for the caller to save.
[[nodiscard]] domain::Change set_out(const Environment& env, db::Session& session,
                                     domain::Case& value, domain::Message& message);

/// Replies that are held back: approving, returning, calling back, letting go. Each is decided by
/// one row, so a reply that was called back never goes out, not even to one recipient, and one that
/// is on its way cannot be called back. Safe for use by many threads.
class SendingService {
 public:
  explicit SendingService(const Environment& env) : env_(env) {}

  /// The job "mail.release": lets a reply go whose time has come.
  [[nodiscard]] jobs::JobKind job_kind();

  /// Nobody approves his own.
  [[nodiscard]] Result<MessageDto> approve(const Context& context, const std::string& id,
                                           const ApproveDto& wish);
  /// It does not go out; its author finds it as a draft, with the reason.
  [[nodiscard]] Result<MessageDto> reject(const Context& context, const std::string& id,
                                          const ReturnDto& wish);
  /// By its author, or by who may approve; it becomes the author's draft again.
  [[nodiscard]] Result<MessageDto> cancel(const Context& context, const std::string& id);

  /// Whom an answer to the message goes to (core/service/recipients.h).
  [[nodiscard]] Result<AnswerRecipientsDto> recipients(const domain::Caller& caller,
                                                       const std::string& id);

 private:
  [[nodiscard]] jobs::Outcome release(const jobs::Job& job, jobs::Claim& claim);

  const Environment& env_;
};

}  // namespace madoguchi::service
