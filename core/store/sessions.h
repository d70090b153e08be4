// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/sign_in.h"

namespace madoguchi::store {

/// Sessions of people, by the SHA-256 (hex) of what their browser shows.
class Sessions {
 public:
  explicit Sessions(db::Session& session) : session_(session) {}

  void insert(const domain::Session& one, const std::string& hash);
  [[nodiscard]] std::optional<domain::Session> by_hash(const std::string& hash);
  [[nodiscard]] std::optional<domain::Session> by_id(const std::string& id);
  /// Newest first, ended ones too.
  [[nodiscard]] std::vector<domain::Session> of(const domain::AgentId& agent);
  void seen(const std::string& id, TimePoint at);
  void remove(const std::string& id);
  void remove_of(const domain::AgentId& agent);
  /// Those nobody has used after that time.
  void remove_unseen_since(TimePoint time);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
