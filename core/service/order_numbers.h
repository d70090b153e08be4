// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace madoguchi::service {

/// Whether `pattern` fits the whole of `text`, without regard to case and width; * stands for any
/// run of characters. Pure; takes at most the product of both lengths.
[[nodiscard]] bool fits_pattern(std::string_view pattern, std::string_view text);

/// The order numbers that a mail names, each once, as they are written (full-width becomes
/// half-width), at most 20:
///   - what stands behind a label: 注文番号, ご注文No, 受注番号, Order #, order number …;
///   - "#1001" in the subject;
///   - what looks like one of `patterns`: # is a digit, ? a letter, * one or more letters and
///     digits, everything else itself.
/// What is a telephone number or a postal code, or stands behind a label of those or of a parcel
/// (電話, 〒, 送り状番号, 伝票番号, お問い合わせ番号, tracking number …), is none. Pure.
[[nodiscard]] std::vector<std::string> order_numbers(std::string_view subject,
                                                     std::string_view text,
                                                     const std::vector<std::string>& patterns);

}  // namespace madoguchi::service
