// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/case.h"
#include "core/domain/customer.h"

namespace madoguchi::store {

/// Takes what is known of a person out of the tables (docs/guide/privacy.md). Rows stay, with their
/// states, times and amounts, so that everything still adds up; what they said is gone. Which table
/// is dealt with where stands in personal_data.h.
///
/// Left to the caller, because other layers know how: the word index of messages, the contents of
/// attachments and mails, the history (History::shred), and what is erased through its own store.
class Erasure {
 public:
  explicit Erasure(db::Session& session) : session_(session) {}

  /// The customer itself first, then all that were merged into it, however far.
  [[nodiscard]] std::vector<domain::CustomerId> with_merged(const domain::CustomerId& customer);
  /// Cases of those customers, and nobody's that came from those addresses, which still say
  /// something: sequences, oldest first.
  [[nodiscard]] std::vector<std::int64_t> cases_of(const std::vector<domain::CustomerId>& customers,
                                                   const std::vector<std::string>& address_keys,
                                                   int limit);
  [[nodiscard]] bool is_erased(std::int64_t case_sequence);
  /// Why nothing may be erased now: numbers of orders on their way and of subscriptions that go on.
  [[nodiscard]] std::vector<std::string> unfinished(
      const std::vector<domain::CustomerId>& customers);

  /// Contents that have no owner any more.
  struct Orphans {
    std::vector<std::string> attachments;  ///< names of contents
    std::vector<std::string> mails;        ///< ids of intakes
  };
  /// The case, its messages, mails, deliveries and drafts.
  Orphans erase_case(const domain::Case& value, TimePoint at);
  /// Only the mails as they came; the case keeps what was read from them.
  Orphans erase_originals(const domain::Case& value);
  /// What the customer's own tables hold beside the customer: merges, cards, surveys, orders' and
  /// subscriptions' texts; and what is known of the addresses.
  Orphans erase_belongings(const domain::CustomerId& customer,
                           const std::vector<std::string>& address_keys);
  /// What mentions that number or address in passing: kept answers, reports of operations and
  /// imports.
  void erase_mentions(const std::string& word);

  [[nodiscard]] std::vector<std::string> orders_of(const domain::CustomerId& customer);
  /// Ids of all customers that were erased.
  [[nodiscard]] std::vector<std::string> erased_customers();

  /// SQLite's word indexes still hold what was taken out of them until their parts are joined:
  /// joins some of one index, the first time all of its parts; false when nothing is left to be
  /// joined. PostgreSQL's vacuum does it.
  [[nodiscard]] bool join_words(int index, bool first_time);
  static constexpr int kWordIndexes = 3;

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
