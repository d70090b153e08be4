// SPDX-License-Identifier: Apache-2.0
#include "connectors/relation/history.h"

#include <algorithm>

namespace madoguchi::connectors::relation {
namespace {

constexpr std::size_t kMostThreads = 20;
constexpr std::size_t kMostMessages = 80;
constexpr std::size_t kMostText = std::size_t{2} * 1024 * 1024;
constexpr std::chrono::seconds kReserve{5};  // of a call's time, for one more answer
/// How often the past is left alone for what is new.
constexpr std::chrono::seconds kFreshEvery{120};
/// Without a past to bring: no more often than that, however often it is asked.
constexpr std::chrono::seconds kJustNow{10};
/// Times are told in seconds: what changed just now may change once more within the same one.
constexpr std::chrono::seconds kSettled{2};
constexpr std::chrono::hours kFirstPast{30};
constexpr std::chrono::hours kAll{24 * 90};
constexpr int kMostPages = 200;
/// A clock over there may be ahead of the time its answers say.
constexpr std::chrono::hours kAhead{24};

json::Value wish_for(const Sweep& sweep) {
  return {{"status_cds", {"open", "ongoing", "closed", "unwanted", "trash", "spam"}},
          {"since", to_rfc3339(sweep.window_begin())},
          {"until", to_rfc3339(sweep.listed_from)},
          {"per_page", kPageSize},
          {"page", sweep.page}};
}

}  // namespace

struct History::Walk {
  Cursor cursor;
  std::chrono::seconds overlap{0};
  connector::MailHistoryPage page = {};
  std::size_t text = 0;
  bool has_been_fresh = false;  ///< looked for news in this call
  bool got_on = false;          ///< anything to be remembered

  [[nodiscard]] bool is_full() const {
    return page.threads.size() + page.removed_threads.size() >= kMostThreads ||
           page.messages.size() >= kMostMessages || text >= kMostText;
  }
};

Result<connector::MailHistoryPage> History::pull(const connector::Pull& pull,
                                                 const connector::CallOptions& call) {
  Walk walk;
  walk.cursor = Cursor::parse(pull.cursor).value_or(Cursor{});
  walk.overlap = pull.overlap;
  walk.page.more = true;
  while (!walk.is_full()) {
    if (walk.got_on && std::chrono::steady_clock::now() + kReserve > call.deadline) break;
    const Result<Step> went = step(walk, call);
    if (!went && !walk.got_on) return fail(went.error());
    if (!went) break;
    if (*went == Step::nothing_left) {
      walk.page.more = false;
      break;
    }
    walk.got_on = true;
  }
  if (!walk.cursor.past) walk.page.complete_until = walk.cursor.done_until;
  walk.page.cursor = walk.cursor.str();
  return std::move(walk.page);
}

Result<History::Step> History::step(Walk& walk, const connector::CallOptions& call) const {
  Cursor& cursor = walk.cursor;
  if (cursor.recent && cursor.recent->is_done(cursor.boxes.size())) {
    cursor.done_until = cursor.next_done;
    cursor.recent.reset();
  }
  if (cursor.past && cursor.past->is_done(cursor.boxes.size())) cursor.past.reset();
  Result<void> went;
  Sweep* sweep = cursor.recent ? &*cursor.recent : nullptr;
  const bool is_stale = !cursor.done_until || client_.now() - *cursor.done_until >=
                                                  (cursor.past ? kFreshEvery : kJustNow);
  if (sweep == nullptr && !walk.has_been_fresh && is_stale) {
    went = begin(walk, call);
  } else {
    if (sweep == nullptr && cursor.past) sweep = &*cursor.past;
    if (sweep == nullptr) return Step::nothing_left;
    went = sweep->waiting.empty() ? list(walk, *sweep, call) : bring(walk, *sweep, call);
  }
  if (!went) return fail(went.error());
  return Step::went;
}

/// Looks which message boxes there are, which says what time it is over there too, and begins to
/// look for what is new since the last time, or for everything.
Result<void> History::begin(Walk& walk, const connector::CallOptions& call) const {
  const Result<json::Value> answer = client_.get("/message_boxes", {}, call);
  if (!answer) return fail(answer.error());
  Result<std::vector<std::int64_t>> boxes = read_boxes(*answer);
  if (!boxes) return fail(std::move(boxes.error()));
  for (const std::int64_t wanted : options_.boxes) {
    if (std::find(boxes->begin(), boxes->end(), wanted) == boxes->end()) {
      Error error = Error::forbidden({"Re:lation does not show this account that message box.",
                                      "Re:lation にその受信箱が見つかりません。"});
      error.detail = "message box " + std::to_string(wanted);
      return fail(std::move(error));
    }
  }
  Cursor& cursor = walk.cursor;
  const TimePoint now = std::chrono::floor<std::chrono::seconds>(client_.now());
  std::vector<std::int64_t> wanted = options_.boxes.empty() ? *boxes : options_.boxes;
  if (!cursor.done_until || cursor.boxes != wanted) {
    // A box that came or went: the past is walked through anew, since the old walk counted boxes.
    cursor = Cursor{};
    cursor.boxes = std::move(wanted);
    cursor.done_until = now;
    cursor.past = Sweep::over(now - options_.history, now + kAhead, kFirstPast);
  } else {
    cursor.recent = Sweep::over(*cursor.done_until - walk.overlap, now + kAhead, kAll);
    cursor.next_done = now;
    const TimePoint oldest = cursor.recent->since;
    for (auto one = cursor.seen.begin(); one != cursor.seen.end();) {
      one = one->second < oldest ? cursor.seen.erase(one) : std::next(one);
    }
  }
  walk.has_been_fresh = true;
  return {};
}

Result<void> History::list(Walk& walk, Sweep& sweep, const connector::CallOptions& call) const {
  Cursor& cursor = walk.cursor;
  const std::int64_t box = cursor.boxes.at(sweep.box);
  if (sweep.page > kMostPages) {
    return fail(Error::malformed(
        {"Re:lation's list of tickets does not end.", "Re:lation のチケット一覧が終わりません。"}));
  }
  const std::string path = "/" + std::to_string(box) + "/tickets/search";
  const Result<json::Value> answer = client_.search(path, wish_for(sweep), call);
  if (!answer) return fail(answer.error());
  Result<std::vector<ListedTicket>> tickets = read_list(*answer);
  if (!tickets) return fail(std::move(tickets.error()));
  std::vector<std::int64_t> fresh;
  for (const ListedTicket& one : *tickets) {
    const auto seen = cursor.seen.find(thread_id(box, one.id));
    const bool is_known = seen != cursor.seen.end() && seen->second == one.changed_at;
    const bool is_listed =
        std::find(fresh.begin(), fresh.end(), one.id) != fresh.end() ||
        std::find(sweep.waiting.begin(), sweep.waiting.end(), one.id) != sweep.waiting.end();
    if (!is_known && !is_listed) fresh.push_back(one.id);
  }
  sweep.listed(tickets->size(), std::move(fresh));
  return {};
}

Result<void> History::bring(Walk& walk, Sweep& sweep, const connector::CallOptions& call) const {
  Cursor& cursor = walk.cursor;
  const std::int64_t id = sweep.waiting.front();
  const std::int64_t box = cursor.boxes.at(sweep.waiting_box);
  const std::string path = "/" + std::to_string(box) + "/tickets/" + std::to_string(id);
  auto labels = client_.labels(box, call);
  if (!labels) return fail(std::move(labels.error()));
  const Result<json::Value> answer = client_.get(path, {}, call);
  if (!answer && answer.error().code != ErrorCode::not_found) return fail(answer.error());
  if (!answer) {
    walk.page.removed_threads.push_back(thread_id(box, id));
    sweep.waiting.erase(sweep.waiting.begin());
    return {};
  }
  Result<ReadTicket> ticket = read_ticket(*answer, {box, options_.screen, std::move(*labels)});
  if (!ticket) return fail(std::move(ticket.error()));
  if (ticket->thread.id != thread_id(box, id)) {
    return fail(Error::malformed(
        {"Re:lation answered with another ticket.", "Re:lation が別のチケットを返しました。"},
        path));
  }
  sweep.waiting.erase(sweep.waiting.begin());
  const TimePoint changed_at = ticket->thread.changed_at;
  if (client_.now() - changed_at < kSettled) {
    cursor.seen.erase(ticket->thread.id);
  } else if (cursor.done_until && changed_at >= *cursor.done_until - walk.overlap) {
    cursor.seen[ticket->thread.id] = changed_at;
  }
  if (ticket->is_gone) {
    walk.page.removed_threads.push_back(ticket->thread.id);
    return {};
  }
  for (domain::ExternalMessage& message : ticket->messages) {
    walk.text += message.text.size();
    walk.page.messages.push_back(std::move(message));
  }
  walk.page.threads.push_back(std::move(ticket->thread));
  return {};
}

}  // namespace madoguchi::connectors::relation
