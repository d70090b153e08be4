// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/workers.h"

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "daemon/http/thread_signals.h"

namespace madoguchi::http {

// Asio's scheduler as a queue: it wakes one thread per job and only when one sleeps.
class Workers::Pool {
 public:
  Pool(std::size_t limit, std::function<void(Job)> run) : limit_(limit), run_(std::move(run)) {}

  void start(int threads) {
    for (int i = 0; i < threads; ++i) {
      threads_.emplace_back([this] {
        block_signals();
        queue_->run();
      });
    }
  }

  bool submit(Job& job) {
    if (waiting_.fetch_add(1) >= limit_) {
      waiting_.fetch_sub(1);
      return false;
    }
    boost::asio::post(*queue_, [this, job = std::move(job)]() mutable {
      waiting_.fetch_sub(1);
      run_(std::move(job));
    });
    return true;
  }

  [[nodiscard]] bool full() const { return waiting_.load() >= limit_; }

  void stop() {
    if (queue_) queue_->stop();
    threads_.clear();
    work_.reset();
    queue_.reset();
  }

 private:
  std::size_t limit_;
  std::function<void(Job)> run_;
  std::atomic<std::size_t> waiting_{0};
  std::optional<boost::asio::io_context> queue_{std::in_place};
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_{
      queue_->get_executor()};
  std::vector<std::jthread> threads_;
};

Workers::Workers(std::size_t limit, std::function<void(Job)> run)
    : pool_(std::make_unique<Pool>(limit, std::move(run))) {}
Workers::~Workers() { stop(); }
void Workers::start(int threads) { pool_->start(threads); }
bool Workers::submit(Job& job) { return pool_->submit(job); }
bool Workers::full() const { return pool_->full(); }
void Workers::stop() { pool_->stop(); }

}  // namespace madoguchi::http
