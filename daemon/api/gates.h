// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/service/agents.h"
#include "core/service/idempotency.h"
#include "daemon/api/access.h"

namespace madoguchi::api {

/// Bearer tokens (RFC 6750).
class TokenAuthenticator final : public Authenticator {
 public:
  explicit TokenAuthenticator(service::AgentService& agents) : agents_(agents) {}
  Result<domain::Caller> authenticate(const http::Request& head) override;

 private:
  service::AgentService& agents_;
};

/// Idempotency-Keys in the database.
class StoredIdempotency final : public IdempotencyStore {
 public:
  explicit StoredIdempotency(service::IdempotencyService& kept) : kept_(kept) {}
  Result<Claim> begin(const IdempotencyKey& key, std::string_view query,
                      std::string_view body) override;
  Result<void> keep(const IdempotencyKey& key, const http::Response& answer) override;
  Result<void> release(const IdempotencyKey& key) override;

 private:
  service::IdempotencyService& kept_;
};

}  // namespace madoguchi::api
