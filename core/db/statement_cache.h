// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace madoguchi::db {

/// The prepared statements of one connection by their SQL text; the least recently used one is
/// dropped when there are too many. Not for use by several threads.
template <class Prepared>
class StatementCache {
 public:
  explicit StatementCache(std::size_t capacity) : capacity_(capacity) {}

  /// Null when there is none.
  Prepared* find(std::string_view sql) {
    const auto found = index_.find(sql);
    if (found == index_.end()) return nullptr;
    order_.splice(order_.begin(), order_, found->second);
    return &found->second->second;
  }

  /// `drop(Prepared&)` is called with the one that had to leave. The reference holds until it
  /// leaves.
  template <class Drop>
  Prepared& insert(std::string_view sql, Prepared prepared, Drop&& drop) {
    if (order_.size() >= capacity_) {
      drop(order_.back().second);
      index_.erase(order_.back().first);
      order_.pop_back();
    }
    order_.emplace_front(std::string(sql), std::move(prepared));
    index_.emplace(order_.front().first, order_.begin());
    return order_.front().second;
  }

  void erase(std::string_view sql) {
    const auto found = index_.find(sql);
    if (found == index_.end()) return;
    const auto entry = found->second;
    index_.erase(found);
    order_.erase(entry);
  }

  template <class Drop>
  void clear(Drop&& drop) {
    for (auto& entry : order_) drop(entry.second);
    index_.clear();
    order_.clear();
  }

  [[nodiscard]] std::size_t size() const noexcept { return order_.size(); }

 private:
  using Order = std::list<std::pair<std::string, Prepared>>;

  std::size_t capacity_;
  Order order_;
  std::unordered_map<std::string_view, typename Order::iterator> index_;
};

inline constexpr std::size_t kCachedStatements = 400;

}  // namespace madoguchi::db
