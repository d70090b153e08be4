// SPDX-License-Identifier: Apache-2.0
#include "core/service/fetching.h"

#include <algorithm>
#include <random>

#include "core/service/directory.h"
#include "core/service/log_messages.h"

namespace madoguchi::service {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// For one batch: connecting, listing, some megabytes from a slow server.
constexpr seconds kCallLimit{120};
constexpr seconds kLongestPause{60};
/// Until other big mails have left room in memory.
constexpr seconds kPatience{30};
constexpr std::size_t kErrorBytes = 500;

std::string aad_of(const store::FetchAccountKey& key) {
  return "fetch_cursors|cursor|" + key.mailbox.str() + "/" + key.account + "|1";
}

double random_fraction() {
  thread_local std::minstd_rand random(std::random_device{}());
  return std::uniform_real_distribution<double>(0.0, 1.0)(random);
}

Error not_mine() {
  return Error::conflict("lease-lost", {"Another process fetches this mailbox.",
                                        "別のプロセスがこのメールボックスを取得しています。"});
}

std::string words_of(const Error& error) {
  std::string words = error.detail.empty() ? error.message.en : error.detail;
  words.resize(std::min(words.size(), kErrorBytes));
  return words;
}

Result<store::FetchAccountKey> key_of(const Environment& env, const FetchPlan& plan) {
  const auto directory = env.directory.view();
  if (!directory) return fail(directory.error());
  const domain::Mailbox* mailbox = (*directory)->mailbox_named(plan.mailbox);
  if (mailbox == nullptr) {
    return fail(Error::not_found(
        {"There is no mailbox of that name.", "その名前のメールボックスはありません。"}));
  }
  return store::FetchAccountKey{mailbox->id, plan.account};
}

}  // namespace

Result<void> declare_fetching(const Environment& env, const std::vector<FetchPlan>& plans) {
  std::vector<store::FetchAccountKey> keys;
  for (const FetchPlan& plan : plans) {
    Result<store::FetchAccountKey> key = key_of(env, plan);
    if (!key) return fail(std::move(key.error()));
    keys.push_back(std::move(*key));
  }
  return env.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::FetchCursors(session).declare(keys);
    return {};
  });
}

Fetcher::Fetcher(const Environment& env, IntakeService& intake, FetchPlan plan,
                 connector::MailIntake& source, connector::Watcher* watcher)
    : env_(env),
      intake_(intake),
      plan_(std::move(plan)),
      source_(source),
      watcher_(watcher),
      owner_(env.ids.next()),
      mails_(env.metrics
                 .counters("madoguchi_fetch_mails_total", "Mails fetched, by mailbox.", {"mailbox"})
                 .with({plan_.mailbox})),
      failures_(env.metrics
                    .counters("madoguchi_fetch_failures_total",
                              "Polls of a mailbox that failed, by mailbox.", {"mailbox"})
                    .with({plan_.mailbox})),
      skipped_(env.metrics
                   .counters("madoguchi_fetch_skipped_total",
                             "Mails that the mail server could not hand over, by mailbox.",
                             {"mailbox"})
                   .with({plan_.mailbox})),
      last_success_(env.metrics
                        .gauges("madoguchi_fetch_last_success_seconds",
                                "When a mailbox was last known to be read to its end, Unix time; "
                                "0: not since the start, or another process does it.",
                                {"mailbox"})
                        .with({plan_.mailbox})) {}

void Fetcher::poll(const std::stop_token& stop) {
  const std::stop_callback on_stop(
      stop, [this] { wish_.update([](Wish& wish) { wish.stopped = true; }); });
  int failures = 0;
  while (!stop.stop_requested()) {
    // What arrives from here on wakes the next round.
    wish_.update([](Wish& wish) { wish.woken = false; });
    const Result<void> visited = visit(stop);
    const bool fine = visited || visited.error().code == ErrorCode::conflict;
    failures = fine ? 0 : failures + 1;
    rest(fine ? plan_.poll_every : pause_after(failures), stop);
  }
  if (!mine_.exchange(false)) return;
  if (const Result<store::FetchAccountKey> held = key()) {
    // When it cannot be said, the lease runs out by itself.
    (void)env_.database.in_transaction([&](db::Session& session) -> Result<void> {
      store::FetchCursors(session).release(*held, owner_);
      return {};
    });
  }
}

void Fetcher::watch(const std::stop_token& stop) {
  if (watcher_ == nullptr) return;
  Monitor<bool> stopped(false);
  const std::stop_callback on_stop(
      stop, [&stopped] { stopped.update([](bool& value) { value = true; }); });
  const auto pause = [&stopped](milliseconds time) {
    const auto until = std::chrono::steady_clock::now() + time;
    stopped.wait_until(
        until, [](bool value) { return value; }, [](bool) {});
  };
  int failures = 0;
  while (!stop.stop_requested()) {
    if (!mine_) {
      pause(seconds(1));
      continue;
    }
    const Result<connector::Watched> told = wait_for_news(stop);
    if (!told) {
      pause(pause_after(++failures));
      continue;
    }
    if (*told == connector::Watched::cannot) return;
    failures = 0;
    wish_.update([](Wish& wish) { wish.woken = true; });
  }
}

void Fetcher::rest(milliseconds time, const std::stop_token& stop) {
  if (stop.stop_requested()) return;
  wish_.wait_until(
      std::chrono::steady_clock::now() + time,
      [](const Wish& wish) { return wish.woken || wish.stopped; }, [](const Wish&) {});
}

milliseconds Fetcher::pause_after(int failures) const {
  // Full jitter, so that many hubs do not come back to a server at once.
  const milliseconds ceiling =
      std::min<milliseconds>(kLongestPause, seconds(std::int64_t{1} << std::min(failures, 6)));
  return milliseconds(250) +
         milliseconds(static_cast<std::int64_t>(
             static_cast<double>((ceiling - milliseconds(250)).count()) * random_fraction()));
}

seconds Fetcher::lease() const {
  // A call may take longer: then another process may begin, and what this one brings is refused
  // with its cursor. Much longer, and a mailbox would wait that long for the process that was
  // killed.
  return std::chrono::ceil<seconds>(plan_.poll_every) + kLongestPause;
}

connector::CallOptions Fetcher::call(const std::stop_token& stop) const {
  connector::CallOptions options;
  options.deadline = env_.clock.steady_now() + kCallLimit;
  options.stop = stop;
  return options;
}

Result<store::FetchAccountKey> Fetcher::key() const { return key_of(env_, plan_); }

Result<void> Fetcher::visit(const std::stop_token& stop) {
  try {
    return visit_once(stop);
  } catch (const std::exception& error) {
    return fail(Error::internal(error.what()));
  }
}

Result<connector::Watched> Fetcher::wait_for_news(const std::stop_token& stop) {
  try {
    return watcher_->wait(stop);
  } catch (const std::exception& error) {
    return fail(Error::internal(error.what()));
  }
}

Result<void> Fetcher::visit_once(const std::stop_token& stop) {
  const Result<store::FetchAccountKey> account = key();
  if (!account) return fail(account.error());
  using Found = std::optional<store::FetchRecord>;
  const Result<Found> claimed =
      env_.database.in_transaction([&](db::Session& session) -> Result<Found> {
        return store::FetchCursors(session).claim(*account, owner_, lease());
      });
  if (!claimed) return fail(claimed.error());
  mine_ = claimed->has_value();
  if (!mine_) return fail(not_mine());
  std::string cursor;
  if (!(*claimed)->sealed_cursor.empty()) {
    Result<std::string> opened = env_.keys.open((*claimed)->sealed_cursor, aad_of(*account));
    if (!opened) return fail(std::move(opened.error()));
    cursor = std::move(*opened);
  }
  std::string trouble;
  Result<void> done = take_all(*account, std::move(cursor), stop, trouble);
  if (done && !trouble.empty()) done = fail(Error::unavailable(trouble));
  if (!done && done.error().code == ErrorCode::conflict) mine_ = false;
  if (!done && (!mine_ || stop.stop_requested())) return done;
  report(*account, done);
  return done;
}

Result<void> Fetcher::take_all(const store::FetchAccountKey& key, std::string cursor,
                               const std::stop_token& stop, std::string& trouble) {
  // What an earlier process had stored and not finished over there.
  if (Result<void> finished = finish(key, cursor, stop, trouble); !finished) return finished;
  for (bool more = true; more && !stop.stop_requested();) {
    const Result<connector::MailBatch> batch = source_.fetch(cursor, call(stop));
    if (!batch) return fail(batch.error());
    if (!batch->mails.empty() || batch->cursor != cursor) {
      if (Result<void> kept = keep(key, *batch); !kept) return kept;
    }
    cursor = batch->cursor;
    more = batch->more;
    if (!batch->trouble.empty()) trouble = batch->trouble;
    if (Result<void> finished = finish(key, cursor, stop, trouble); !finished) return finished;
  }
  return {};
}

Result<void> Fetcher::keep(const store::FetchAccountKey& key, const connector::MailBatch& batch) {
  std::vector<std::pair<ReceivedMail, std::string_view>> mails;
  std::size_t octets = 0;
  for (const connector::FetchedMail& mail : batch.mails) {
    ReceivedMail received;
    received.source = plan_.source;
    received.recipients = {{plan_.mailbox, ""}};
    if (mail.is_old) received.archive_status = plan_.archive_status;
    received.is_cut = mail.is_cut;
    octets += mail.raw.size();
    mails.emplace_back(std::move(received), mail.raw);
  }
  const Result<Room> room = room_for(env_, octets, kPatience);
  if (!room) return fail(room.error());
  const std::string sealed = env_.keys.seal(batch.cursor, aad_of(key));
  const auto taken = static_cast<std::int64_t>(mails.size());
  Result<void> kept = intake_.receive_all(mails, [&](db::Session& session) -> Result<void> {
    if (store::FetchCursors(session).advance(key, owner_, sealed, taken, lease())) return {};
    return fail(not_mine());
  });
  if (!kept) return kept;
  mails_.add(mails.size());
  for (const std::string& place : batch.skipped) {
    skipped_.add();
    env_.log.write(kFetchSkipped, {{"mailbox", plan_.mailbox}, {"place", place}});
  }
  for (const connector::FetchedMail& mail : batch.mails) {
    if (mail.is_cut) env_.log.write(kFetchCut, {{"mailbox", plan_.mailbox}, {"place", mail.place}});
  }
  return {};
}

Result<void> Fetcher::finish(const store::FetchAccountKey& key, std::string& cursor,
                             const std::stop_token& stop, std::string& trouble) {
  // A server that refuses to move or delete is no reason to leave new mails there: nothing is lost,
  // and the cursor still knows them.
  if (cursor.empty() || !trouble.empty()) return {};
  Result<std::string> after = source_.acknowledge(cursor, call(stop));
  if (!after) {
    trouble = words_of(after.error());
    return {};
  }
  if (*after == cursor) return {};
  connector::MailBatch none;
  none.cursor = *after;
  if (Result<void> kept = keep(key, none); !kept) return kept;
  cursor = std::move(*after);
  return {};
}

void Fetcher::report(const store::FetchAccountKey& key, const Result<void>& outcome) {
  const TimePoint now = env_.clock.now();
  const std::string words = outcome ? std::string() : words_of(outcome.error());
  (void)env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::FetchCursors cursors(session);
    if (outcome) {
      (void)cursors.succeeded(key, owner_, now);
    } else {
      (void)cursors.failed(key, owner_, words, now);
    }
    return {};
  });
  if (outcome) {
    last_success_.set(static_cast<double>(to_micros(now)) / 1e6);
    if (!reported_.empty()) env_.log.write(kFetchRecovered, {{"mailbox", plan_.mailbox}});
  } else {
    failures_.add();
    if (words != reported_) {
      env_.log.write(kFetchFailing, {{"mailbox", plan_.mailbox}, {"error", words}});
    }
  }
  reported_ = words;
}

}  // namespace madoguchi::service
