// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/hand.h"

#include <algorithm>

namespace madoguchi::jobs {

namespace {

constexpr std::chrono::duration<double> kQuick{0.02};
/// For what a run waits for beside its work: others at the processor, the database.
constexpr int kTimesByTheClock = 20;

std::chrono::nanoseconds time_of(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

void Workload::begin(SteadyPoint now) {
  if (::pthread_getcpuclockid(::pthread_self(), &clock_) != 0) return;
  before_ = time_of(clock_);
  at_ = now;
  begun_ = true;
}

bool Workload::exceeds(std::chrono::milliseconds most, SteadyPoint now) const {
  if (!begun_ || most.count() == 0) return false;
  return time_of(clock_) - before_ > most || now - at_ > kTimesByTheClock * most;
}

bool Hand::add(const std::vector<std::shared_ptr<Held>>& jobs) {
  return jobs_.update([&](Jobs& mine) {
    if (mine.closed) return false;
    mine.waiting.insert(mine.waiting.end(), jobs.begin(), jobs.end());
    return true;
  });
}

std::deque<std::shared_ptr<Held>>::iterator Hand::Jobs::next() {
  const auto alone = [](const Held& held) { return held.claimed.past == Claimed::Past::crashed; };
  return std::find_if(waiting.begin(), waiting.end(), [&](const std::shared_ptr<Held>& one) {
    return std::none_of(running.begin(), running.end(), [&](const std::shared_ptr<Held>& other) {
      return &other->kind == &one->kind && (alone(*one) || alone(*other));
    });
  });
}

std::shared_ptr<Held> Hand::next() {
  return jobs_.wait([](Jobs& mine) { return mine.closed || mine.next() != mine.waiting.end(); },
                    [](Jobs& mine) -> std::shared_ptr<Held> {
                      if (mine.closed) return nullptr;
                      const auto chosen = mine.next();
                      std::shared_ptr<Held> held = std::move(*chosen);
                      mine.waiting.erase(chosen);
                      mine.running.push_back(held);
                      return held;
                    });
}

bool Hand::finished(const Held& held, std::chrono::steady_clock::duration took) {
  return jobs_.update([&](Jobs& mine) {
    mine.running.erase(
        std::find_if(mine.running.begin(), mine.running.end(),
                     [&](const std::shared_ptr<Held>& one) { return one.get() == &held; }));
    mine.usual = (mine.usual + std::chrono::duration<double>(took)) / 2;
    ++mine.finished;
    return mine.waiting.size() < static_cast<std::size_t>(workers_);
  });
}

int Hand::room() {
  return jobs_.with([this](const Jobs& mine) {
    if (mine.closed) return 0;
    const int stock = mine.usual < kQuick ? std::max(batch_, workers_) : workers_;
    const int held = static_cast<int>(mine.waiting.size() + mine.running.size());
    return std::clamp(stock - held, 0, batch_);
  });
}

std::map<std::string, int> Hand::count_by_kind() {
  std::map<std::string, int> counts;
  for (const auto& held : all()) ++counts[held->kind.name];
  return counts;
}

std::vector<std::shared_ptr<Held>> Hand::all() {
  return jobs_.with([](const Jobs& mine) {
    std::vector<std::shared_ptr<Held>> held = mine.running;
    held.insert(held.end(), mine.waiting.begin(), mine.waiting.end());
    return held;
  });
}

bool Hand::empty() {
  return jobs_.with([](const Jobs& mine) { return mine.waiting.empty() && mine.running.empty(); });
}

std::vector<std::shared_ptr<Held>> Hand::close() {
  return jobs_.update([](Jobs& mine) {
    mine.closed = true;
    std::vector<std::shared_ptr<Held>> unbegun(mine.waiting.begin(), mine.waiting.end());
    mine.waiting.clear();
    return unbegun;
  });
}

bool Hand::drained_by(std::chrono::steady_clock::time_point deadline) {
  return jobs_.wait_until(
      deadline, [](const Jobs& mine) { return mine.running.empty(); }, [](Jobs&) {});
}

void Hand::wait_for_change(std::chrono::steady_clock::time_point deadline) {
  const std::uint64_t seen = jobs_.with([](const Jobs& mine) { return mine.finished; });
  jobs_.wait_until(
      deadline, [seen](const Jobs& mine) { return mine.finished != seen; }, [](Jobs&) {});
}

}  // namespace madoguchi::jobs
