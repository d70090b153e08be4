// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/service/customer_wishes.h"
#include "core/service/dto/customer_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

struct CustomerListing {
  std::vector<CustomerDto> items;
  std::optional<std::vector<std::string>> next;  ///< key to go on behind
  std::optional<int> count;                      ///< at most 1,000
};

struct HistoryListing {
  std::vector<EventDto> items;
  std::optional<std::vector<std::string>> next;
  std::int64_t newest = 0;  ///< sequence of the first entry, seen by the caller or not; 0: none
};

/// The use cases of a customer. Safe for use by many threads.
class CustomerService {
 public:
  explicit CustomerService(const Environment& env) : env_(env) {}

  [[nodiscard]] Result<CustomerDto> get(const domain::Caller& caller, const std::string& number);
  [[nodiscard]] Result<CustomerListing> list(const domain::Caller& caller,
                                             const CustomerFilter& filter,
                                             const std::optional<std::vector<std::string>>& after);
  [[nodiscard]] Result<CustomerDto> create(const Context& context, const CustomerCreateDto& wish);
  [[nodiscard]] Result<CustomerDto> patch(const Context& context, const std::string& number,
                                          const CustomerPatchDto& wish);
  /// Newest first, everything of the customer that the caller may see.
  [[nodiscard]] Result<HistoryListing> history(const domain::Caller& caller,
                                               const std::string& number,
                                               const std::optional<std::vector<std::string>>& after,
                                               int limit);
  /// Who may be the same person, likeliest first.
  [[nodiscard]] Result<std::vector<DuplicateDto>> duplicates(const domain::Caller& caller,
                                                             const std::string& number);

 private:
  const Environment& env_;
};

/// A page of a customer's history before that sequence, in the caller's unit of work: what `caller`
/// may not see is not in it.
[[nodiscard]] HistoryListing history_of(db::Session& session, const crypto::ShredSeal& seal,
                                        const domain::Caller& caller,
                                        const domain::CustomerId& customer, std::int64_t before,
                                        int limit);

/// Writes a new customer with its history, in the caller's transaction; refuses an id in another
/// system that somebody has.
[[nodiscard]] Result<domain::Customer> register_customer(const Environment& env,
                                                         db::Session& session,
                                                         const domain::Caller& caller,
                                                         domain::Customer customer,
                                                         const DirectoryView& directory);
/// As register_customer, for one that is there; nothing is written when nothing is different.
[[nodiscard]] Result<void> change_customer(const Environment& env, db::Session& session,
                                           const domain::Caller& caller, domain::Customer& customer,
                                           const domain::Customer& wanted,
                                           const DirectoryView& directory);

}  // namespace madoguchi::service
