// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/customer.h"

namespace madoguchi::store {

/// What belongs to a customer and goes along when it is merged.
struct CustomerBelongings {
  std::vector<std::int64_t> cases;  ///< sequences
  std::vector<std::string> memos;
  std::vector<std::string> addresses;
  std::vector<std::int64_t> orders;  ///< sequences
  std::vector<std::string> cards;    ///< removed ones too
  std::vector<std::string> card_sessions;
  std::vector<std::string> surveys;
  std::vector<std::int64_t> subscriptions;  ///< likewise
};

/// One merging, and what undoing it has to know.
struct CustomerMerge {
  std::int64_t sequence = 0;  ///< set by the store
  domain::CustomerId source;
  domain::CustomerId target;
  domain::Customer before;  ///< the target
  domain::Customer after;   ///< likewise
  CustomerBelongings moved;
  TimePoint at;
};

class CustomerMerges {
 public:
  explicit CustomerMerges(db::Session& session) : session_(session) {}

  void insert(const CustomerMerge& merge);
  /// How the source was merged, unless that was undone.
  [[nodiscard]] std::optional<CustomerMerge> standing(const domain::CustomerId& source);
  void undone(const CustomerMerge& merge, TimePoint at);

  [[nodiscard]] CustomerBelongings belongings(const domain::CustomerId& customer);
  /// Gives them to another customer, those that are still `from`'s; versions of cases,
  /// orders and subscriptions go up.
  void move(const CustomerBelongings& belongings, const domain::CustomerId& from,
            const domain::CustomerId& to);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
