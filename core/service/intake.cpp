// SPDX-License-Identifier: Apache-2.0
#include "core/service/intake.h"

#include <algorithm>

#include "core/domain/reply_token.h"
#include "core/service/directory.h"
#include "core/service/intake_decision.h"
#include "core/service/log_messages.h"
#include "core/service/raw_mail.h"
#include "core/service/unit_of_work.h"
#include "core/text/fold.h"

namespace madoguchi::service {
namespace {

constexpr const char* kJobKind = "intake.decide";

using View = std::shared_ptr<const DirectoryView>;

IntakeDto dto_of(const store::IntakeRecord& record) {
  IntakeDto dto;
  dto.intake_id = record.id.str();
  dto.outcome = record.outcome == domain::IntakeOutcome::undecided
                    ? "accepted"
                    : std::string(enum_name(record.outcome));
  dto.reason = record.reason;
  if (record.case_sequence) dto.case_number = domain::case_number(*record.case_sequence);
  if (record.message) dto.message_id = record.message->str();
  return dto;
}

Error nobody_takes_mail_there() {
  return Error::not_found({"No mailbox takes mail for that address.",
                           "その宛先を受け付けるメールボックスはありません。"});
}

/// A database or disk that is away says nothing about the mail: it must not end in quarantine for
/// it.
jobs::Outcome again(const Error& error) {
  return error.code == ErrorCode::unavailable ? jobs::Outcome::postpone(error.describe())
                                              : jobs::Outcome::retry(error.describe());
}

}  // namespace

IntakeService::IntakeService(const Environment& env)
    : env_(env),
      decided_(env.metrics.counters("madoguchi_intake_decided_total", "Mails decided, by outcome.",
                                    {"outcome"})) {}

Result<std::string> IntakeService::resolve(std::string_view address) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const Result<EmailAddress> parsed = EmailAddress::parse(address);
  if (!parsed) {
    // RFC 5321, 4.5.1: mail to a bare "postmaster" has to reach somebody.
    const bool postmaster = text::fold(address) == "postmaster";
    if (!postmaster || (*directory)->mailboxes().empty()) return fail(nobody_takes_mail_there());
    return (*directory)->mailboxes().front().name;
  }
  const domain::Mailbox* mailbox = (*directory)->mailbox_at(parsed->key());
  if (mailbox == nullptr) {
    mailbox = (*directory)->mailbox_at(domain::without_sub_address(parsed->key()));
  }
  if (mailbox == nullptr) return fail(nobody_takes_mail_there());
  return mailbox->name;
}

Result<std::string> IntakeService::mailbox_for(const domain::Caller& caller,
                                               const std::optional<std::string>& named) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const domain::Mailbox* only = nullptr;
  int seen = 0;
  for (const domain::Mailbox& mailbox : (*directory)->mailboxes()) {
    if (!caller.scope.has(mailbox.id)) continue;
    if (named && mailbox.name == *named) return mailbox.name;
    only = &mailbox;
    ++seen;
  }
  if (named) return fail(nobody_takes_mail_there());
  if (seen == 1) return only->name;
  return fail(Error::invalid("/mailbox", {"Say which mailbox: there is not exactly one.",
                                          "メールボックスを指定してください。"}));
}

Result<IntakeService::Prepared> IntakeService::prepare(const ReceivedMail& mail,
                                                       std::string_view raw) {
  if (raw.empty()) return fail(Error::invalid("", {"The mail is empty.", "メールが空です。"}));
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  Prepared made;
  store::IntakeRecord& record = made.record;
  for (const auto& recipient : mail.recipients) {
    const domain::Mailbox* mailbox = (*directory)->mailbox_named(recipient.first);
    if (mailbox == nullptr) return fail(nobody_takes_mail_there());
    record.recipients.push_back(
        {mailbox->id, recipient.second.empty() ? mailbox->address.str() : recipient.second});
  }
  if (record.recipients.empty()) return fail(nobody_takes_mail_there());
  record.id = mail.id.empty() ? env_.ids.make<domain::IntakeId>() : domain::IntakeId(mail.id);
  record.source = mail.source;
  record.sender = mail.sender;
  record.size = static_cast<std::int64_t>(raw.size());
  record.received_at = env_.clock.now();
  record.archive_status = mail.archive_status;
  record.is_cut = mail.is_cut;

  Result<store::Blobs::Prepared> blob = env_.blobs.prepare_view(record.id.str(), raw);
  if (!blob) return fail(std::move(blob.error()));
  made.blob = std::move(*blob);
  // One whose id was there before may be decided already: that is for the database to say.
  if (mail.id.empty()) fresh_.put(record, raw);
  return made;
}

void IntakeService::insert(db::Session& session, const Prepared& mail) {
  env_.blobs.record(session, mail.blob);
  store::Intake(session).insert(mail.record);
  const std::string& id = mail.record.id.str();
  env_.queue.put(session, {kJobKind, std::string(kJobKind) + ":" + id, id});
}

void IntakeService::decide_again(db::Session& session, store::IntakeRecord& record) const {
  record.outcome = domain::IntakeOutcome::undecided;
  record.reason.clear();
  record.decision.clear();
  record.decided_at.reset();
  record.discarded_at.reset();
  record.discarded_by.clear();
  record.discard_reason.clear();
  store::Intake(session).decide(record);
  // Each round has its own key: that of the last one is remembered.
  const std::string& id = record.id.str();
  env_.queue.put(
      session,
      {kJobKind, std::string(kJobKind) + ":" + id + ":" + std::to_string(record.attempts), id});
}

Result<domain::IntakeId> IntakeService::receive(const ReceivedMail& mail, std::string_view raw) {
  const Result<Room> room = room_for(env_, raw.size(), mail.patience);
  if (!room) return fail(room.error());
  const Result<Prepared> prepared = prepare(mail, raw);
  if (!prepared) return fail(prepared.error());
  Result<void> kept = env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    insert(session, *prepared);
    return {};
  });
  if (!kept) {
    (void)fresh_.take(prepared->record.id);
    return fail(std::move(kept.error()));
  }
  return prepared->record.id;
}

Result<void> IntakeService::receive_all(
    const std::vector<std::pair<ReceivedMail, std::string_view>>& mails,
    const std::function<Result<void>(db::Session&)>& beside) {
  std::vector<Prepared> prepared;
  Result<void> kept;
  for (const auto& mail : mails) {
    Result<Prepared> one = prepare(mail.first, mail.second);
    if (!one) {
      kept = fail(std::move(one.error()));
      break;
    }
    prepared.push_back(std::move(*one));
  }
  if (kept) {
    kept = env_.database.in_transaction([&](db::Session& session) -> Result<void> {
      for (const Prepared& one : prepared) insert(session, one);
      return beside(session);
    });
  }
  if (!kept) {
    for (const Prepared& one : prepared) (void)fresh_.take(one.record.id);
  }
  return kept;
}

Result<IntakeDto> IntakeService::status(const domain::Caller& caller, const std::string& id) {
  return env_.database.read([&](db::Session& session) -> Result<IntakeDto> {
    const std::optional<store::IntakeRecord> record =
        store::Intake(session).by_id(domain::IntakeId(id));
    const bool seen = record && (caller.scope.is_everything() ||
                                 std::any_of(record->recipients.begin(), record->recipients.end(),
                                             [&](const store::IntakeRecipient& one) {
                                               return caller.scope.has(one.mailbox);
                                             }));
    if (!seen) {
      return fail(Error::not_found({"There is no such intake.", "その受信記録はありません。"}));
    }
    return dto_of(*record);
  });
}

void IntakeService::when_decided(const domain::IntakeId& id, SteadyPoint deadline,
                                 std::function<void(Result<IntakeDto>)> tell) {
  waiters_.with([&](auto& waiters) {
    waiters.emplace(id.str(), Waiter{deadline, std::move(tell)});
  });
  // It may have been decided before the waiter stood in line.
  const Result<IntakeDto> now = status({{}, "hub"}, id.str());
  if (now && now->outcome != "accepted") tell_waiters(*now);
}

void IntakeService::tell_waiters(const IntakeDto& dto) {
  std::vector<Waiter> told;
  waiters_.with([&](auto& waiters) {
    const auto range = waiters.equal_range(dto.intake_id);
    for (auto one = range.first; one != range.second; ++one) told.push_back(std::move(one->second));
    waiters.erase(range.first, range.second);
  });
  for (const Waiter& waiter : told) waiter.tell(dto);
}

void IntakeService::expire_waiters(SteadyPoint now) {
  std::vector<std::pair<std::string, Waiter>> late;
  waiters_.with([&](auto& waiters) {
    for (auto one = waiters.begin(); one != waiters.end();) {
      if (one->second.deadline > now) {
        ++one;
        continue;
      }
      late.emplace_back(one->first, std::move(one->second));
      one = waiters.erase(one);
    }
  });
  for (const auto& one : late) one.second.tell(status({{}, "hub"}, one.first));
}

jobs::JobKind IntakeService::job_kind() {
  jobs::JobKind kind;
  kind.name = kJobKind;
  kind.run = [this](const jobs::Job& job, jobs::Claim& claim) { return decide(job, claim); };
  kind.given_up = [this](const jobs::Job& job, const std::string& error, db::Session& session) {
    give_up(job, error, session);
  };
  kind.retry = {3, std::chrono::milliseconds(200), std::chrono::seconds(10)};
  // Renewed while it runs; after a crash of a replica this is how long a mail waits for another.
  kind.lease = std::chrono::seconds(15);
  // Reading is bounded to 2 s, and what comes after it takes no longer.
  kind.most_work = std::chrono::seconds(15);
  return kind;
}

Result<std::optional<RawMail>> IntakeService::stored(const domain::IntakeId& id, Room& room) {
  using Found = std::optional<store::IntakeRecord>;
  Result<Found> record = env_.database.read(
      [&](db::Session& session) -> Result<Found> { return store::Intake(session).by_id(id); });
  if (!record) return fail(std::move(record.error()));
  if (!*record) return std::nullopt;
  // Not waited for: that would take the thread of other mails.
  Result<Room> made = room_for(env_, static_cast<std::size_t>((*record)->size * kTimesToRead),
                               std::chrono::milliseconds(0));
  if (!made) return fail(std::move(made.error()));
  room = std::move(*made);
  Result<std::string> raw = open_raw(env_, **record);
  if (!raw) return fail(std::move(raw.error()));
  return RawMail{std::move(**record), std::move(*raw)};
}

jobs::Outcome IntakeService::decide(const jobs::Job& job, jobs::Claim& claim) {
  const domain::IntakeId id{job.payload};
  Room room;
  std::optional<RawMail> mail = fresh_.take(id);
  if (!mail) {
    Result<std::optional<RawMail>> found = stored(id, room);
    if (!found) return again(found.error());
    if (!*found) return jobs::Outcome::dead("the mail is gone");
    mail = std::move(*found);
  }
  const store::IntakeRecord& record = mail->record;
  // Jobs are forgotten after a day: a spooled mail that is handed in again then gets a new one.
  if (record.outcome != domain::IntakeOutcome::undecided) return jobs::Outcome::done();
  const Result<View> directory = env_.directory.view();
  if (!directory) return again(directory.error());

  Result<ReadMail> read = read_mail(env_, record, mail->raw);
  if (!read) return again(read.error());
  const Result<store::IntakeRecord> decided =
      env_.database.in_transaction([&](db::Session& session) -> Result<store::IntakeRecord> {
        if (Result<void> done = claim.done(session); !done) return fail(std::move(done.error()));
        Result<store::IntakeRecord> placed = place_mail(env_, session, record, *read, **directory);
        if (placed && read->masked) {
          keep_masked(env_, session, {{}, "hub"}, *placed, *read->masked);
        }
        return placed;
      });
  if (!decided) return again(decided.error());
  decided_.with({std::string(enum_name(decided->outcome))}).add();
  tell_waiters(dto_of(*decided));
  return jobs::Outcome::done();
}

void IntakeService::give_up(const jobs::Job& job, const std::string& error, db::Session& session) {
  std::optional<store::IntakeRecord> record =
      store::Intake(session).by_id(domain::IntakeId(job.payload));
  if (!record || record->outcome != domain::IntakeOutcome::undecided) return;
  record->outcome = domain::IntakeOutcome::quarantined;
  record->reason = "it could not be read in three tries";
  record->decision = {{"read", error, true}};
  record->decided_at = env_.clock.now();
  record->attempts += job.attempt;
  store::Intake(session).decide(*record);
  store::ChangeEntry entry;
  entry.event = "intake.quarantined";
  entry.object_type = "intake";
  entry.object_id = record->id.str();
  for (const store::IntakeRecipient& recipient : record->recipients) {
    entry.mailboxes.push_back(recipient.mailbox);
  }
  announce(env_, session, {{}, "hub"}, std::move(entry));
  env_.log.write(kIntakeQuarantined, {{"intake", record->id}});
  session.after_commit([this, dto = dto_of(*record)] {
    decided_.with({"quarantined"}).add();
    tell_waiters(dto);
  });
}

}  // namespace madoguchi::service
