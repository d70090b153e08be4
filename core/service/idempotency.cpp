// SPDX-License-Identifier: Apache-2.0
#include "core/service/idempotency.h"

#include "core/crypto/digest.h"
#include "core/store/idempotency.h"

namespace madoguchi::service {
namespace {

constexpr std::chrono::hours kKept{24};
/// After this a claim of another replica that left no effect is taken for a crashed one.
constexpr std::chrono::seconds kAbandoned{60};

}  // namespace

/// A key that is in work here and, when `ours`, is not any more at the end of the scope.
class IdempotencyService::Work {
 public:
  Work(Keys& keys, const std::string& key, bool ours) : keys_(keys), key_(key), ours_(ours) {}
  ~Work() {
    if (ours_) keys_.with([&](auto& keys) { keys.erase(key_); });
  }
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

  /// It goes on until keep() or release().
  void go_on() noexcept { ours_ = false; }

 private:
  Keys& keys_;
  const std::string& key_;
  bool ours_;
};

std::string IdempotencyService::key_of(const domain::AgentId& caller, std::string_view method,
                                       std::string_view path, std::string_view key) {
  crypto::Sha256 hash;
  for (const std::string_view part : {std::string_view(caller.str()), method, path, key}) {
    hash.update(std::to_string(part.size()) + ":");
    hash.update(part);
  }
  return crypto::to_hex(hash.finish());
}

Result<IdempotencyService::Claim> IdempotencyService::begin(const std::string& key,
                                                            std::string_view request) {
  store::IdempotentRequest mine;
  mine.key = key;
  mine.body_hash = crypto::to_hex(crypto::sha256(request));
  mine.owner = owner_;
  mine.started_at = env_.clock.now();
  // Two of this process never claim one key side by side: the other only looks.
  const bool ours = in_work_.with([&](auto& keys) { return keys.insert(key).second; });
  Work work(in_work_, key, ours);
  Result<Claim> claim = env_.database.in_transaction([&](db::Session& session) -> Result<Claim> {
    store::Idempotency requests(session);
    if (ours && requests.claim(mine)) return Claim{};
    const std::optional<store::IdempotentRequest> known = requests.find(key);
    if (!known) return Claim{Claim::State::running, {}};
    if (known->body_hash != mine.body_hash) return Claim{Claim::State::other_body, {}};
    if (known->finished)
      return Claim{Claim::State::replay, {known->status, known->headers, known->body}};
    if (known->effect)
      return Claim{Claim::State::replay, {known->status, known->headers, *known->effect}};
    // Ours and not in work: keep() or release() could not be written, or the process before this
    // one died.
    const std::string& installation = env_.database.installation();
    const bool left = known->owner.compare(0, installation.size(), installation) == 0 ||
                      mine.started_at - known->started_at > kAbandoned;
    if (ours && left && requests.take_over(*known, mine)) return Claim{};
    return Claim{Claim::State::running, {}};
  });
  if (claim && claim->state == Claim::State::fresh) work.go_on();
  return claim;
}

Result<void> IdempotencyService::keep(const std::string& key, const KeptAnswer& answer) {
  const Work work(in_work_, key, true);
  store::IdempotentRequest request;
  request.key = key;
  request.owner = owner_;
  request.status = answer.status;
  request.headers = answer.headers;
  request.body = answer.body;
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::Idempotency(session).finish(request);
    return {};
  });
}

Result<void> IdempotencyService::release(const std::string& key) {
  const Work work(in_work_, key, true);
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::Idempotency(session).release(key, owner_);
    return {};
  });
}

Result<void> IdempotencyService::forget_old() {
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::Idempotency(session).remove_before(env_.clock.now() - kKept);
    return {};
  });
}

}  // namespace madoguchi::service
