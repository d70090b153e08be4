// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/agent.h"

namespace madoguchi::store {

/// An agent's account at a provider.
struct Identity {
  std::string id;
  domain::AgentId agent;
  std::string issuer;
  std::optional<std::string> subject;  ///< none until the first sign-in when `email` says who
  std::optional<std::string> email;    ///< EmailAddress::key
  TimePoint created_at;
  std::optional<TimePoint> used_at = std::nullopt;
};

class Identities {
 public:
  explicit Identities(db::Session& session) : session_(session) {}

  void insert(const Identity& identity);
  [[nodiscard]] std::optional<Identity> by_subject(const std::string& issuer,
                                                   const std::string& subject);
  /// Only one that has no subject yet.
  [[nodiscard]] std::optional<Identity> by_email(const std::string& issuer,
                                                 const std::string& email);
  [[nodiscard]] std::vector<Identity> of(const domain::AgentId& agent);
  void used(const std::string& id, const std::string& subject, TimePoint at);
  /// False when the agent has no such one.
  [[nodiscard]] bool remove(const domain::AgentId& agent, const std::string& id);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
