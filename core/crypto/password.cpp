// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/password.h"

#include <argon2.h>
#include <fmt/format.h>

#include <array>
#include <stdexcept>

#include "core/crypto/random.h"

namespace madoguchi::crypto {

namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;

std::string prefix_of(const PasswordCost& cost) {
  return fmt::format("$argon2id$v=19$m={},t={},p={}$", cost.memory_kib, cost.passes, cost.lanes);
}

}  // namespace

class PasswordHasher::Turn {
 public:
  explicit Turn(PasswordHasher& hasher) : running_(hasher.running_) {
    const int most = hasher.cost_.at_once;
    running_.wait([most](int running) { return running < most; }, [](int& running) { ++running; });
  }
  ~Turn() {
    running_.update([](int& running) { --running; });
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  Monitor<int>& running_;
};

PasswordHasher::PasswordHasher(PasswordCost cost) : cost_(cost) {}

std::string PasswordHasher::hash(const Secret& password) {
  std::array<std::uint8_t, kSaltBytes> salt{};
  random_bytes(salt);
  std::string phc(argon2_encodedlen(cost_.passes, cost_.memory_kib, cost_.lanes, kSaltBytes,
                                    kHashBytes, Argon2_id),
                  '\0');
  const Turn turn(*this);
  const int answer = argon2id_hash_encoded(
      cost_.passes, cost_.memory_kib, cost_.lanes, password.reveal().data(),
      password.reveal().size(), salt.data(), salt.size(), kHashBytes, phc.data(), phc.size());
  if (answer != ARGON2_OK) throw std::runtime_error(argon2_error_message(answer));
  phc.resize(phc.find('\0'));
  return phc;
}

bool PasswordHasher::verify(const Secret& password, const std::string& phc) {
  if (!phc.empty()) {
    const Turn turn(*this);
    const int answer =
        argon2id_verify(phc.c_str(), password.reveal().data(), password.reveal().size());
    if (answer == ARGON2_OK) return true;
    if (answer == ARGON2_VERIFY_MISMATCH) return false;
    if (answer == ARGON2_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
  }
  static_cast<void>(hash(password));
  return false;
}

bool PasswordHasher::is_outdated(const std::string& phc) const {
  return phc.rfind(prefix_of(cost_), 0) != 0;
}

}  // namespace madoguchi::crypto
