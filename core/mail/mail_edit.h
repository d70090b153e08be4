// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/mail/charset.h"
#include "core/mail/parameters.h"

namespace madoguchi::mail {

/// Private to card_numbers.h: the digits of card numbers changed where they stand in the mail.

/// How deep mails within mails are looked into; as deep as the reader shows them.
constexpr std::size_t kMailsWithin = 3;

/// The mail with the digits changed that can be found in its headers and in parts that are text;
/// the same octets when there are none. Nothing is said about whether some are left. `charset` is
/// that of read_as, or empty.
[[nodiscard]] std::string with_masked_parts(std::string_view raw, std::string_view charset,
                                            std::size_t mails_within);

/// A header's value (folded) with its card numbers masked, still the same header to a reader:
/// encoded-words, raw 8-bit texts and parameters keep their charset where they can.
[[nodiscard]] std::string with_masked_field(std::string_view name, std::string_view value,
                                            const TextHint& hint);

/// Content-Type or Content-Disposition as a value, its card numbers masked.
[[nodiscard]] std::string written_parameters(std::string_view name, const ParameterField& field);

}  // namespace madoguchi::mail
