// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace madoguchi::mail {

/// Writing ISO-2022-JP (RFC 1468) for receivers that read nothing else: ASCII and JIS X 0208
/// without the vendors' row 13, so that nothing arrives as something else. Pure, safe for many
/// threads.

/// The text as it can be written, UTF-8: half-width kana become full-width ones, of the pairs that
/// converters disagree on (〜/～, −/－, ‖/∥, ￠/¢, ￡/£, ￢/¬, —/―) either is taken. nullopt when a
/// character has no code: ①, 髙, 한, an emoji.
[[nodiscard]] std::optional<std::string> jis_repertoire(std::string_view utf8);

/// Text of jis_repertoire as octets; begins and ends in ASCII, and so does every line of it.
[[nodiscard]] std::string encode_iso_2022_jp(std::string_view utf8);

}  // namespace madoguchi::mail
