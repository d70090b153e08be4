// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "core/mail/charset.h"
#include "core/mail/message.h"

namespace madoguchi::mail {

/// The addresses of a header such as From or Cc (RFC 5322 section 3.4, RFC 6532), still folded.
/// Never fails: groups are dissolved, comments serve as names where there is none, a name with an
/// unquoted comma stays one name, `;` separates too, and somebody without a readable address comes
/// with an empty one. Stops after `max_addresses` and sets `limited`, when given.
[[nodiscard]] std::vector<Address> parse_addresses(std::string_view folded,
                                                   const TextHint& hint = {},
                                                   std::size_t max_addresses = 5'000,
                                                   bool* limited = nullptr);

/// Message identifiers of References, In-Reply-To or Message-ID, without angle brackets; the last
/// `max_ids` when there are more.
[[nodiscard]] std::vector<std::string> parse_message_ids(std::string_view folded,
                                                         std::size_t max_ids = 200,
                                                         bool* limited = nullptr);

}  // namespace madoguchi::mail
