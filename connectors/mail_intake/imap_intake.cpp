// SPDX-License-Identifier: Apache-2.0
#include "connectors/mail_intake/imap_intake.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/mail_intake/imap_text.h"

namespace madoguchi::connectors::mail_intake {
namespace {

using connector::FetchedMail;
using connector::MailBatch;
using connector::Watched;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t kMailsAtOnce = 50;
constexpr std::int64_t kOctetsAtOnce = std::int64_t{16} << 20U;
/// Of a mail over the size limit: its headers, and its text in all likelihood.
constexpr std::int64_t kCutTo = std::int64_t{1} << 20U;
constexpr std::size_t kMarks = 5;
/// More are left where they are, when the server refuses to move or delete again and again.
constexpr std::size_t kMostPending = 5000;
/// By so much may the server's clock be behind ours.
constexpr minutes kClockSkew{5};
/// Below the 29 minutes of RFC 2177, and the few of many a gateway's memory.
constexpr minutes kIdleFor{5};
constexpr seconds kAnswerLimit{60};
/// Servers allow ten connections of one user, or a few more.
constexpr std::size_t kMostWatched = 5;
/// In which all watched folders get their turn, when there are several.
constexpr std::chrono::milliseconds kRound{500};

std::string look_of(const ImapFetched& mail) {
  return std::to_string(mail.size) + " " + mail.date_text;
}

std::string place_of(const FolderCursor& at, std::uint32_t uid) {
  return at.folder + "/" + std::to_string(uid);
}

std::vector<std::uint32_t> uids_of(const std::vector<Mark>& marks) {
  std::vector<std::uint32_t> uids;
  for (const Mark& mark : marks) uids.push_back(static_cast<std::uint32_t>(mark.uid));
  std::sort(uids.begin(), uids.end());
  return uids;
}

void cut_front(std::vector<Mark>& marks, std::size_t most) {
  if (marks.size() <= most) return;
  marks.erase(marks.begin(), marks.end() - static_cast<std::ptrdiff_t>(most));
}

const Mark* mark_of(const std::vector<Mark>& marks, std::uint32_t uid) {
  const auto found =
      std::find_if(marks.begin(), marks.end(), [uid](const Mark& mark) { return mark.uid == uid; });
  return found == marks.end() ? nullptr : &*found;
}

}  // namespace

Result<std::unique_ptr<Imap>> ImapIntake::connect(const CallOptions& call) {
  Result<Secret> token = tokens_.access(call);
  if (!token) return fail(std::move(token.error()));
  Result<std::unique_ptr<Imap>> imap = Imap::open(options_, *token, clock_, call);
  if (imap || !options_.oauth || imap.error().code != ErrorCode::unauthenticated) return imap;
  tokens_.forget_access();  // it may have been revoked before its time
  token = tokens_.access(call);
  if (!token) return fail(std::move(token.error()));
  return Imap::open(options_, *token, clock_, call);
}

Result<void> ImapIntake::with_session(const CallOptions& call, const Work& work) {
  return session_.with([&](Session& session) -> Result<void> {
    while (true) {
      const bool was_there = session.imap != nullptr;
      if (!was_there) {
        Result<std::unique_ptr<Imap>> imap = connect(call);
        if (!imap) return fail(std::move(imap.error()));
        session.imap = std::move(*imap);
      }
      Result<void> done = work(session);
      if (done || session.imap->refused()) return done;
      session.imap.reset();
      session.selected.clear();
      if (!was_there) return done;
    }
  });
}

Result<MailBatch> ImapIntake::fetch(const std::string& cursor, const CallOptions& call) {
  const Result<Cursor> before = parse_cursor(cursor);
  if (!before) return fail(before.error());
  tokens_.restore(before->refresh);
  Cursor after;
  MailBatch batch;
  Result<void> done = with_session(call, [&](Session& session) {
    after = *before;
    batch = {};
    return look(session, after, batch, call);
  });
  if (!done) return fail(std::move(done.error()));
  after.refresh = tokens_.kept();
  batch.cursor = to_text(after);
  return batch;
}

Result<void> ImapIntake::look(Session& session, Cursor& cursor, MailBatch& batch,
                              const CallOptions& call) {
  const std::size_t count = options_.folders.size();
  const std::size_t first = session.turn;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t turn = (first + i) % count;
    const std::string& folder = options_.folders[turn];
    if (Result<void> looked = look_into(session, cursor.of(folder), batch, call); !looked) {
      if (!session.imap->refused()) return looked;
      session.selected.clear();
      batch.trouble += (batch.trouble.empty() ? "" : "; ") + folder + ": " + looked.error().detail;
      continue;
    }
    if (batch.mails.empty() && batch.skipped.empty()) continue;
    session.turn = (turn + 1) % count;
    batch.more = true;
    return {};
  }
  return {};
}

Result<void> ImapIntake::look_into(Session& session, FolderCursor& at, MailBatch& batch,
                                   const CallOptions& call) {
  if (session.selected != at.folder || session.waiting[at.folder].uids.empty()) {
    if (Result<void> entered = enter(session, at, call); !entered) return entered;
  }
  std::vector<std::uint32_t>& waiting = session.waiting[at.folder].uids;
  while (!waiting.empty() && batch.mails.empty() && batch.skipped.empty()) {
    const std::size_t count = std::min(waiting.size(), kMailsAtOnce);
    const auto end = waiting.begin() + static_cast<std::ptrdiff_t>(count);
    const Result<std::vector<ImapFetched>> described =
        session.imap->describe({waiting.begin(), end}, call);
    if (!described) return fail(described.error());
    std::vector<ImapFetched> wanted;
    for (const ImapFetched& mail : *described) {
      if (is_wanted(at, mail)) wanted.push_back(mail);
    }
    std::uint32_t dealt_with = *(end - 1);
    if (!wanted.empty()) {
      const Result<std::uint32_t> taken = take(*session.imap, at, wanted, batch, call);
      if (!taken) return fail(taken.error());
      if (*taken != wanted.back().uid) dealt_with = *taken;
    }
    at.last_uid = std::max<std::int64_t>(at.last_uid, dealt_with);
    waiting.erase(waiting.begin(), std::upper_bound(waiting.begin(), waiting.end(), dealt_with));
  }
  return {};
}

Result<void> ImapIntake::enter(Session& session, FolderCursor& at, const CallOptions& call) {
  session.selected.clear();
  const Result<ImapFolder> folder =
      session.imap->select(at.folder, options_.after != After::leave, call);
  if (!folder) return fail(folder.error());
  Waiting& waiting = session.waiting[at.folder];
  if (at.uid_validity == 0) {
    at.started = to_micros(clock_.now());
    at.old_until = folder->uid_next - 1;
    if (options_.first_run == FirstRun::nothing) at.last_uid = at.old_until;
  } else {
    const Result<bool> lost = has_lost_meaning(*session.imap, at, *folder, call);
    if (!lost) return fail(lost.error());
    if (*lost) {
      at.last_uid = 0;
      at.old_until = folder->uid_next - 1;
      at.relisted = true;
      at.marks.clear();
      at.pending.clear();
      waiting = {};
    }
  }
  at.uid_validity = folder->uid_validity;
  session.selected = at.folder;
  // What was listed before is still to be fetched, unless a cursor from elsewhere has come in
  // between.
  const bool fits = waiting.uid_validity == at.uid_validity && !waiting.uids.empty() &&
                    waiting.uids.front() > at.last_uid;
  if (fits) return {};
  Result<std::vector<std::uint32_t>> listed = list(*session.imap, at, call);
  if (!listed) return fail(std::move(listed.error()));
  waiting = {at.uid_validity, std::move(*listed)};
  return {};
}

Result<bool> ImapIntake::has_lost_meaning(Imap& imap, const FolderCursor& at,
                                          const ImapFolder& folder, const CallOptions& call) {
  if (at.uid_validity != folder.uid_validity || folder.uid_next <= at.last_uid) return true;
  // A server that was restored from a backup gives the same UIDs to other mails.
  const Result<std::vector<ImapFetched>> described = imap.describe(uids_of(at.marks), call);
  if (!described) return fail(described.error());
  return std::any_of(described->begin(), described->end(), [&](const ImapFetched& mail) {
    const Mark* mark = mark_of(at.marks, mail.uid);
    return mark != nullptr && mark->look != look_of(mail);
  });
}

Result<std::vector<std::uint32_t>> ImapIntake::list(Imap& imap, const FolderCursor& at,
                                                    const CallOptions& call) {
  std::vector<std::uint32_t> found;
  if (at.last_uid < at.old_until) {
    std::string since = options_.since;
    if (options_.first_run == FirstRun::nothing) {
      // A day earlier, because the server counts days in a zone of its own; is_wanted is exact.
      since = day_of(from_micros(at.started) - std::chrono::hours(24));
    }
    Result<std::vector<std::uint32_t>> old =
        imap.search(static_cast<std::uint32_t>(at.last_uid + 1),
                    static_cast<std::uint32_t>(at.old_until), since, call);
    if (!old) return old;
    found = std::move(*old);
  }
  const std::int64_t fresh_from = std::max(at.last_uid, at.old_until) + 1;
  Result<std::vector<std::uint32_t>> fresh =
      imap.search(static_cast<std::uint32_t>(fresh_from), 0, {}, call);
  if (!fresh) return fresh;
  found.insert(found.end(), fresh->begin(), fresh->end());
  return found;
}

bool ImapIntake::is_wanted(const FolderCursor& at, const ImapFetched& mail) const {
  if (mail.uid > at.old_until || options_.first_run != FirstRun::nothing || !mail.internal_date) {
    return true;
  }
  return *mail.internal_date >= from_micros(at.started) - kClockSkew;
}

bool ImapIntake::is_old(const FolderCursor& at, const ImapFetched& mail) const {
  if (mail.uid > at.old_until || options_.first_run != FirstRun::everything) return false;
  return !at.relisted ||
         (mail.internal_date && *mail.internal_date < from_micros(at.started) - kClockSkew);
}

Result<std::uint32_t> ImapIntake::take(Imap& imap, FolderCursor& at,
                                       const std::vector<ImapFetched>& described, MailBatch& batch,
                                       const CallOptions& call) {
  std::vector<std::uint32_t> uids;
  std::int64_t octets = 0;
  for (const ImapFetched& mail : described) {
    const bool is_huge = mail.size > options_.max_mail;
    if (!uids.empty() && (is_huge || octets + mail.size > kOctetsAtOnce)) break;
    if (is_huge) {
      if (Result<void> taken = take_alone(imap, at, mail, batch, call); !taken) {
        return fail(std::move(taken.error()));
      }
      return mail.uid;
    }
    uids.push_back(mail.uid);
    octets += std::max<std::int64_t>(mail.size, 0);
  }
  Result<std::vector<ImapFetched>> bodies = imap.bodies(uids, options_.max_mail, false, call);
  if (!bodies && !imap.refused()) return fail(std::move(bodies.error()));
  for (const ImapFetched& mail : described) {
    if (mail.uid > uids.back()) break;
    ImapFetched* body = nullptr;
    if (bodies) {
      const auto found = std::find_if(bodies->begin(), bodies->end(), [&](const ImapFetched& one) {
        return one.uid == mail.uid && one.body && !one.body->empty();
      });
      if (found != bodies->end()) body = &*found;
    }
    if (body != nullptr) {
      keep(at, mail, std::move(*body->body), false, batch);
    } else if (Result<void> taken = take_alone(imap, at, mail, batch, call); !taken) {
      return fail(std::move(taken.error()));
    }
  }
  return uids.back();
}

Result<void> ImapIntake::take_alone(Imap& imap, FolderCursor& at, const ImapFetched& mail,
                                    MailBatch& batch, const CallOptions& call) {
  const bool is_huge = mail.size > options_.max_mail;
  Result<std::vector<ImapFetched>> bodies =
      imap.bodies({mail.uid}, is_huge ? kCutTo : options_.max_mail, is_huge, call);
  if (!bodies && !imap.refused()) return fail(std::move(bodies.error()));
  if (bodies && bodies->size() == 1 && bodies->front().body && !bodies->front().body->empty()) {
    keep(at, mail, std::move(*bodies->front().body), is_huge, batch);
    return {};
  }
  // Somebody may have deleted it meanwhile. If not, the server cannot hand it over.
  const Result<std::vector<ImapFetched>> still_there = imap.describe({mail.uid}, call);
  if (!still_there) return fail(still_there.error());
  if (!still_there->empty()) batch.skipped.push_back(place_of(at, mail.uid));
  return {};
}

void ImapIntake::keep(FolderCursor& at, const ImapFetched& described, std::string body, bool is_cut,
                      MailBatch& batch) const {
  FetchedMail mail;
  mail.raw = std::move(body);
  mail.place = place_of(at, described.uid);
  mail.is_old = is_old(at, described);
  mail.is_cut = is_cut;
  batch.mails.push_back(std::move(mail));
  const Mark mark{described.uid, look_of(described)};
  at.marks.push_back(mark);
  cut_front(at.marks, kMarks);
  if (options_.after == After::leave || is_cut) return;
  at.pending.push_back(mark);
  cut_front(at.pending, kMostPending);
}

Result<std::string> ImapIntake::acknowledge(const std::string& cursor, const CallOptions& call) {
  const Result<Cursor> before = parse_cursor(cursor);
  if (!before) return fail(before.error());
  const auto nothing_pending = [](const FolderCursor& at) { return at.pending.empty(); };
  if (std::all_of(before->folders.begin(), before->folders.end(), nothing_pending)) return cursor;
  tokens_.restore(before->refresh);
  Cursor after;
  Result<void> done = with_session(call, [&](Session& session) -> Result<void> {
    after = *before;
    for (FolderCursor& at : after.folders) {
      if (at.pending.empty()) continue;
      if (Result<void> finished = finish(session, at, call); !finished) return finished;
    }
    return {};
  });
  if (!done) return fail(std::move(done.error()));
  return to_text(after);
}

Result<void> ImapIntake::finish(Session& session, FolderCursor& at, const CallOptions& call) {
  Imap& imap = *session.imap;
  if (session.selected != at.folder && options_.after != After::leave) {
    session.selected.clear();
    const Result<ImapFolder> folder = imap.select(at.folder, true, call);
    if (!folder) return fail(folder.error());
    // Listed anew by the next fetch, which finds these mails again.
    if (folder->uid_validity != at.uid_validity) at.pending.clear();
  }
  while (!at.pending.empty() && options_.after != After::leave) {
    const std::size_t count = std::min(at.pending.size(), kMailsAtOnce);
    const auto end = at.pending.begin() + static_cast<std::ptrdiff_t>(count);
    const std::vector<Mark> some(at.pending.begin(), end);
    const Result<std::vector<ImapFetched>> described = imap.describe(uids_of(some), call);
    if (!described) return fail(described.error());
    std::vector<std::uint32_t> uids;
    for (const ImapFetched& mail : *described) {
      const Mark* mark = mark_of(some, mail.uid);
      if (mark != nullptr && mark->look == look_of(mail)) uids.push_back(mail.uid);
    }
    Result<void> done = options_.after == After::move ? imap.move(uids, options_.move_to, call)
                                                      : imap.remove(uids, call);
    if (!done) return done;
    at.pending.erase(at.pending.begin(), end);
  }
  at.pending.clear();
  return {};
}

Result<Watched> ImapIntake::begin_watching(const CallOptions& call) {
  std::vector<std::unique_ptr<Imap>> opened;
  const std::size_t count = std::min(options_.folders.size(), kMostWatched);
  for (std::size_t i = 0; i < count; ++i) {
    Result<std::unique_ptr<Imap>> imap = connect(call);
    // Servers let in so many connections of one user, and these are not the only ones.
    if (!imap && !opened.empty()) break;
    if (!imap) return fail(std::move(imap.error()));
    if (!(*imap)->can("IDLE")) {
      (*imap)->logout(call);
      return Watched::cannot;
    }
    const Result<ImapFolder> folder = (*imap)->select(options_.folders[i], false, call);
    if (!folder && (count == 1 || !(*imap)->refused())) return fail(folder.error());
    if (folder) opened.push_back(std::move(*imap));
  }
  if (opened.empty()) return fail(trouble("none of the folders can be watched"));
  watching_ = std::move(opened);
  return Watched::changed;
}

Result<bool> ImapIntake::watch(SteadyPoint until, const std::stop_token& stop,
                               const CallOptions& call) {
  for (const auto& imap : watching_) {
    if (Result<void> begun = imap->begin_idle(call); !begun) return fail(std::move(begun.error()));
  }
  bool changed = false;
  while (!changed && !stop.stop_requested() && clock_.steady_now() < until) {
    for (const auto& imap : watching_) {
      SteadyPoint next = until;
      if (watching_.size() > 1) {
        next = std::min(next, clock_.steady_now() + kRound / static_cast<int>(watching_.size()));
      }
      Result<bool> news = imap->news(next, call);
      if (!news) return news;
      changed = changed || *news;
    }
  }
  for (const auto& imap : watching_) {
    if (Result<void> ended = imap->end_idle(call); !ended) return fail(std::move(ended.error()));
  }
  return changed;
}

Result<Watched> ImapIntake::wait(const std::stop_token& stop) {
  CallOptions call;
  call.stop = stop;
  call.deadline = clock_.steady_now() + kAnswerLimit;
  if (watching_.empty()) return begin_watching(call);
  while (!stop.stop_requested()) {
    const SteadyPoint until = clock_.steady_now() + kIdleFor;
    call.deadline = until + kAnswerLimit;
    const Result<bool> changed = watch(until, stop, call);
    if (!changed) {
      watching_.clear();
      if (stop.stop_requested()) break;
      return fail(changed.error());
    }
    if (*changed) break;
  }
  return Watched::changed;
}

Result<void> ImapIntake::probe(const CallOptions& call) {
  Result<std::unique_ptr<Imap>> imap = connect(call);
  if (!imap) return fail(std::move(imap.error()));
  for (const std::string& folder : options_.folders) {
    const Result<ImapFolder> found = (*imap)->select(folder, options_.after != After::leave, call);
    if (!found) return fail(trouble(folder + ": " + found.error().detail));
  }
  (*imap)->logout(call);
  return {};
}

}  // namespace madoguchi::connectors::mail_intake
