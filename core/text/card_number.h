// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace madoguchi::text {

/// The guard that keeps card numbers (PAN, PCI DSS 4.0.1 req. 3) out of everything this hub stores,
/// logs or sends: every text that comes in goes through here.
///
/// A hit is 14 to 19 digits (13 for an old Visa number that is no EAN/JAN article code) that
///  - are ASCII, full-width or other digits NFKC makes ASCII, with single spaces, hyphens, dots, at
///    most one line break, and invisible characters between them, grouped as cards are written;
///  - begin with a scheme's prefix and have a length that scheme issues: Visa 4; Mastercard 51–55,
///    2221–2720; American Express 34, 37; JCB 3528–3589; Diners 300–305, 36, 38, 39; Discover 6011,
///    644–649, 65; UnionPay 62;
///  - pass the Luhn check;
///  - are not part of something else: a longer number, a word with letters, a URL, a mail address,
///    a Message-ID, and do not directly follow words such as 注文番号, 伝票番号 or "tracking
///    number".
///
/// Pure, safe for many threads. A text with fewer than 13 digits costs one scan of its bytes.
struct CardNumberHit {
  std::size_t offset = 0;  ///< bytes, of the first digit
  std::size_t length = 0;  ///< bytes, to the end of the last digit

  bool operator==(const CardNumberHit&) const = default;
};

/// In order, not overlapping. Security codes are not listed.
[[nodiscard]] std::vector<CardNumberHit> find_card_numbers(std::string_view utf8);

/// One digit that must not stay, and what takes its place.
struct DigitMask {
  std::size_t offset = 0;  ///< bytes
  std::size_t length = 0;  ///< bytes of the digit
  std::string_view mask;   ///< `*`, or `＊` for a full-width digit; of static storage
};

/// In order: all digits of each card number but the last four, and those of security codes and PINs
/// beside a card number (after words such as CVV or セキュリティコード, or bare behind the number
/// or its expiry date) or beside one that was masked before (after such words only).
[[nodiscard]] std::vector<DigitMask> card_number_masks(std::string_view utf8);

/// Whether a text has digits enough to hold one even in markup or escapes: a pass over its bytes.
[[nodiscard]] bool may_hold_card_number(std::string_view utf8) noexcept;

[[nodiscard]] std::string masked(std::string_view utf8, const std::vector<DigitMask>& masks);

/// The text with its card_number_masks in place: as many characters as before. `found`, when given,
/// says whether there were any.
[[nodiscard]] std::string mask_card_numbers(std::string text, bool* found = nullptr);

}  // namespace madoguchi::text
