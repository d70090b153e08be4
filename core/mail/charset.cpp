// SPDX-License-Identifier: Apache-2.0
#include "core/mail/charset.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/mail/charset_icu.h"
#include "core/mail/japanese.h"
#include "core/mail/utf8.h"

namespace madoguchi::mail {
namespace {

constexpr std::size_t kSampleOctets = 64 * 1024;

struct Alias {
  std::string_view label;
  std::string_view charset;
};

// Sorted by label.
constexpr std::array kAliases = {
    Alias{"ansi_x3.4-1968", "us-ascii"},
    Alias{"ascii", "us-ascii"},
    Alias{"big5", "big5-hkscs"},
    Alias{"big5-hkscs", "big5-hkscs"},
    Alias{"cn-big5", "big5-hkscs"},
    Alias{"cp-850", "cp850"},
    Alias{"cp1252", "windows-1252"},
    Alias{"cp50220", "iso-2022-jp"},
    Alias{"cp50221", "iso-2022-jp"},
    Alias{"cp50222", "iso-2022-jp"},
    Alias{"cp51932", "euc-jp"},
    Alias{"cp932", "cp932"},
    Alias{"cp936", "gb18030"},
    Alias{"cp949", "cp949"},
    Alias{"cp950", "big5-hkscs"},
    Alias{"csbig5", "big5-hkscs"},
    Alias{"cseuckr", "cp949"},
    Alias{"cseucpkdfmtjapanese", "euc-jp"},
    Alias{"csgb2312", "gb18030"},
    Alias{"csiso2022jp", "iso-2022-jp"},
    Alias{"csiso2022jp2", "iso-2022-jp"},
    Alias{"csisolatin1", "windows-1252"},
    Alias{"csksc56011987", "cp949"},
    Alias{"csshiftjis", "cp932"},
    Alias{"cswindows31j", "cp932"},
    Alias{"euc-jp", "euc-jp"},
    Alias{"euc-jp-ms", "euc-jp"},
    Alias{"euc-kr", "cp949"},
    Alias{"eucjp", "euc-jp"},
    Alias{"eucjp-ms", "euc-jp"},
    Alias{"eucjp-win", "euc-jp"},
    Alias{"euckr", "cp949"},
    Alias{"gb18030", "gb18030"},
    Alias{"gb2312", "gb18030"},
    Alias{"gb_2312-80", "gb18030"},
    Alias{"gbk", "gb18030"},
    Alias{"hz", "hz"},
    Alias{"hz-gb-2312", "hz"},
    Alias{"iso-2022-jp", "iso-2022-jp"},
    Alias{"iso-2022-jp-1", "iso-2022-jp"},
    Alias{"iso-2022-jp-2", "iso-2022-jp"},
    Alias{"iso-2022-jp-3", "iso-2022-jp"},
    Alias{"iso-2022-jp-ms", "iso-2022-jp"},
    Alias{"iso-8859-1", "windows-1252"},
    Alias{"iso-8859-11", "windows-874"},
    Alias{"iso-8859-8-i", "iso-8859-8"},
    Alias{"iso-8859-9", "windows-1254"},
    Alias{"iso2022jp", "iso-2022-jp"},
    Alias{"iso8859-1", "windows-1252"},
    Alias{"iso_8859-1", "windows-1252"},
    Alias{"jis", "iso-2022-jp"},
    Alias{"jis_encoding", "iso-2022-jp"},
    Alias{"ks_c_5601", "cp949"},
    Alias{"ks_c_5601-1987", "cp949"},
    Alias{"ksc5601", "cp949"},
    Alias{"latin1", "windows-1252"},
    Alias{"ms932", "cp932"},
    Alias{"ms_kanji", "cp932"},
    Alias{"shift-jis", "cp932"},
    Alias{"shift_jis", "cp932"},
    Alias{"shift_jis-2004", "cp932"},
    Alias{"shift_jisx0213", "cp932"},
    Alias{"shiftjis", "cp932"},
    Alias{"sjis", "cp932"},
    Alias{"sjis-win", "cp932"},
    Alias{"tis-620", "windows-874"},
    Alias{"uhc", "cp949"},
    Alias{"ujis", "euc-jp"},
    Alias{"unicode-1-1-utf-7", "utf-7"},
    Alias{"unicode-1-1-utf-8", "utf-8"},
    Alias{"us-ascii", "us-ascii"},
    Alias{"utf-8", "utf-8"},
    Alias{"utf-8n", "utf-8"},
    Alias{"utf8", "utf-8"},
    Alias{"utf8mb4", "utf-8"},
    Alias{"windows-1252", "windows-1252"},
    Alias{"windows-31j", "cp932"},
    Alias{"windows-932", "cp932"},
    Alias{"windows-936", "gb18030"},
    Alias{"windows-949", "cp949"},
    Alias{"x-cp1252", "windows-1252"},
    Alias{"x-cp932", "cp932"},
    Alias{"x-euc-jp", "euc-jp"},
    Alias{"x-euc-kr", "cp949"},
    Alias{"x-gbk", "gb18030"},
    Alias{"x-ms-cp932", "cp932"},
    Alias{"x-sjis", "cp932"},
    Alias{"x-sjis-cp932", "cp932"},
    Alias{"x-sjis-jp", "cp932"},
    Alias{"x-utf-8", "utf-8"},
};

constexpr bool before(const Alias& a, const Alias& b) { return a.label < b.label; }

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

bool is_single_byte(std::string_view charset) {
  return starts_with(charset, "windows-") || starts_with(charset, "iso-8859-") ||
         starts_with(charset, "koi8") || charset == "macintosh" || starts_with(charset, "ibm") ||
         charset == "cp437" || charset == "cp850" || charset == "cp866";
}

/// Charsets in which ASCII bytes may mean something else.
bool is_seven_bit(std::string_view charset) {
  return starts_with(charset, "utf-7") || starts_with(charset, "utf-16") ||
         starts_with(charset, "utf-32") || starts_with(charset, "ucs-") || charset == "hz" ||
         starts_with(charset, "iso-2022-kr") || starts_with(charset, "iso-2022-cn") ||
         starts_with(charset, "iso-10646") || starts_with(charset, "imap-mailbox-name");
}

bool has_octet(std::string_view bytes, char octet) {
  return bytes.find(octet) != std::string_view::npos;  // by memchr, unlike find_first_of
}

/// Something of ISO-2022: an escape or a shift out.
bool has_shift(std::string_view bytes) {
  return has_octet(bytes, '\x1B') || has_octet(bytes, '\x0E');
}

bool has_undefined_1252(std::string_view bytes) {
  for (const char octet : {'\x81', '\x8D', '\x8F', '\x90', '\x9D'}) {
    if (has_octet(bytes, octet)) return true;
  }
  return false;
}

struct Attempt {
  std::string text;
  std::size_t errors = 0;
  std::size_t characters = 0;
  std::size_t half_width = 0;
};

std::optional<Attempt> attempt(std::string_view bytes, std::string_view charset, Carrier carrier) {
  const auto of = [](JapaneseText text) {
    return Attempt{std::move(text.text), text.errors, text.characters, text.half_width};
  };
  if (charset == "cp932") return of(decode_cp932(bytes, carrier));
  if (charset == "euc-jp") return of(decode_euc_jp(bytes));
  if (charset == "iso-2022-jp") return of(decode_iso_2022_jp(bytes, carrier));
  if (charset == "utf-8" || charset == "us-ascii") {
    const Utf8Count count = count_utf8(bytes);
    return Attempt{count.valid() ? std::string(bytes) : mend_utf8(bytes), count.errors,
                   count.characters(), 0};
  }
  std::optional<IcuText> text = decode_with_icu(bytes, charset);
  if (!text) return std::nullopt;
  const std::size_t wrong =
      charset == "windows-1252" && has_undefined_1252(bytes) ? text->errors + 1 : text->errors;
  return Attempt{std::move(text->text), wrong, bytes.size() / 2, 0};
}

DecodedText made(Attempt&& result, std::string_view charset, bool sure) {
  return {std::move(result.text), {std::string(charset), sure}};
}

/// 8-bit bytes that are neither UTF-8 nor JIS: Japanese by its kana, or nothing.
std::optional<DecodedText> detect_japanese(std::string_view bytes, Carrier carrier) {
  const std::string_view sample = bytes.substr(0, kSampleOctets);
  const JapaneseEvidence sjis = weigh_cp932(sample);
  const JapaneseEvidence euc = weigh_euc_jp(sample);
  const bool is_sjis = sjis.score >= euc.score;
  const JapaneseEvidence& best = is_sjis ? sjis : euc;
  const JapaneseEvidence& second = is_sjis ? euc : sjis;
  if (best.score <= 0) return std::nullopt;
  const std::string_view charset = is_sjis ? "cp932" : "euc-jp";
  // Without kana, kanji alone could as well be Chinese or Korean: ask before believing.
  if (best.kana == 0) {
    const bool brief = sample.size() <= 32;
    if (!brief && !is_sjis) {
      const std::string guess = canonical_charset(guess_charset(sample));
      if (guess == "gb18030" || guess == "cp949" || guess == "big5-hkscs") return std::nullopt;
    }
    const bool half_width_only = best.kanji == 0 && best.score == 1;
    if (best.kanji < best.other && !half_width_only) return std::nullopt;
  }
  const bool sure = best.errors == 0 && best.kana >= 3 && best.score >= 2 * second.score;
  return made(*attempt(bytes, charset, carrier), charset, sure);
}

DecodedText detect(std::string_view bytes, const TextHint& hint) {
  if (has_jis_escape(bytes)) {
    return made(*attempt(bytes, "iso-2022-jp", hint.carrier), "iso-2022-jp", true);
  }
  const Utf8Count utf8 = count_utf8(bytes);
  if (utf8.valid())
    return {std::string(bytes), {utf8.characters() == 0 ? "us-ascii" : "utf-8", true}};
  if (!hint.charset.empty() && hint.charset != "us-ascii" && hint.charset != "utf-8") {
    std::optional<Attempt> hinted = attempt(bytes, hint.charset, hint.carrier);
    if (hinted && hinted->errors == 0) return made(std::move(*hinted), hint.charset, true);
  }
  // Mostly UTF-8 with a cut or broken character is still UTF-8.
  if (utf8.longer >= 4 * utf8.errors && utf8.longer > 0) {
    return {mend_utf8(bytes), {"utf-8", false}};
  }
  if (std::optional<DecodedText> japanese = detect_japanese(bytes, hint.carrier)) {
    return std::move(*japanese);
  }
  const std::string guess = canonical_charset(guess_charset(bytes));
  if (!guess.empty() && guess != "us-ascii" && guess != "utf-8") {
    std::optional<Attempt> guessed = attempt(bytes, guess, hint.carrier);
    if (guessed && guessed->errors == 0) return made(std::move(*guessed), guess, false);
  }
  return made(*attempt(bytes, "windows-1252", hint.carrier), "windows-1252", false);
}

/// Valid UTF-8 under another 8-bit label. Two-byte sequences alone are also good half-width kana,
/// Chinese or Korean, so only longer ones overrule a multi-byte label.
bool is_really_utf8(const Utf8Count& count, std::string_view charset) {
  return count.valid() && (is_single_byte(charset) ? count.characters() > 0 : count.longer > 0);
}

/// Latin letters do not come as kana: Japanese sent under the default label of a form or device.
std::optional<DecodedText> japanese_under_latin(std::string_view bytes, Carrier carrier) {
  std::optional<DecodedText> japanese = detect_japanese(bytes, carrier);
  if (!japanese) return std::nullopt;
  const JapaneseEvidence evidence = japanese->decoding.charset == "cp932"
                                        ? weigh_cp932(bytes.substr(0, kSampleOctets))
                                        : weigh_euc_jp(bytes.substr(0, kSampleOctets));
  if (evidence.kana < 3 || evidence.errors != 0 || evidence.other > evidence.kana) {
    return std::nullopt;
  }
  return japanese;
}

/// EUC-JP under a Shift_JIS label has no wrong byte: it is half-width kana, with a "､" or "･"
/// before each of what were hiragana and katakana.
bool is_euc_as_cp932(const Attempt& as_cp932, std::string_view bytes) {
  if (2 * as_cp932.half_width < as_cp932.characters) return false;
  const std::string_view sample = bytes.substr(0, kSampleOctets);
  const JapaneseEvidence euc = weigh_euc_jp(sample);
  return euc.errors == 0 && euc.kana >= 3 && euc.kana >= euc.other && weigh_cp932(sample).kana == 0;
}

}  // namespace

std::string canonical_charset(std::string_view label) {
  static_assert(std::is_sorted(kAliases.begin(), kAliases.end(), before));
  while (!label.empty() && std::string_view(" \t\"'").find(label.front()) != label.npos) {
    label.remove_prefix(1);
  }
  label = label.substr(0, label.find_first_of("* \t\"';,"));  // RFC 2231: charset*language
  std::string name(label.substr(0, 60));
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const auto found = std::lower_bound(kAliases.begin(), kAliases.end(), Alias{name, {}}, before);
  if (found != kAliases.end() && found->label == name) return std::string(found->charset);
  if (starts_with(name, "iso-2022-jp")) return "iso-2022-jp";
  if (starts_with(name, "unknown") || name == "x-unknown" || name == "default") return {};
  return name;
}

DecodedText decode_text(std::string_view bytes, std::string_view label, const TextHint& hint) {
  std::string charset = canonical_charset(label);
  if (!is_seven_bit(charset) && is_ascii(bytes) && !has_shift(bytes)) {
    return {std::string(bytes), {charset.empty() ? "us-ascii" : charset, true}};
  }
  if (charset.empty() || charset == "us-ascii") return detect(bytes, hint);
  if (charset == "utf-8") {
    // UTF-8 has no use for escape sequences: with them and without 8-bit bytes it is JIS.
    if (is_ascii(bytes) && has_jis_escape(bytes)) return detect(bytes, hint);
    if (const Utf8Count count = count_utf8(bytes); count.valid()) {
      return {std::string(bytes), {charset, true}};
    }
    return detect(bytes, hint);
  }
  if (!is_seven_bit(charset) && charset != "iso-2022-jp") {
    if (is_really_utf8(count_utf8(bytes), charset)) return {std::string(bytes), {"utf-8", true}};
    if (has_jis_escape(bytes) && is_ascii(bytes)) return detect(bytes, hint);
  }
  if (charset == "iso-2022-jp" && !has_shift(bytes)) {
    return detect(bytes, hint);
  }
  if (charset == "windows-1252") {
    if (std::optional<DecodedText> japanese = japanese_under_latin(bytes, hint.carrier)) {
      return std::move(*japanese);
    }
  }
  std::optional<Attempt> labelled = attempt(bytes, charset, hint.carrier);
  if (!labelled) return detect(bytes, hint);
  if (charset == "cp932" && labelled->half_width >= 6 && is_euc_as_cp932(*labelled, bytes)) {
    return made(*attempt(bytes, "euc-jp", hint.carrier), "euc-jp", false);
  }
  if (labelled->errors == 0) return made(std::move(*labelled), charset, true);
  // A few bad characters in much good text: the label is right, the text was damaged.
  if (labelled->errors * 20 <= labelled->characters) {
    return made(std::move(*labelled), charset, false);
  }
  DecodedText detected = detect(bytes, hint);
  if (detected.decoding.charset == "windows-1252" && charset != "windows-1252") {
    return made(std::move(*labelled), charset, false);
  }
  detected.decoding.sure = detected.decoding.sure && detected.decoding.charset == "utf-8";
  return detected;
}

DecodedText decode_text_as(std::string_view bytes, std::string_view label, Carrier carrier) {
  const std::string charset = canonical_charset(label);
  std::optional<Attempt> result = attempt(bytes, charset, carrier);
  if (!result || charset.empty()) return {};
  return made(std::move(*result), charset, result->errors == 0);
}

bool is_known_charset(std::string_view label) {
  return !decode_text_as("a", label).decoding.charset.empty();
}

Carrier carrier_of(std::string_view address) {
  const auto has = [&](std::string_view domain) { return address.find(domain) != address.npos; };
  if (has("docomo.ne.jp")) return Carrier::docomo;
  if (has("ezweb.ne.jp") || has("@au.com") || has("uqmobile.jp")) return Carrier::kddi;
  if (has("softbank") || has("vodafone.ne.jp") || has("disney.ne.jp")) return Carrier::softbank;
  return Carrier::unknown;
}

}  // namespace madoguchi::mail
