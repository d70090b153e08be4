// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace madoguchi::mail {

/// Whose private emoji codes a mail may hold: the codes of the carriers overlap each other and, at
/// SoftBank, the IBM extended kanji, so the sender's domain decides first.
enum class Carrier { unknown, docomo, kddi, softbank };

struct CarrierEmoji {
  std::uint16_t shift_jis;
  std::uint32_t first;
  std::uint32_t second;  ///< 0: one code point only
};

/// Sorted by shift_jis.
[[nodiscard]] std::span<const CarrierEmoji> docomo_emoji();
[[nodiscard]] std::span<const CarrierEmoji> kddi_emoji();
[[nodiscard]] std::span<const CarrierEmoji> softbank_emoji();

/// Appends the emoji of that Shift_JIS code in UTF-8; false when the carrier (any of them, when
/// unknown) has none there.
bool append_carrier_emoji(std::uint16_t shift_jis, Carrier carrier, std::string& out);

}  // namespace madoguchi::mail
