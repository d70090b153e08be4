// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "core/base/guarded.h"

namespace madoguchi::db {

/// A few things of one kind that are costly to make, lent out one at a time; made on first need.
template <class T>
class Pool {
 public:
  using Make = std::function<std::unique_ptr<T>()>;

  /// Gives its thing back at its end.
  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<T> thing) : pool_(&pool), thing_(std::move(thing)) {}
    ~Lease() {
      if (thing_) pool_->give_back(std::move(thing_));
    }
    Lease(Lease&& other) noexcept : pool_(other.pool_), thing_(std::move(other.thing_)) {}
    Lease& operator=(Lease&&) = delete;

    [[nodiscard]] bool empty() const noexcept { return !thing_; }
    T& operator*() const { return *thing_; }
    T* operator->() const { return thing_.get(); }

   private:
    Pool* pool_;
    std::unique_ptr<T> thing_;
  };

  Pool(int size, Make make) : make_(std::move(make)) {
    shelf_.update([&](Shelf& shelf) { shelf.unmade = size; });
  }

  /// An empty lease when all are lent out for longer than `patience`.
  [[nodiscard]] Lease acquire(std::chrono::milliseconds patience) {
    std::unique_ptr<T> thing;
    bool to_make = false;
    shelf_.wait_until(
        std::chrono::steady_clock::now() + patience,
        [](const Shelf& shelf) { return !shelf.idle.empty() || shelf.unmade > 0; },
        [&](Shelf& shelf) {
          if (!shelf.idle.empty()) {
            thing = std::move(shelf.idle.back());
            shelf.idle.pop_back();
          } else if (shelf.unmade > 0) {
            --shelf.unmade;
            to_make = true;
          }
        });
    if (to_make) thing = make();
    return Lease(*this, std::move(thing));
  }

 private:
  struct Shelf {
    std::vector<std::unique_ptr<T>> idle;
    int unmade = 0;
  };

  std::unique_ptr<T> make() {
    try {
      return make_();
    } catch (...) {
      shelf_.update([](Shelf& shelf) { ++shelf.unmade; });
      throw;
    }
  }
  void give_back(std::unique_ptr<T> thing) {
    shelf_.update([&](Shelf& shelf) { shelf.idle.push_back(std::move(thing)); });
  }

  Make make_;
  Monitor<Shelf> shelf_;
};

}  // namespace madoguchi::db
