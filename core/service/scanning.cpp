// SPDX-License-Identifier: Apache-2.0
#include "core/service/scanning.h"

#include "core/service/attachment_content.h"
#include "core/service/case_access.h"
#include "core/service/log_messages.h"
#include "core/service/room.h"
#include "core/service/unit_of_work.h"
#include "core/store/content_scans.h"

namespace madoguchi::service {
namespace {

using connector::ScanReport;
using connector::ScanVerdict;
using domain::ContentScan;
using domain::ScanState;

constexpr const char* kKind = "content.scan";
constexpr std::chrono::seconds kAwayFor{5};
constexpr int kTries = 5;
constexpr int kHolders = 100;
constexpr int kWalkStep = 500;
/// What the walk finds waits in a lane of its own, behind nobody and before nobody.
constexpr const char* kLeftOutLane = "scan/left-out";

/// A lane waits as one while the scanner is away; several are scanned at once.
std::string lane_of(const std::string& sha256, ScanTurn turn) {
  if (turn == ScanTurn::upload) return "scan/upload";
  const int digit = sha256.empty() ? 0 : sha256.front();
  return "scan/mail-" + std::to_string(digit % 3);
}

}  // namespace

void ask_for_scan(const Environment& env, db::Session& session, const std::string& sha256,
                  ScanTurn turn) {
  if (!env.scans_contents) return;
  store::ContentScans(session).expect(sha256);
  const char* prefix = turn == ScanTurn::upload ? "scan:upload:" : "scan:";
  env.queue.put(session, {kKind, prefix + sha256, sha256, std::nullopt, lane_of(sha256, turn)});
}

Result<void> check_scan(const domain::Attachment& attachment, const domain::Caller& caller,
                        const Risk& risk) {
  if (!attachment.scan || attachment.scan->state == ScanState::clean) return {};
  if (attachment.scan->state == ScanState::infected) {
    const Text text = {"The attachment is infected (" + attachment.scan->detail +
                           "). An administrator may have it by infected=true; that is recorded.",
                       "添付ファイルからマルウェアが検出されました（" + attachment.scan->detail +
                           "）。管理者のみ infected=true で取得でき、記録に残ります。"};
    if (caller.may(domain::Permission::hazards_read)) {
      if (risk.infected) return {};
      return fail(Error::conflict("attachment-infected", text));
    }
    Error error = Error::forbidden(text);
    error.type = "attachment-infected";
    return fail(std::move(error));
  }
  if (risk.unscanned) return {};
  const bool waits = attachment.scan->waits();
  return fail(Error::conflict(
      "attachment-not-scanned",
      {waits ? "The attachment waits for the virus scanner. unscanned=true gives it all the same."
             : "The virus scanner could not judge the attachment (" + attachment.scan->detail +
                   "). unscanned=true gives it all the same.",
       waits ? "添付ファイルはウイルス検査待ちです。unscanned=true を付けると取得できます。"
             : "添付ファイルはウイルス検査できませんでした（" + attachment.scan->detail +
                   "）。unscanned=true を付けると取得できます。"}));
}

std::optional<Text> unfit_to_send(const domain::Attachment& attachment) {
  if (!attachment.scan || attachment.scan->state == ScanState::clean || attachment.scan->waits()) {
    return std::nullopt;
  }
  const std::string& detail = attachment.scan->detail;
  if (attachment.scan->state == ScanState::infected) {
    return Text{"The attachment is infected: " + detail + ".",
                "添付ファイルからマルウェアが検出されました: " + detail};
  }
  return Text{"The attachment could not be scanned: " + detail + ".",
              "添付ファイルをウイルス検査できませんでした: " + detail};
}

Scanning::Scanning(const Environment& env, connector::ContentScanner& scanner,
                   std::chrono::seconds limit)
    : env_(env),
      scanner_(scanner),
      limit_(limit),
      scans_(env.metrics.counters("madoguchi_content_scans_total",
                                  "Contents of attachments scanned, by what the scanner said.",
                                  {"verdict"})) {}

jobs::JobKind Scanning::job_kind() {
  jobs::JobKind kind;
  kind.name = kKind;
  kind.run = [this](const jobs::Job& job, jobs::Claim& claim) { return scan(job, claim); };
  kind.given_up = [this](const jobs::Job& job, const std::string& error, db::Session& session) {
    settle(session, job.payload, {ScanState::not_scanned, error, env_.clock.now()});
  };
  kind.retry = {kTries, std::chrono::seconds(2), std::chrono::seconds(30)};
  kind.lease = limit_ + std::chrono::seconds(60);
  return kind;
}

jobs::Outcome Scanning::scan(const jobs::Job& job, jobs::Claim& claim) {
  const std::string& sha256 = job.payload;
  Room room;
  const Result<std::string> bytes =
      env_.database.read([&](db::Session& session) -> Result<std::string> {
        Result<Room> made =
            room_for(env_, static_cast<std::size_t>(store::Blobs::size(session, sha256)),
                     std::chrono::milliseconds(0));
        if (!made) return fail(std::move(made.error()));
        room = std::move(*made);
        return read_attachment(env_, session, sha256);
      });
  if (!bytes && bytes.error().code == ErrorCode::unavailable) {
    return jobs::Outcome::postpone(bytes.error().describe());
  }
  if (!bytes) return jobs::Outcome::done();  // an upload that was forgotten meanwhile
  connector::CallOptions call;
  call.deadline = env_.clock.steady_now() + limit_;
  call.stop = stop_.get_token();
  call.request_id = job.id.str();
  const ScanReport report = scanner_.scan(*bytes, call);
  scans_.with({to_string(report.verdict)}).add();
  note_whether_away(report);
  if (report.verdict == ScanVerdict::away) {
    return jobs::Outcome::postpone("the scanner is away: " + report.detail, kAwayFor);
  }
  if (report.verdict == ScanVerdict::broken) return jobs::Outcome::retry(report.detail);
  ContentScan found{ScanState::clean, report.detail, env_.clock.now()};
  if (report.verdict == ScanVerdict::infected) found.state = ScanState::infected;
  if (report.verdict == ScanVerdict::refused) found.state = ScanState::not_scanned;
  const Result<void> kept = env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    settle(session, sha256, found);
    return claim.done(session);
  });
  if (!kept) return jobs::Outcome::postpone(kept.error().describe());
  return jobs::Outcome::done();
}

void Scanning::settle(db::Session& session, const std::string& sha256, const ContentScan& scan) {
  store::ContentScans scans(session);
  const std::optional<ContentScan> before = scans.find(sha256);
  // What was known of it is better than that nothing could be learned now.
  if (scan.state == ScanState::not_scanned && before && before->state != ScanState::not_scanned) {
    return;
  }
  scans.set(sha256, scan);
  if (scan.state != ScanState::infected || (before && before->state == ScanState::infected)) return;
  env_.log.write(kInfected, {{"sha256", sha256}, {"found", scan.detail}});
  for (const store::ContentScans::Holder& holder : scans.holders(sha256, kHolders)) {
    store::ChangeEntry entry;
    entry.event = "attachment.infected";
    entry.object_type = "message";
    entry.object_id = holder.message.str();
    entry.case_id = holder.case_id;
    entry.fields = {{"attachment", "", holder.attachment.str()}, {"found", "", scan.detail}};
    if (const auto record = store::Cases(session).by_id(holder.case_id)) {
      entry.mailboxes = sight_of(session, record->value);
    }
    announce(env_, session, {{}, "hub"}, std::move(entry));
  }
}

void Scanning::note_whether_away(const ScanReport& report) {
  if (stop_.stop_requested()) return;
  const bool away = report.verdict == ScanVerdict::away;
  if (away_.exchange(away) == away) return;
  if (away) {
    env_.log.write(kScannerAway, {{"error", report.detail}});
  } else {
    env_.log.write(kScannerBack);
  }
}

Result<void> Scanning::take_up_left_out() {
  if (walked_) return {};
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::ContentScans scans(session);
    const std::vector<store::ContentScans::Step> steps = scans.after(walked_to_, kWalkStep);
    for (const store::ContentScans::Step& step : steps) {
      if (step.sha256.empty()) continue;
      scans.expect(step.sha256);
      env_.queue.put(session,
                     {kKind, "scan:" + step.sha256, step.sha256, std::nullopt, kLeftOutLane});
    }
    walked_ = steps.size() < static_cast<std::size_t>(kWalkStep);
    if (!steps.empty()) walked_to_ = steps.back().attachment.str();
    return {};
  });
}

}  // namespace madoguchi::service
