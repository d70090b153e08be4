// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "core/service/idempotency.h"
#include "core/service/sessions.h"
#include "core/service/tokens.h"
#include "daemon/api/access.h"

namespace madoguchi::api {

/// Lets in by bearer token (RFC 6750), or by the session cookie of a browser that shows one of our
/// own pages (browser.h).
class CallerGate final : public Authenticator {
 public:
  CallerGate(service::TokenService& tokens, service::SessionService& sessions,
             std::string public_url)
      : tokens_(tokens), sessions_(sessions), public_url_(std::move(public_url)) {}
  Result<service::SignedIn> authenticate(const http::Request& request, bool takes_raw) override;

 private:
  service::TokenService& tokens_;
  service::SessionService& sessions_;
  const std::string public_url_;
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
