// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "daemon/http/message.h"

namespace madoguchi::http {

/// A request on its way to Application::handle.
struct Job {
  Request request;
  std::unique_ptr<Responder> responder;
};

/// Threads that run jobs from one bounded queue.
class Workers {
 public:
  /// `limit`: jobs that may wait. `run` must not throw.
  Workers(std::size_t limit, std::function<void(Job)> run);
  ~Workers();

  void start(int threads);
  /// False, and the job untouched, when the queue is full. Callable from any thread.
  [[nodiscard]] bool submit(Job& job);
  [[nodiscard]] bool full() const;
  /// Waits for jobs that run, drops those that wait (their responders answer 500), joins.
  void stop();

 private:
  class Pool;
  std::unique_ptr<Pool> pool_;
};

}  // namespace madoguchi::http
