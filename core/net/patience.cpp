// SPDX-License-Identifier: Apache-2.0
#include "core/net/patience.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <stdexcept>

namespace madoguchi::net {
namespace {

UniqueFd make_waker() {
  UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd.is_open()) throw std::runtime_error("no descriptor is left");
  return fd;
}

}  // namespace

int poll_time(SteadyPoint until) {
  using std::chrono::milliseconds;
  const auto left = std::chrono::ceil<milliseconds>(until - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<milliseconds::rep>(left.count(), 0, 3'600'000));
}

void Patience::Wake::operator()() const noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(fd, &one, sizeof one);
}

Patience::Patience(SteadyPoint deadline, std::stop_token stop, std::stop_token cut)
    : deadline_(deadline),
      stop_(std::move(stop)),
      cut_(std::move(cut)),
      waker_(make_waker()),
      on_stop_(stop_, Wake{waker_.get()}),
      on_cut_(cut_, Wake{waker_.get()}) {}

HttpStep Patience::check() const {
  if (cut_.stop_requested() || (!committed_ && stop_.stop_requested())) {
    return fail_with(HttpTrouble::stopped, "the hub ends the call");
  }
  if (std::chrono::steady_clock::now() >= deadline_) {
    return fail_with(HttpTrouble::late, "no answer in time");
  }
  return {};
}

HttpStep Patience::wait(int fd, short events, SteadyPoint until) const {
  const SteadyPoint end = std::min(until, deadline_);
  while (true) {
    if (HttpStep good = check(); !good) return good;
    // A stop that does not count any more must not keep waking.
    const bool deaf = committed_ && stop_.stop_requested();
    std::array<pollfd, 2> fds{pollfd{fd, events, 0}, pollfd{deaf ? -1 : waker_.get(), POLLIN, 0}};
    // Deaf to its descriptor, a cut is noticed by looking now and then.
    const int most = deaf ? 100 : poll_time(end);
    const int ready = ::poll(fds.data(), fds.size(), std::min(most, poll_time(end)));
    if (ready < 0 && errno != EINTR) {
      return fail_with(HttpTrouble::unreachable, "poll fails");
    }
    if (ready > 0 && fds[0].revents != 0) return {};
    if (std::chrono::steady_clock::now() >= end && end < deadline_) {
      return fail_with(HttpTrouble::unreachable, "no connection in its part of the time");
    }
  }
}

}  // namespace madoguchi::net
