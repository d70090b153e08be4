// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/connector/mail_sender.h"
#include "core/jobs/runner.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// Answers on their way out: the job "mail.send". Each try writes the mail anew from the stored
/// reply, with the same Message-ID, to the recipients that have not got it yet; what the server
/// said is kept per recipient. A try whose end is unknown is repeated too: a mail twice with one
/// Message-ID is better than none. Replies of one case go out in their order.
class Outbox {
 public:
  /// Both outlive it.
  Outbox(const Environment& env, connector::MailSender& sender) : env_(env), sender_(sender) {}

  [[nodiscard]] jobs::JobKind job_kind();

 private:
  [[nodiscard]] jobs::Outcome send(const jobs::Job& job, jobs::Claim& claim);
  void give_up(const jobs::Job& job, const std::string& error, db::Session& session);

  const Environment& env_;
  connector::MailSender& sender_;
};

}  // namespace madoguchi::service
