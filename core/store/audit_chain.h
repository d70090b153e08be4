// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/store/changes.h"

namespace madoguchi::store {

/// One change of the history in the chain of hashes.
struct ChangeLink {
  std::int64_t position = 0;  ///< 1, 2, …: the feed's order without gaps; 0: before the first
  FeedPosition change;
  std::string hash;  ///< SHA-256 of the hash before and of the row as it is stored: 32 octets
};

/// What was signed: that the chain had this hash at this position.
struct AuditCheckpoint {
  std::int64_t position = 0;
  std::string hash;
  TimePoint at;
  std::string signature;
};

/// A link beside what its change is today.
struct CheckedLink {
  ChangeLink link;
  std::optional<std::string> row;  ///< its change as it is hashed; nullopt: it is not there
};

/// What stands for the hash before the first.
[[nodiscard]] std::string first_hash();
/// The hash of a change whose row is hashed as `row`, behind one that has `before`.
[[nodiscard]] std::string link_hash(std::string_view before, std::string_view row);

/// The chain over the change history (security.md, S10). Append-only, like the history.
class AuditChain {
 public:
  explicit AuditChain(db::Session& session) : session_(session) {}

  /// The newest; position 0 and the hash that the first one follows when there is none.
  [[nodiscard]] ChangeLink newest();
  /// Links for up to `limit` changes of the feed behind `last` and below the horizon, which is of
  /// an earlier unit of work (Changes::Horizon).
  [[nodiscard]] std::vector<ChangeLink> continued(const ChangeLink& last, Changes::Horizon below,
                                                  int limit);
  /// Throws Failure(unique_violation) when another process has sealed meanwhile.
  void append(const std::vector<ChangeLink>& links);
  void append(const AuditCheckpoint& checkpoint);

  [[nodiscard]] std::optional<AuditCheckpoint> newest_checkpoint();
  [[nodiscard]] std::vector<AuditCheckpoint> checkpoints_after(std::int64_t position, int limit);
  [[nodiscard]] std::vector<CheckedLink> links_after(std::int64_t position, int limit);
  /// Changes that stand in the feed where all are sealed and yet have no link.
  [[nodiscard]] std::vector<std::int64_t> changes_left_out(const ChangeLink& newest, int limit);
  /// How many there are behind it, which is what still has to be sealed.
  [[nodiscard]] std::int64_t unsealed(const ChangeLink& newest);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
