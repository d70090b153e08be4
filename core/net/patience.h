// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <stop_token>

#include "core/base/clock.h"
#include "core/net/http.h"
#include "core/net/unique_fd.h"

namespace madoguchi::net {

/// Nothing, or why it cannot go on.
using HttpStep = tl::expected<void, HttpFailure>;

/// How long one call may wait, and for whom it ends earlier. All waiting of a call goes through
/// here, so nothing can outlast its deadline. Belongs to one thread.
class Patience {
 public:
  Patience(SteadyPoint deadline, std::stop_token stop, std::stop_token cut);
  Patience(const Patience&) = delete;
  Patience& operator=(const Patience&) = delete;

  /// Until `fd` is ready for `events` (of poll), has failed or was hung up.
  [[nodiscard]] HttpStep wait(int fd, short events) const { return wait(fd, events, deadline_); }
  /// The same, but no longer than `until`: then `unreachable`.
  [[nodiscard]] HttpStep wait(int fd, short events, SteadyPoint until) const;
  /// `late` or `stopped` when it is so.
  [[nodiscard]] HttpStep check() const;
  /// From now on only `cut` and the deadline end it.
  void commit() { committed_ = true; }

  [[nodiscard]] SteadyPoint deadline() const { return deadline_; }
  /// Readable when somebody may want it to end; to be polled beside what is waited for.
  [[nodiscard]] int waker() const { return waker_.get(); }

 private:
  struct Wake {
    int fd;
    void operator()() const noexcept;
  };

  SteadyPoint deadline_;
  std::stop_token stop_;
  std::stop_token cut_;
  UniqueFd waker_;
  std::stop_callback<Wake> on_stop_;
  std::stop_callback<Wake> on_cut_;
  bool committed_ = false;
};

/// Milliseconds for poll until then, rounded up, not negative.
[[nodiscard]] int poll_time(SteadyPoint until);

[[nodiscard]] inline tl::unexpected<HttpFailure> fail_with(HttpTrouble trouble,
                                                           std::string detail) {
  return tl::unexpected<HttpFailure>(HttpFailure{trouble, std::move(detail)});
}

}  // namespace madoguchi::net
