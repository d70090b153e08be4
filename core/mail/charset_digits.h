// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/card_number.h"

namespace madoguchi::mail {

/// Puts `masks` in place in the bytes that `text` was decoded from: only the octets of those digits
/// change, ASCII digits and full-width ones, so that everything else stays as it was sent.
/// `charset` is that of the Decoding.
///
/// nullopt where the digits of the bytes and of the text cannot be told to be the same ones (a
/// charset in which ASCII octets mean something else, other digits, carrier emoji that show one).
/// The caller makes sure that what it gets decodes to the masked text: charsets are also guessed.
[[nodiscard]] std::optional<std::string> with_masked_digits(
    std::string_view bytes, std::string_view charset, std::string_view text,
    const std::vector<text::DigitMask>& masks);

}  // namespace madoguchi::mail
