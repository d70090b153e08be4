// SPDX-License-Identifier: Apache-2.0
#include "core/service/sign_in_throttle.h"

#include <arpa/inet.h>

#include <array>

#include "core/crypto/digest.h"
#include "core/domain/sign_in.h"
#include "core/store/passwords.h"
#include "core/text/fold.h"

namespace madoguchi::service {
namespace {

/// One thing that failures are counted by.
struct Counted {
  std::string key;
  int free;  ///< so many failures cost nothing
};

/// Whoever has an IPv6 network has all its addresses.
std::string network_of(std::string_view peer) {
  in6_addr address{};
  const std::string text(peer);
  if (::inet_pton(AF_INET6, text.c_str(), &address) != 1 || IN6_IS_ADDR_V4MAPPED(&address)) {
    return text;
  }
  return crypto::to_hex({reinterpret_cast<const char*>(address.s6_addr), 8});
}

std::array<Counted, 3> counted(std::string_view account, std::string_view peer) {
  const std::string name = text::fold(account);
  const std::string network = network_of(peer);
  const auto key = [](const std::string& what) { return crypto::to_hex(crypto::sha256(what)); };
  return {Counted{key("both\n" + network + "\n" + name), 5},
          Counted{key("address\n" + network), 50}, Counted{key("account\n" + name), 100}};
}

}  // namespace

Result<void> SignInThrottle::begin(std::string_view account, std::string_view peer) {
  const std::array<Counted, 3> keys = counted(account, peer);
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::Passwords passwords(session);
    const TimePoint now = env_.clock.now();
    std::chrono::seconds wait{0};
    for (const Counted& one : keys) {
      const store::Passwords::Failures failures = passwords.failures(one.key);
      wait = std::max(wait,
                      domain::wait_after_failures(failures.count, one.free, failures.last_at, now));
    }
    if (wait.count() > 0) {
      Error error{ErrorCode::rate_limited,
                  "too-many-attempts",
                  {"Too many failed attempts. Try again later.",
                   "失敗が続いたため、しばらくしてからもう一度お試しください。"}};
      error.retry_after = wait;
      return fail(std::move(error));
    }
    for (const Counted& one : keys) {
      passwords.failed(one.key, now, now - domain::kFailuresForgotten);
    }
    return {};
  });
}

void SignInThrottle::succeeded(db::Session& session, std::string_view account,
                               std::string_view peer) {
  const std::array<Counted, 3> keys = counted(account, peer);
  store::Passwords passwords(session);
  passwords.succeeded(keys[0].key);
  passwords.take_back(keys[1].key);
  passwords.take_back(keys[2].key);
}

Result<void> SignInThrottle::forget_old() {
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::Passwords(session).forget_before(env_.clock.now() - domain::kFailuresForgotten);
    return {};
  });
}

}  // namespace madoguchi::service
