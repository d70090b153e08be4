// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/domain/agent.h"
#include "core/service/signed_in.h"
#include "daemon/http/message.h"

namespace madoguchi::api {

/// Tells who makes a request, by token or session. Called on workers, by many threads.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  /// `unauthenticated` when there is no credential or it does not hold; `forbidden` for a session
  /// whose write lacks its CSRF token or comes from another origin. A failure of the storage behind
  /// it is `unavailable`, never a stranger.
  /// `takes_raw`: the route takes other bodies than JSON.
  virtual Result<service::SignedIn> authenticate(const http::Request& request, bool takes_raw) = 0;
};

/// What an Idempotency-Key belongs to: the same key of another caller or on another path is
/// another.
struct IdempotencyKey {
  domain::AgentId caller;
  std::string method;
  std::string path;  ///< as sent, without the query
  std::string key;   ///< 1 to 255 characters
};

/// Remembers the first answer to each key for 24 h, across restarts and replicas. Called on
/// workers, by many threads.
class IdempotencyStore {
 public:
  virtual ~IdempotencyStore() = default;

  struct Claim {
    enum class State {
      fresh,       ///< this call owns the key now: it must `keep` or `release` it
      replay,      ///< answered before; `answer` is what was said
      other_body,  ///< the key was used with another request
      running,     ///< another call owns it
    } state = State::fresh;
    http::Response answer = {};
  };
  /// `query` and `body` are what has to be the same.
  virtual Result<Claim> begin(const IdempotencyKey& key, std::string_view query,
                              std::string_view body) = 0;
  /// Stores status, headers and body; 2xx and 4xx but 429.
  virtual Result<void> keep(const IdempotencyKey& key, const http::Response& answer) = 0;
  /// Nothing worth keeping came of it; the key is free again.
  virtual Result<void> release(const IdempotencyKey& key) = 0;
};

}  // namespace madoguchi::api
