// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/agent.h"

namespace madoguchi::store {

struct ViewTag;
using ViewId = Id<ViewTag>;

/// A named filter of the list of inquiries.
struct View {
  ViewId id;
  std::optional<domain::AgentId> owner;  ///< null: everybody's
  std::string name;
  std::string filter;  ///< JSON of the service
  std::int64_t position = 0;
  std::int64_t version = 1;
};

/// Views: few for each agent, read whole.
class Views {
 public:
  explicit Views(db::Session& session) : session_(session) {}

  /// The agent's own and everybody's, in their order.
  [[nodiscard]] std::vector<View> seen_by(const domain::AgentId& agent);
  [[nodiscard]] std::optional<View> by_id(const ViewId& id);
  void insert(const View& view);
  /// Counts the version up; false when it is no longer at `view.version`.
  [[nodiscard]] bool update(View& view);
  [[nodiscard]] bool remove(const View& view);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
