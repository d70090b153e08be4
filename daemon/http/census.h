// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "core/base/clock.h"
#include "core/base/guarded.h"
#include "daemon/http/address.h"

namespace madoguchi::http {

/// Counts the open connections, in total and per address, against the caps. Safe for use by many
/// threads; must outlive its seats.
class Census {
 public:
  struct Caps {
    std::size_t total = 0;
    std::size_t per_address = 0;
    std::size_t to_tell = 64;  ///< connections over a cap that are told so before they are closed
  };

  /// A connection's place in the count; gives it back when destroyed.
  class Seat {
   public:
    Seat(Census& census, std::string allotment, bool spare)
        : census_(&census), allotment_(std::move(allotment)), spare_(spare) {}
    Seat(Seat&& other) noexcept
        : census_(std::exchange(other.census_, nullptr)),
          allotment_(std::move(other.allotment_)),
          spare_(other.spare_) {}
    Seat& operator=(Seat&&) = delete;
    ~Seat() {
      if (census_ != nullptr) census_->leave(allotment_, spare_);
    }
    /// Over a cap: may stay for as long as it takes to say so.
    [[nodiscard]] bool spare() const { return spare_; }

   private:
    Census* census_;
    std::string allotment_;
    bool spare_;
  };

  explicit Census(Caps caps) : caps_(caps) {}

  /// `allotment` is what the cap per address counts by; empty: exempt from it. Nothing: no place.
  [[nodiscard]] std::optional<Seat> enter(const std::string& allotment);
  /// Whether all connections were gone by `deadline`.
  bool wait_until_empty(SteadyPoint deadline);

 private:
  struct Count {
    std::size_t total = 0;
    std::size_t spare = 0;
    std::unordered_map<std::string, std::size_t> by_allotment;
  };

  void leave(const std::string& allotment, bool spare);

  Caps caps_;
  Monitor<Count> count_;
};

}  // namespace madoguchi::http
