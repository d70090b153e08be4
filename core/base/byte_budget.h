// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>

#include "core/base/guarded.h"

namespace madoguchi {

/// Bounds how much memory big things take at the same time: whoever works on one takes a share for
/// as long as it does, and waits while others have too much. What is more than all of it is let in
/// alone. Nobody may wait for a share while holding another. Safe for use by many threads.
class ByteBudget {
 public:
  /// A part of it, given back in the end. The budget outlives it.
  class Share {
   public:
    Share(Share&& other) noexcept
        : budget_(std::exchange(other.budget_, nullptr)), bytes_(other.bytes_) {}
    Share& operator=(Share&& other) noexcept {
      std::swap(budget_, other.budget_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    ~Share() {
      if (budget_ == nullptr) return;
      budget_->taken_.update([this](std::size_t& taken) { taken -= bytes_; });
    }

   private:
    friend class ByteBudget;
    Share(ByteBudget& budget, std::size_t bytes) : budget_(&budget), bytes_(bytes) {}

    ByteBudget* budget_;
    std::size_t bytes_;
  };

  explicit ByteBudget(std::size_t total) : total_(total) {}

  /// Waits for it at most so long; nothing when there was no room all that time.
  [[nodiscard]] std::optional<Share> take(std::size_t bytes, std::chrono::milliseconds patience) {
    bool done = false;
    const auto fits = [&](std::size_t taken) { return taken == 0 || taken + bytes <= total_; };
    taken_.wait_until(std::chrono::steady_clock::now() + patience, fits, [&](std::size_t& taken) {
      if (!fits(taken)) return;
      taken += bytes;
      done = true;
    });
    if (!done) return std::nullopt;
    return Share(*this, bytes);
  }

 private:
  const std::size_t total_;
  Monitor<std::size_t> taken_{0};
};

}  // namespace madoguchi
