// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/agent.h"

namespace madoguchi::store {

/// Hashes of passwords, links that set one, and how often somebody failed.
class Passwords {
 public:
  explicit Passwords(db::Session& session) : session_(session) {}

  /// A PHC string; empty when the agent has none.
  [[nodiscard]] std::string of(const domain::AgentId& agent);
  void set(const domain::AgentId& agent, const std::string& phc, TimePoint at);
  /// Puts another hash of the same password in place of `old`.
  void renew(const domain::AgentId& agent, const std::string& old, const std::string& phc);

  /// Replaces the link the agent had.
  void make_link(const domain::AgentId& agent, const std::string& hash, TimePoint expires_at);
  /// Whose link that is, unless its time is over.
  [[nodiscard]] std::optional<domain::AgentId> by_link(const std::string& hash, TimePoint now);
  /// As by_link, and the link is used up.
  [[nodiscard]] std::optional<domain::AgentId> take_link(const std::string& hash, TimePoint now);
  void remove_links(const domain::AgentId& agent);

  struct Failures {
    int count = 0;
    TimePoint last_at;
  };
  [[nodiscard]] Failures failures(const std::string& key);
  /// One more; those before `since` do not count any more.
  void failed(const std::string& key, TimePoint at, TimePoint since);
  /// None any more.
  void succeeded(const std::string& key);
  /// One less.
  void take_back(const std::string& key);
  void forget_before(TimePoint time);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
