// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/byte_budget.h"
#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/crypto/seal.h"
#include "core/crypto/shred_seal.h"
#include "core/domain/agent.h"
#include "core/domain/reply_token.h"
#include "core/jobs/queue.h"
#include "core/observe/log.h"
#include "core/observe/metrics.h"
#include "core/store/blobs.h"
#include "core/store/database.h"

namespace madoguchi::service {

class Directory;
class Feed;

/// What every use case works with; built and owned by daemon/app, outlives every service.
struct Environment {
  db::Database& database;
  const Clock& clock;
  IdSource& ids;
  jobs::Queue& queue;
  const store::Blobs& blobs;
  const crypto::MasterKeys& keys;
  const domain::ReplyTokens& tokens;
  const crypto::ShredSeal& seal;  ///< of what the change history says of people
  std::string hub_id;  ///< what our own mails carry, so that they are known when they come back
  Directory& directory;
  Feed& feed;
  observe::Log& log;
  observe::Registry& metrics;
  ByteBudget& memory;             ///< what big contents share (core/service/room.h)
  std::filesystem::path scratch;  ///< a folder for what is too big for memory
  bool scans_contents = false;    ///< whether a scanner is configured (core/service/scanning.h)
  std::string public_url =
      {};  ///< where the hub is reached from outside, without a slash at its end
};

/// A claimed Idempotency-Key: the use case records its effect under it, in its own transaction.
struct IdempotencyClaim {
  std::string key;
  std::string owner;
  int status = 200;  ///< of the answer to come
};

/// One call of a use case: who, with which version in mind, under which key.
struct Context {
  domain::Caller caller;
  std::optional<std::int64_t> if_match = std::nullopt;
  std::optional<IdempotencyClaim> claim = std::nullopt;
  /// Tokens of edit locks that the caller believes to hold; -1 for what is none.
  std::vector<std::int64_t> edit_locks = {};
  /// Of a bulk call: a token may belong to another of its objects.
  bool edit_locks_of_many = false;
};

}  // namespace madoguchi::service
