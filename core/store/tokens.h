// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/agent.h"

namespace madoguchi::store {

/// A bearer token, of which only the SHA-256 is kept. A revoked one is no more.
struct Token {
  std::string id;
  domain::AgentId agent;
  std::string name;  ///< what its owner calls it
  std::string hint;  ///< its last characters; empty of those made before they were kept
  TimePoint created_at;
  std::optional<TimePoint> last_used_at = std::nullopt;  ///< to some minutes
  std::optional<TimePoint> expires_at = std::nullopt;
};

class Tokens {
 public:
  explicit Tokens(db::Session& session) : session_(session) {}

  void insert(const Token& token, const std::string& hash);
  [[nodiscard]] std::optional<Token> by_hash(const std::string& hash);
  [[nodiscard]] std::optional<Token> by_id(const std::string& id);
  /// Newest first.
  [[nodiscard]] std::vector<Token> of(const domain::AgentId& agent);
  void used(const std::string& id, TimePoint at);
  void remove(const std::string& id);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
