// SPDX-License-Identifier: Apache-2.0
#pragma once

// How several searches become one list: each gives its hits newest first behind a place of its own,
// and the pages of the list remember all the places. So a page never misses or repeats anything,
// whatever was added or changed meanwhile.

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/domain/customer.h"
#include "core/store/cases.h"
#include "core/store/orders.h"

namespace madoguchi::service {

/// A memo with whom it is about.
struct FoundMemo {
  domain::Memo memo;
  domain::Customer customer;
};

struct Hit {
  std::int64_t place = 0;    ///< in its search; every later hit's is lower
  std::string id;            ///< of what was found
  TimePoint at;              ///< what is newest in the list
  std::int64_t message = 0;  ///< sequence of the message of a case that was found; 0: none
  std::variant<std::monostate, store::CaseRow, domain::Customer, store::OrderRecord, FoundMemo>
      what = {};
};

/// One search, read as its hits are wanted. Its hits come newest first; whether one is wanted in
/// every respect is asked only when it is its turn.
class HitStream {
 public:
  struct Batch {
    std::vector<Hit> hits;
    std::optional<std::int64_t> next;  ///< place to go on below; empty: there is nothing
  };
  using Read = std::function<Batch(std::int64_t below)>;
  /// Whether it is wanted, filled in; what it says of one is the same on every page.
  using Accept = std::function<bool(Hit& hit)>;

  static constexpr std::int64_t kTop = std::numeric_limits<std::int64_t>::max();

  HitStream(int rank, std::int64_t below, Read read, Accept accept);
  /// One without any hits.
  [[nodiscard]] static HitStream none();

  [[nodiscard]] int rank() const { return rank_; }
  /// The newest; nullptr when there is none, or it is tired.
  [[nodiscard]] const Hit* head();
  /// Whether that one is wanted; if not, it is passed over.
  [[nodiscard]] bool accept();
  /// That one, which was accepted.
  [[nodiscard]] Hit take();
  /// It looked at as many hits as one page may cost.
  [[nodiscard]] bool tired() const;
  /// Whether there may be more; looks ahead a little.
  [[nodiscard]] bool goes_on();
  /// Where the next page goes on; 0: nowhere.
  [[nodiscard]] std::int64_t place() const;

 private:
  int rank_;
  std::int64_t below_;
  Read read_;
  Accept accept_;
  std::vector<Hit> batch_;
  std::size_t used_ = 0;
  std::optional<std::int64_t> next_;
  int looked_at_ = 0;
  bool over_ = false;
  bool accepted_ = false;  ///< the head
  std::optional<Hit> head_;
};

struct MergedHits {
  std::vector<Hit> hits;
  /// Where each stream goes on; empty: all are over. A page may be short and go on.
  std::optional<std::vector<std::string>> next;
};

/// The newest `limit` of all streams; with `by_rank` first those of the lowest rank.
[[nodiscard]] MergedHits merge(std::vector<HitStream>& streams, std::size_t limit, bool by_rank);

/// The places that a cursor has for `count` streams; those it does not have begin at the top.
[[nodiscard]] std::vector<std::int64_t> places_in(
    const std::optional<std::vector<std::string>>& cursor, std::size_t count);

}  // namespace madoguchi::service
