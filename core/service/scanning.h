// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <stop_token>
#include <string>

#include "core/connector/content_scanner.h"
#include "core/domain/message.h"
#include "core/jobs/runner.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// Somebody waits for an upload; what came by mail waits behind other mails.
enum class ScanTurn { upload, mail };

/// From this unit of work on the content waits for the scanner (job "content.scan"); nothing
/// happens where none is configured. What is known of the content stands until it is known better.
void ask_for_scan(const Environment& env, db::Session& session, const std::string& sha256,
                  ScanTurn turn);

/// What a reader says who wants a content that is not known to be clean.
struct Risk {
  bool unscanned = false;  ///< "although nobody has looked at it"
  bool infected = false;   ///< "although it is infected"
};

/// Whether the caller may have the content: 409 "attachment-not-scanned" unless the risk is taken;
/// an infected one only for an administrator who says so (403 and 409 "attachment-infected").
[[nodiscard]] Result<void> check_scan(const domain::Attachment& attachment,
                                      const domain::Caller& caller, const Risk& risk);

/// Why a reply must not carry the attachment, or nothing.
[[nodiscard]] std::optional<Text> unfit_to_send(const domain::Attachment& attachment);

/// Has contents looked at by a scanner, apart from intake: a mail is there before its attachments
/// are scanned. While the scanner is away they wait, in a few lanes, so that a long queue costs no
/// more than a short one. Safe for use by many threads.
class Scanning {
 public:
  /// Both outlive it. `limit`: how long one content may take.
  Scanning(const Environment& env, connector::ContentScanner& scanner, std::chrono::seconds limit);

  [[nodiscard]] jobs::JobKind job_kind();
  /// Asks for some of the contents that were stored while no scanner was configured; to be called
  /// again and again. Walks over all of them once in its life.
  Result<void> take_up_left_out();
  /// The hub is stopping: scans end, and are begun anew later.
  void stop() { stop_.request_stop(); }

 private:
  [[nodiscard]] jobs::Outcome scan(const jobs::Job& job, jobs::Claim& claim);
  void settle(db::Session& session, const std::string& sha256, const domain::ContentScan& scan);
  void note_whether_away(const connector::ScanReport& report);

  const Environment& env_;
  connector::ContentScanner& scanner_;
  const std::chrono::seconds limit_;
  observe::Family<observe::Counter>& scans_;
  std::stop_source stop_;
  std::atomic<bool> away_{false};
  std::string walked_to_;  ///< of one thread: take_up_left_out
  bool walked_ = false;
};

}  // namespace madoguchi::service
