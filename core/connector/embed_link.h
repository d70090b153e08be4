// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace madoguchi::connector {

/// The customer as the other system may know them.
struct EmbedSubject {
  std::vector<std::string> addresses = {};     ///< mail addresses, the preferred one first
  std::vector<std::string> external_ids = {};  ///< ids in this account's own system
  std::string number = {};                     ///< the hub's customer number
};

/// The page on the other system's own screen that shows a customer there. Pure, asks nobody;
/// whoever opens the page has to be signed in over there.
class EmbedLink {
 public:
  virtual ~EmbedLink() = default;
  /// Absent when the system cannot know this customer, such as without an address.
  [[nodiscard]] virtual std::optional<std::string> url(const EmbedSubject& subject) const = 0;
};

}  // namespace madoguchi::connector
