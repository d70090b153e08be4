// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>

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

  /// The hub is stopping: sends that have handed nothing over yet end, and run again later.
  void stop() { stop_.request_stop(); }
  /// It cannot wait any longer: those that wait for the server's last word end as unknown.
  void cut() { cut_.request_stop(); }

 private:
  [[nodiscard]] jobs::Outcome send(const jobs::Job& job, jobs::Claim& claim);
  void give_up(const jobs::Job& job, const std::string& error, db::Session& session);

  const Environment& env_;
  connector::MailSender& sender_;
  std::stop_source stop_;
  std::stop_source cut_;
};

}  // namespace madoguchi::service
