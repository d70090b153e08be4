// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/runner.h"

#include <sys/resource.h>

#include <algorithm>
#include <stdexcept>
#include <thread>

#include "core/base/guarded.h"
#include "core/db/background.h"
#include "core/jobs/hand.h"
#include "core/jobs/job_table.h"
#include "core/jobs/messages.h"
#include "core/jobs/worker.h"

namespace madoguchi::jobs {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// A key is remembered for so long after its job was done; the table's size follows from it.
constexpr std::chrono::hours kKeepDone{24};
constexpr std::chrono::seconds kLookAtQueue{5};
constexpr std::chrono::seconds kTrimPause{60};
constexpr int kNice = 5;

/// Names this process among those of its installation, which are dead.
const std::string& process_name(IdSource& ids) {
  static const std::string name = ids.next();
  return name;
}

}  // namespace

class Runner::Impl {
 public:
  Impl(db::Database& database, const Clock& clock, IdSource& ids, observe::Log& log,
       observe::Registry& metrics, RunnerOptions options)
      : database_(database),
        clock_(clock),
        ids_(ids),
        log_(log),
        options_(options),
        process_(database.installation() + process_name(ids)),
        owner_(process_ + "/" + ids.next()),
        table_(database.engine(), clock),
        worker_(database, table_, clock, log, metrics),
        ready_(metrics.gauge("madoguchi_jobs_ready", "Due jobs that wait to be run.")),
        oldest_(metrics.gauge("madoguchi_jobs_oldest_due_seconds",
                              "How long the oldest due job has been waiting.")),
        hand_(options.workers, options.batch) {}

  ~Impl() { stop(std::chrono::milliseconds{0}); }

  void add(JobKind kind) {
    if (!threads_.empty()) throw std::logic_error("kinds of jobs are added before the start");
    kinds_.push_back(std::make_unique<JobKind>(std::move(kind)));
  }
  void put(db::Session& session, const NewJob& job);
  void start();
  void stop(std::chrono::milliseconds limit);
  void wake() {
    bell_.update([](Bell& bell) { bell.rung = true; });
  }
  bool resting() { return hand_.empty(); }
  bool idle_within(std::chrono::milliseconds limit);

 private:
  struct Bell {
    bool rung = false;
    bool stopping = false;
  };

  void dispatch();
  void work();
  bool look(SteadyPoint now);
  bool claim();
  [[nodiscard]] const JobKind* kind_in_hand(const NewJob& job);
  void put_in_hand(db::Session& session, const NewJob& job, const JobKind& kind);
  void take_over(const std::shared_ptr<Held>& held);
  void give_back_orphans();
  std::string next_owner() { return owner_ + "#" + std::to_string(++claims_); }
  std::vector<Demand> demands();
  Result<void> free_lost_jobs();
  Result<void> renew(SteadyPoint now);
  void abandon_hung(SteadyPoint now);
  Result<void> tidy(SteadyPoint now);
  void give_back(const std::vector<std::shared_ptr<Held>>& unbegun);
  const JobKind* kind_of(const std::string& name) const;
  [[nodiscard]] std::chrono::milliseconds pause() const;

  db::Database& database_;
  const Clock& clock_;
  IdSource& ids_;
  observe::Log& log_;
  const RunnerOptions options_;
  const std::string process_;
  const std::string owner_;
  JobTable table_;
  Worker worker_;
  observe::Gauge& ready_;
  observe::Gauge& oldest_;
  std::vector<std::unique_ptr<JobKind>> kinds_;
  Hand hand_;
  Monitor<Bell> bell_;
  std::atomic<std::uint64_t> claims_{0};  ///< no owner's name comes twice
  std::atomic<bool> more_{true};          ///< something due may be waiting in the table
  std::atomic<bool> started_{false};
  /// Claimed when they were put, committed when nothing was begun any more.
  Guarded<std::vector<std::shared_ptr<Held>>> orphans_;

  // Of the dispatcher's thread alone.
  bool freed_predecessors_ = false;
  bool database_down_ = false;
  SteadyClock::time_point freed_at_{};
  SteadyClock::time_point looked_at_{};
  SteadyClock::time_point trimmed_at_{};

  std::vector<std::jthread> threads_;
};

void Runner::Impl::start() {
  if (!threads_.empty()) return;
  std::vector<JobTable::Lease> leases;
  for (const auto& kind : kinds_) leases.push_back({kind->name, kind->lease});
  table_.set_leases(leases);
  threads_.emplace_back([this] { dispatch(); });
  for (int i = 0; i < std::max(options_.workers, 1); ++i) {
    threads_.emplace_back([this] { work(); });
  }
  started_ = true;
}

void Runner::Impl::put(db::Session& session, const NewJob& job) {
  const JobKind* kind = kind_in_hand(job);
  if (kind != nullptr) return put_in_hand(session, job, *kind);
  table_.put(session, ids_.make<JobId>(), job);
  session.after_commit([this] {
    more_ = true;
    wake();
  });
}

/// The job's kind, when a worker of this process can begin it right after the commit and nothing
/// that is due would have to wait behind it: then it need not be looked for in the table.
const JobKind* Runner::Impl::kind_in_hand(const NewJob& job) {
  if (!started_ || more_ || job.run_at || !job.lane.empty() || hand_.room() == 0) return nullptr;
  const auto known = std::find_if(kinds_.begin(), kinds_.end(),
                                  [&](const auto& kind) { return kind->name == job.kind; });
  return known == kinds_.end() || (*known)->concurrency > 0 ? nullptr : known->get();
}

void Runner::Impl::put_in_hand(db::Session& session, const NewJob& job, const JobKind& kind) {
  Claimed claimed{{ids_.make<JobId>(), job.kind, job.key, job.payload, {}, 1, clock_.now()},
                  next_owner()};
  if (!table_.put_claimed(session, claimed, kind.lease)) return;
  auto held = std::make_shared<Held>(std::move(claimed), kind, clock_.steady_now());
  session.after_commit([this, held = std::move(held)] { take_over(held); });
}

void Runner::Impl::take_over(const std::shared_ptr<Held>& held) {
  if (hand_.add({held})) return;
  orphans_.with([&](auto& orphans) { orphans.push_back(held); });
  wake();
}

void Runner::Impl::give_back_orphans() {
  give_back(orphans_.with([](auto& orphans) { return std::exchange(orphans, {}); }));
}

void Runner::Impl::stop(std::chrono::milliseconds limit) {
  const auto deadline = SteadyClock::now() + limit;
  const bool first = bell_.update([](Bell& bell) { return !std::exchange(bell.stopping, true); });
  if (threads_.empty()) return;
  if (first) give_back(hand_.close());
  hand_.drained_by(deadline);
}

bool Runner::Impl::idle_within(std::chrono::milliseconds limit) {
  const auto deadline = SteadyClock::now() + limit;
  while (true) {
    const auto busy =
        database_.read([&](db::Session& session) -> Result<bool> { return table_.busy(session); });
    if (busy && !*busy && hand_.empty()) return true;
    const auto now = SteadyClock::now();
    if (now >= deadline) return false;
    hand_.wait_for_change(std::min(deadline, now + std::chrono::milliseconds{10}));
  }
}

void Runner::Impl::work() {
  // Whoever waits for an answer goes first. On Linux this is about the calling thread alone.
  ::setpriority(PRIO_PROCESS, 0, kNice);
  const db::Background mark;
  while (const std::shared_ptr<Held> held = hand_.next()) {
    const auto begun = SteadyClock::now();
    worker_.run(*held);
    const Job& job = held->claimed.job;
    const bool waited_for = !job.lane.empty() || held->kind.concurrency > 0;
    const bool low = hand_.finished(*held, SteadyClock::now() - begun);
    // The next of its lane or kind may be claimed now.
    if (waited_for || (low && more_)) wake();
  }
}

void Runner::Impl::dispatch() {
  while (true) {
    bool stopping = false;
    bell_.wait_until(
        SteadyClock::now() + pause(), [](const Bell& bell) { return bell.rung || bell.stopping; },
        [&](Bell& bell) {
          bell.rung = false;
          stopping = bell.stopping;
        });
    const SteadyPoint now = clock_.steady_now();
    // Those that still run keep their leases while the process drains.
    if (stopping) {
      give_back_orphans();
      if (hand_.empty()) return;
      abandon_hung(now);
      if (auto renewed = renew(now); !renewed) database_down_ = true;
      hand_.drained_by(SteadyClock::now() + pause());
      continue;
    }
    const bool fine = look(now);
    if (!fine) hand_.wait_for_change(SteadyClock::now() + std::chrono::milliseconds{200});
  }
}

/// One round of the dispatcher; false when the database could not be reached.
bool Runner::Impl::look(SteadyPoint now) {
  Result<void> done;
  try {
    abandon_hung(now);
    done = renew(now);
    if (done) done = free_lost_jobs();
    if (done && hand_.room() > 0 && !claim()) done = fail(Error::unavailable("claiming"));
    if (done) done = tidy(now);
  } catch (const std::exception& error) {
    done = fail(Error::internal(error.what()));
  }
  if (!done && !database_down_) {
    log_.write(messages::kDatabase, {{"error", done.error()}});
  }
  database_down_ = !done;
  return done.has_value();
}

/// Each lease is renewed after a third of it; nobody may wait longer than that without looking.
std::chrono::milliseconds Runner::Impl::pause() const {
  std::chrono::milliseconds shortest = options_.poll;
  for (const auto& kind : kinds_) {
    shortest = std::min(shortest, std::chrono::milliseconds(kind->lease) / 3);
  }
  return shortest;
}

Result<void> Runner::Impl::renew(SteadyPoint now) {
  for (const auto& held : hand_.all()) {
    if (now < held->renew_at || held->lost || held->ended) continue;
    const auto ours = database_.in_transaction([&](db::Session& session) -> Result<bool> {
      return table_.extend(session, held->claimed);
    });
    if (!ours) return fail(ours.error());
    // One that has just ended is not ours either, and need not be.
    if (!*ours) held->lost = true;
    held->renew_at = now + held->kind.lease / 3;
  }
  return {};
}

/// Their threads go on, but as one whose lease was lost: whatever they come to is rolled back.
void Runner::Impl::abandon_hung(SteadyPoint now) {
  for (const auto& held : hand_.all()) {
    if (held->lost || held->ended || !held->workload.exceeds(held->kind.most_work, now)) continue;
    held->lost = true;
    worker_.abandon(*held);
    if (options_.on_hung) options_.on_hung();
  }
}

Result<void> Runner::Impl::free_lost_jobs() {
  const auto now = SteadyClock::now();
  if (freed_predecessors_ && now - freed_at_ < std::min(options_.poll, pause())) return {};
  const auto freed = database_.in_transaction([&](db::Session& session) -> Result<std::int64_t> {
    const std::int64_t left =
        freed_predecessors_ ? 0
                            : table_.free_predecessors(session, database_.installation(), process_);
    return left + table_.free_expired(session);
  });
  if (!freed) return fail(freed.error());
  if (*freed > 0) log_.write(messages::kLeaseExpired, {{"count", *freed}});
  freed_predecessors_ = true;
  freed_at_ = now;
  return {};
}

/// The kinds that may be as many as there are workers together, the others one by one.
std::vector<Demand> Runner::Impl::demands() {
  const int room = hand_.room();
  const std::map<std::string, int> held = hand_.count_by_kind();
  std::vector<Demand> all;
  Demand unlimited;
  unlimited.limit = room;
  for (const auto& kind : kinds_) {
    if (kind->concurrency <= 0) {
      unlimited.kinds.push_back(kind->name);
      continue;
    }
    const auto found = held.find(kind->name);
    const int left = kind->concurrency - (found == held.end() ? 0 : found->second);
    if (left > 0) all.push_back({{kind->name}, std::min(left, room)});
  }
  if (!unlimited.kinds.empty()) all.push_back(std::move(unlimited));
  return all;
}

bool Runner::Impl::claim() {
  const std::vector<Demand> wanted = demands();
  if (wanted.empty()) return true;
  more_ = false;  // whatever is put from now on says so
  const auto claims = database_.in_transaction([&](db::Session& session) -> Result<Claims> {
    return table_.claim(session, next_owner(), wanted);
  });
  if (!claims || claims->more) more_ = true;
  if (!claims) return false;
  std::vector<std::shared_ptr<Held>> held;
  for (const Claimed& one : claims->jobs) {
    held.push_back(std::make_shared<Held>(one, *kind_of(one.job.kind), clock_.steady_now()));
  }
  if (held.empty()) return true;
  if (!hand_.add(held)) {
    give_back(held);
  } else if (claims->more && hand_.room() > 0) {
    wake();
  }
  return true;
}

const JobKind* Runner::Impl::kind_of(const std::string& name) const {
  for (const auto& kind : kinds_) {
    if (kind->name == name) return kind.get();
  }
  throw std::logic_error("a job of a kind that was not asked for: " + name);
}

Result<void> Runner::Impl::tidy(SteadyPoint) {
  const auto now = SteadyClock::now();
  if (now - looked_at_ >= kLookAtQueue) {
    const auto due = database_.read(
        [&](db::Session& session) -> Result<DueJobs> { return table_.due(session); });
    if (!due) return fail(due.error());
    ready_.set(static_cast<double>(due->count));
    const auto age = due->oldest ? clock_.now() - *due->oldest : std::chrono::microseconds{0};
    oldest_.set(std::chrono::duration<double>(age).count());
    looked_at_ = now;
  }
  if (now - trimmed_at_ >= kTrimPause) {
    const auto trimmed =
        database_.in_transaction([&](db::Session& session) -> Result<std::int64_t> {
          return table_.trim(session, clock_.now() - kKeepDone);
        });
    if (!trimmed) return fail(trimmed.error());
    if (*trimmed == 0) trimmed_at_ = now;
  }
  return {};
}

void Runner::Impl::give_back(const std::vector<std::shared_ptr<Held>>& unbegun) {
  if (unbegun.empty()) return;
  const auto given = database_.in_transaction([&](db::Session& session) -> Result<void> {
    for (const auto& held : unbegun) (void)table_.give_back(session, held->claimed);
    return {};
  });
  // Else their leases run out.
  if (!given) log_.write(messages::kNotGivenBack, {{"error", given.error()}});
}

Runner::Runner(db::Database& database, const Clock& clock, IdSource& ids, observe::Log& log,
               observe::Registry& metrics, RunnerOptions options)
    : impl_(std::make_unique<Impl>(database, clock, ids, log, metrics, options)) {}
Runner::~Runner() = default;

void Runner::add(JobKind kind) { impl_->add(std::move(kind)); }
void Runner::put(db::Session& session, const NewJob& job) { impl_->put(session, job); }
void Runner::start() { impl_->start(); }
void Runner::stop(std::chrono::milliseconds limit) { impl_->stop(limit); }
void Runner::wake() { impl_->wake(); }
bool Runner::resting() { return impl_->resting(); }
bool Runner::idle_within(std::chrono::milliseconds limit) { return impl_->idle_within(limit); }

}  // namespace madoguchi::jobs
