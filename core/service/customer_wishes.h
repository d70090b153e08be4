// SPDX-License-Identifier: Apache-2.0
#pragma once

// From what a caller sends to what the domain and the store take.

#include <optional>
#include <string>
#include <vector>

#include "core/service/directory.h"
#include "core/service/dto/customer_dto.h"

namespace madoguchi::service {

/// What GET /customers filters by, as the caller wrote it. Several values of one filter mean OR.
struct CustomerFilter {
  std::vector<std::string> numbers;
  std::vector<std::string> names;
  std::vector<std::string> kana;
  std::vector<std::string> emails;
  std::vector<std::string> phones;
  std::vector<std::string> postal_codes;
  std::vector<std::string> addresses;
  std::vector<std::string> birthdays;
  std::vector<std::string> order_numbers;
  std::vector<std::string> subscription_numbers;
  std::vector<std::string> external_ids;
  std::vector<std::string> labels;  ///< ids or names
  std::vector<std::string> tags;
  std::optional<bool> blacklisted;
  std::optional<std::string> q;  ///< words, each of which stands in some text of the customer
  int limit = 50;
  bool count = false;
};

[[nodiscard]] store::CustomerQuery query_of(const CustomerFilter& filter,
                                            const domain::Caller& caller,
                                            const DirectoryView& directory);

/// What one folded word, or phrase, asks of customers: as it stands, or as a telephone number
/// however it is written. Empty when it holds nothing that is indexed.
/// Without `contact` only in what is no way to reach the customer.
[[nodiscard]] store::CustomerAnyOf any_text_of(const std::string& folded, bool contact);

/// An entry of the small lists, archived ones too, by its id or name.
[[nodiscard]] const domain::MasterEntry* entry_of(domain::MasterKind kind, const std::string& text,
                                                  const DirectoryView& directory);
/// Entries by their ids or names. What an archived entry was given to stays; nobody new gets it.
[[nodiscard]] Result<void> set_entries(std::vector<domain::MasterId>& target,
                                       domain::MasterKind kind,
                                       const std::vector<std::string>& wish,
                                       const std::string& pointer, const DirectoryView& directory);

/// The customer with what was wished for, checked; card numbers are refused wherever they stand.
[[nodiscard]] Result<domain::Customer> with_wishes(domain::Customer customer,
                                                   const CustomerPatchDto& wish,
                                                   const DirectoryView& directory);

/// A name that stands in one piece, cut at its first space: "山田 太郎".
struct NameParts {
  std::string family;
  std::string given;
};
[[nodiscard]] NameParts name_parts(std::string_view name);

[[nodiscard]] Result<void> refuse_card_numbers_in(const domain::PostalAddress& address,
                                                  const std::string& pointer);

/// The labels with some put on and some taken off, each by its id or name.
[[nodiscard]] Result<std::vector<domain::MasterId>> relabelled(
    std::vector<domain::MasterId> labels, const std::vector<std::string>& add,
    const std::vector<std::string>& remove, const DirectoryView& directory);
/// `invalid` at "/add_labels/…" or "/remove_labels/…" for what is none.
[[nodiscard]] Result<void> check_labels(const std::vector<std::string>& add,
                                        const std::vector<std::string>& remove,
                                        const DirectoryView& directory);

}  // namespace madoguchi::service
