// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/secret.h"

/// Time-based one-time codes (TOTP, RFC 6238) as authenticator apps make them: HMAC-SHA-1, six
/// digits, steps of 30 seconds. Pure functions.
namespace madoguchi::crypto {

/// The number of the step that `time` is in.
[[nodiscard]] std::int64_t totp_step(TimePoint time);
/// The six digits of that step. `secret`: random octets, 20 of them.
[[nodiscard]] std::string totp_code(const Secret& secret, std::int64_t step);
/// What a QR code says to an app ("otpauth://totp/…"). `issuer` and `account` are shown there.
[[nodiscard]] std::string totp_uri(const Secret& secret, std::string_view issuer,
                                   std::string_view account);

}  // namespace madoguchi::crypto
