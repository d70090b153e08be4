// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a customer is found by: words of its texts, and keys that are looked up whole.

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/domain/customer.h"

namespace madoguchi::store {

/// Which of a customer's texts a word has to stand in.
enum class CustomerText { any, names, kana, places };

/// The texts of a customer as they are searched, folded (core/text/fold.h).
struct CustomerWords {
  std::string names;   ///< given and family name apart and together, company
  std::string kana;    ///< likewise
  std::string places;  ///< every address, billing and delivery
  std::string others;  ///< number, mail addresses, telephone numbers, numbers elsewhere
  std::string marks;   ///< labels and tags, as tokens

  bool operator==(const CustomerWords&) const = default;
  /// What the index holds: each text's tokens, and once more with their text's mark.
  [[nodiscard]] std::string grams() const;
};
[[nodiscard]] CustomerWords words_of(const domain::Customer& customer,
                                     const std::vector<domain::DeliveryAddress>& addresses);

/// A folded word to be found, with the tokens that the index must hold; a trailing `*` of a token
/// means that it begins so.
struct CustomerNeed {
  CustomerText where = CustomerText::any;
  std::string folded;  ///< must stand in the text; empty: the tokens say it all
  std::vector<std::string> tokens;
};
/// Tokens are empty when the word holds nothing that is indexed.
[[nodiscard]] CustomerNeed need_of(CustomerText where, std::string_view folded_word);
/// A telephone number's digits, or its beginning or last four.
[[nodiscard]] CustomerNeed phone_need(const std::string& digits);
[[nodiscard]] CustomerNeed label_need(const domain::MasterId& label);
[[nodiscard]] CustomerNeed tag_need(std::string_view tag);

/// Kind and key: "phone", "postal", "external", "identity".
using CustomerKeys = std::set<std::pair<std::string, std::string>>;
[[nodiscard]] CustomerKeys keys_of(const domain::Customer& customer,
                                   const std::vector<domain::DeliveryAddress>& addresses);
/// Name and address as one key: two customers who have it are likely one person.
[[nodiscard]] std::string identity_of(const domain::Customer& customer,
                                      const domain::PostalAddress& address);

}  // namespace madoguchi::store
