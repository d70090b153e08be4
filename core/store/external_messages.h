// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/external_message.h"

namespace madoguchi::store {

/// A message with what its thread is now.
struct ExternalMessageRecord {
  std::string id;  ///< ours
  std::string account;
  domain::ExternalMessage value;
  std::optional<domain::ExternalThread> thread;
};

struct ExternalMessageQuery {
  std::vector<std::string> address_keys;  ///< EmailAddress::key(); none: nothing is found
  std::vector<std::string> accounts;      ///< none: of all
  int limit = 50;
};

/// Where a page of the list ended.
struct ExternalMessagePlace {
  std::int64_t sent_at = 0;
  std::string id;
};

/// What other systems exchanged with customers, by the addresses on it.
class ExternalMessages {
 public:
  explicit ExternalMessages(db::Session& session) : session_(session) {}

  /// Keeps it as it is now; false when it was so already. `id` is for a new one, `address_keys` are
  /// those it is found by.
  bool put(const std::string& account, const std::string& id,
           const domain::ExternalMessage& message, const std::vector<std::string>& address_keys);
  bool put(const std::string& account, const domain::ExternalThread& thread);
  void remove_message(const std::string& account, const std::string& external_id);
  /// With its messages.
  void remove_thread(const std::string& account, const std::string& thread);

  /// Newest first; one more than the limit when there are more.
  [[nodiscard]] std::vector<ExternalMessageRecord> list(
      const ExternalMessageQuery& query, const std::optional<ExternalMessagePlace>& after);
  /// Only when it is found by one of these addresses.
  [[nodiscard]] std::optional<ExternalMessageRecord> find(
      const std::string& id, const std::vector<std::string>& address_keys);
  /// All that are found by that address, and the threads that nothing is left of.
  void forget(const std::string& address_key);

 private:
  void remove_by_id(const std::string& id);

  db::Session& session_;
};

}  // namespace madoguchi::store
