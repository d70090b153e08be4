// SPDX-License-Identifier: Apache-2.0
#pragma once

// Customers, orders and memos that a search finds.

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/service/hit_stream.h"
#include "core/service/search_wish.h"
#include "core/store/customers.h"
#include "core/store/search_texts.h"

namespace madoguchi::service {

/// The searches of one wish, in one unit of work; must outlive the streams it made.
class RecordSearch {
 public:
  /// Which of a thing's texts the words stand in. `others` passes over what `names` finds.
  enum class Where { anywhere, names, others };

  RecordSearch(db::Session& session, const SearchWish& wish, std::set<std::string> passed_over)
      : session_(session), wish_(wish), passed_over_(std::move(passed_over)) {}

  [[nodiscard]] HitStream customers(int rank, std::int64_t below, Where where);
  [[nodiscard]] HitStream orders(int rank, std::int64_t below, Where where);
  [[nodiscard]] HitStream memos(int rank, std::int64_t below);

  [[nodiscard]] std::vector<Hit> customers_by_number();
  [[nodiscard]] std::vector<Hit> orders_by_number();

 private:
  [[nodiscard]] store::CustomerQuery customer_query(Where where) const;
  [[nodiscard]] HitStream::Batch texts(store::TextKind kind, bool in_names, std::int64_t below);
  [[nodiscard]] bool is_wanted(const domain::Customer& customer);
  [[nodiscard]] bool is_wanted(const store::OrderRecord& order);
  [[nodiscard]] bool in_time(TimePoint at) const;
  [[nodiscard]] bool without_holds(store::TextKind kind, const std::string& id);

  db::Session& session_;
  const SearchWish& wish_;
  std::set<std::string> passed_over_;
};

}  // namespace madoguchi::service
