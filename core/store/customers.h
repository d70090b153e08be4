// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/customer.h"
#include "core/store/customer_words.h"

namespace madoguchi::store {

/// What the delivery ledger knows of a mail address.
enum class EmailState {
  unused,     ///< nothing was ever sent there
  good,       ///< the last mail was taken
  failing,    ///< the last mail was not
  suppressed  ///< it gets no automatic mail any more
};

/// All of `needs` in one customer; any of these alternatives.
using CustomerAnyOf = std::vector<std::vector<CustomerNeed>>;

/// Filters of the customer list; several values of one filter mean OR, different filters AND.
/// Customers that were merged into others are never listed.
struct CustomerQuery {
  std::vector<std::int64_t> sequences;  ///< with `by_number`
  bool by_number = false;
  std::vector<std::string> email_keys;
  /// One filter each: keys of customer_keys, "phone" …
  std::vector<std::pair<std::string, std::vector<std::string>>> keys;
  std::vector<std::string> birthdays;
  std::vector<std::string> order_numbers;         ///< of any shop
  std::vector<std::string> subscription_numbers;  ///< likewise
  std::optional<bool> blacklisted;
  std::vector<CustomerAnyOf> texts;
  int limit = 50;
};

struct CustomerPage {
  std::vector<domain::Customer> items;
  std::optional<std::int64_t> next;  ///< sequence to go on behind
};

/// Two customers that may be one person.
struct Likeness {
  domain::CustomerId id;
  bool email = false;
  bool phone = false;
  bool name_and_address = false;
};

class Customers {
 public:
  explicit Customers(db::Session& session) : session_(session) {}

  /// Gives the customer its number, which is never used twice.
  void insert(domain::Customer& customer);
  /// Writes what is different from `before` and counts the version up; false when the row is no
  /// longer at `customer.version`.
  [[nodiscard]] bool update(domain::Customer& customer, const domain::Customer& before);
  /// After a change of its delivery addresses, which were `before`.
  void addresses_changed(const domain::Customer& customer,
                         const std::vector<domain::DeliveryAddress>& before);

  /// Of one that was merged too.
  [[nodiscard]] std::optional<domain::Customer> by_id(const domain::CustomerId& id);
  [[nodiscard]] std::optional<domain::Customer> by_number(const std::string& number);
  /// Newest first. Looks at 20,000 rows at most: a page may be short, or empty, and go on.
  [[nodiscard]] CustomerPage list(const CustomerQuery& query, std::optional<std::int64_t> before);
  /// How many match, counted up to `limit`.
  [[nodiscard]] int count(const CustomerQuery& query, int limit);

  /// Whose mail that is: of several who have the address, one whose preferred it is, then the first
  /// that was registered.
  [[nodiscard]] std::optional<domain::CustomerId> id_by_address(const std::string& address_key);
  /// Whom that number means now: of one that was merged, whoever it was merged into.
  [[nodiscard]] std::optional<domain::CustomerId> id_by_number(const std::string& number);
  [[nodiscard]] std::string name_of(const domain::CustomerId& id);
  /// Another customer than `id` that has this id in that account.
  [[nodiscard]] std::optional<std::string> number_of_external(const std::string& account,
                                                              const std::string& external_id,
                                                              const domain::CustomerId& id);
  [[nodiscard]] std::map<std::string, EmailState> email_states(
      const std::vector<std::string>& address_keys);
  /// Those that share a mail address, a telephone number, or name and address; 50 at most.
  [[nodiscard]] std::vector<Likeness> alike(const domain::Customer& customer);

 private:
  void write_emails(const domain::Customer& customer);
  void index(const domain::Customer& customer, const CustomerWords& words);
  void write_keys(const domain::Customer& customer, const CustomerKeys& before,
                  const CustomerKeys& after);

  db::Session& session_;
};

}  // namespace madoguchi::store
