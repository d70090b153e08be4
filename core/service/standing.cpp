// SPDX-License-Identifier: Apache-2.0
#include "core/service/standing.h"

#include "core/service/directory.h"

namespace madoguchi::service {
namespace {

constexpr std::chrono::seconds kLookAgain{1};
constexpr std::chrono::seconds kCredentialLookAgain{5};

}  // namespace

Standing::Standing(const Asks& asks, SignedIn who)
    : asks_(asks),
      who_(std::move(who)),
      looked_at_(asks.env.clock.steady_now()),
      credential_looked_at_(looked_at_),
      generation_(0),
      rights_generation_(0) {}  // the first look is a whole one: it may have ended meanwhile

bool Standing::holds(SteadyPoint now) {
  if (!holds_ || now - looked_at_ < kLookAgain) return holds_;
  looked_at_ = now;
  holds_ = look();
  return holds_;
}

bool Standing::same_rights() {
  const std::uint64_t generation = asks_.agents.generation();
  if (holds_ && generation != rights_generation_) {
    holds_ = asks_.agents.still_valid(who_.caller);
    rights_generation_ = generation;
  }
  return holds_;
}

bool Standing::look() {
  if (!asks_.agents.still_valid(who_.caller)) return false;
  const std::uint64_t generation = asks_.env.directory.generation();
  if (generation == generation_ && looked_at_ - credential_looked_at_ < kCredentialLookAgain) {
    return true;
  }
  generation_ = generation;
  credential_looked_at_ = looked_at_;
  if (!who_.session.empty()) return asks_.sessions.holds(who_.session);
  return who_.token.empty() || asks_.tokens.holds(who_.token);
}

}  // namespace madoguchi::service
