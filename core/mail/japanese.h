// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/mail/carrier_emoji.h"

namespace madoguchi::mail {

/// What came of bytes read as one of the Japanese encodings. Bad bytes become U+FFFD, private codes
/// that no table knows become U+3013 (the "geta" mark), so nothing is silently dropped.
struct JapaneseText {
  std::string text;            ///< UTF-8
  std::size_t characters = 0;  ///< characters outside ASCII that were read
  std::size_t half_width = 0;  ///< those of them that are half-width kana
  std::size_t errors = 0;      ///< bytes that could not be read
};

/// Every Shift_JIS label: Microsoft's CP932 with NEC row 13, NEC and IBM extensions, carrier emoji.
[[nodiscard]] JapaneseText decode_cp932(std::string_view bytes, Carrier carrier = Carrier::unknown);
/// EUC-JP as eucJP-ms: JIS X 0208 by way of CP932, half-width kana (SS2), JIS X 0212 (SS3).
[[nodiscard]] JapaneseText decode_euc_jp(std::string_view bytes);
/// The ISO-2022-JP family (RFC 1468, RFC 2237, CP50220/50221): ESC ( B J I, ESC $ @ B, ESC $ ( D,
/// SO/SI and 8-bit half-width kana, NEC and IBM extensions, au and SoftBank emoji. A line end
/// returns to ASCII; an escape sequence cut by folding is put together again.
[[nodiscard]] JapaneseText decode_iso_2022_jp(std::string_view bytes,
                                              Carrier carrier = Carrier::unknown);

/// True when an escape sequence of the ISO-2022-JP family stands in the bytes.
[[nodiscard]] bool has_jis_escape(std::string_view bytes);

/// How well 8-bit bytes fit a Japanese encoding.
struct JapaneseEvidence {
  int score = 0;          ///< above 0: looks like Japanese; the higher the better
  std::size_t kana = 0;   ///< full-width kana
  std::size_t kanji = 0;  ///< JIS level 1 kanji
  std::size_t other = 0;  ///< rarer characters and half-width kana
  std::size_t errors = 0;
};
[[nodiscard]] JapaneseEvidence weigh_cp932(std::string_view bytes);
[[nodiscard]] JapaneseEvidence weigh_euc_jp(std::string_view bytes);

}  // namespace madoguchi::mail
