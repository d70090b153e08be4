// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/one_time_code.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <stdexcept>

#include "core/crypto/encoding.h"
#include "core/text/percent.h"

namespace madoguchi::crypto {
namespace {

constexpr std::int64_t kStepMicros = 30'000'000;
constexpr std::uint32_t kSixDigits = 1'000'000;

}  // namespace

std::int64_t totp_step(TimePoint time) { return to_micros(time) / kStepMicros; }

std::string totp_code(const Secret& secret, std::int64_t step) {
  std::array<unsigned char, 8> counter{};
  for (std::size_t i = 0; i < counter.size(); ++i) {
    counter[counter.size() - 1 - i] =
        static_cast<unsigned char>(static_cast<std::uint64_t>(step) >> (8 * i));
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  const std::string& key = secret.reveal();
  if (HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), counter.data(), counter.size(),
           mac.data(), &size) == nullptr) {
    throw std::runtime_error("HMAC-SHA-1 failed");
  }
  const std::size_t offset = mac[size - 1] & 0x0FU;  // RFC 4226, section 5.3
  std::uint32_t number = mac[offset] & 0x7FU;
  for (std::size_t i = 1; i < 4; ++i) number = number << 8U | mac[offset + i];
  return fmt::format("{:06}", number % kSixDigits);
}

std::string totp_uri(const Secret& secret, std::string_view issuer, std::string_view account) {
  std::string text = to_base32(secret.reveal());
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return fmt::format("otpauth://totp/{0}:{1}?secret={2}&issuer={0}", text::percent_encoded(issuer),
                     text::percent_encoded(account), text);
}

}  // namespace madoguchi::crypto
