// SPDX-License-Identifier: Apache-2.0
#include "core/text/fold.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>

#include <stdexcept>
#include <string_view>

#include "core/text/utf8.h"

namespace madoguchi::text {
namespace {

constexpr char32_t kNeedsIcu = 0xFFFFFFFF;

/// Katakana to hiragana and the pairs of the Shift_JIS converters; everything else as it is.
constexpr char32_t unify(char32_t c) {
  if (c >= 0x30A1 && c <= 0x30F6) return c - 0x60;  // ァ…ヶ
  switch (c) {
    case 0x30FD:
      return 0x309D;  // ヽ
    case 0x30FE:
      return 0x309E;  // ヾ
    case 0x301C:
      return '~';  // 〜; ～ is ~ by NFKC
    case 0x2212:
      return '-';  // −; － is - by NFKC
    case 0x2016:
      return 0x2225;  // ‖
    case 0x2014:
      return 0x2015;  // —
    default:
      return c;
  }
}

/// U+FF61–U+FF9D, the half-width forms, as their hiragana.
constexpr std::u16string_view kHalfWidthKana =
    u"。「」、・をぁぃぅぇぉゃゅょっーあいうえおかきくけこさしすせそたちつてとなにぬねの"
    u"はひふへほまみむめもやゆよらりるれろわん";
static_assert(kHalfWidthKana.size() == 0xFF9D - 0xFF61 + 1);

/// The folded form of a character that stands alone and composes with nothing before it, or
/// kNeedsIcu. The ranges are those of running Japanese text.
constexpr char32_t fold_simple(char32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 0x20 : c;
  if (c == 0x3000) return ' ';
  if (c >= 0x3001 && c <= 0x3029) return unify(c);  // 、。「」〜
  if (c >= 0x3041 && c <= 0x3096) return c;
  if (c >= 0x30A1 && c <= 0x30FE) return unify(c);
  if (c >= 0x3400 && c <= 0x4DBF) return c;
  if (c >= 0x4E00 && c <= 0x9FFF) return c;
  if (c >= 0xFF01 && c <= 0xFF5E) return fold_simple(c - 0xFEE0);
  if (c >= 0xFF61 && c <= 0xFF9D) return kHalfWidthKana[c - 0xFF61];
  if (c == 0xFFFD) return c;
  return kNeedsIcu;
}

void append_unified(std::string& out, std::string_view normalised) {
  for (std::size_t i = 0; i < normalised.size();) {
    const Utf8Char c = decode_utf8(normalised, i);
    append_utf8(out, unify(c.code));
    i += c.size;
  }
}

void append_by_icu(std::string& out, std::string_view piece) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normaliser = icu::Normalizer2::getNFKCCasefoldInstance(status);
  std::string normalised;
  icu::StringByteSink<std::string> sink(&normalised, static_cast<int32_t>(piece.size()));
  if (U_SUCCESS(status)) {
    normaliser->normalizeUTF8(0, icu::StringPiece(piece.data(), static_cast<int32_t>(piece.size())),
                              sink, nullptr, status);
  }
  if (U_FAILURE(status)) throw std::runtime_error("ICU has no NFKC_Casefold data");
  append_unified(out, normalised);
}

std::size_t ascii_run(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && static_cast<unsigned char>(text[end]) < 0x80) ++end;
  return end;
}

void append_ascii(std::string& out, std::string_view run) {
  const std::size_t at = out.size();
  out.append(run);
  for (std::size_t i = at; i < out.size(); ++i) {
    const char c = out[i];
    out[i] = static_cast<char>(c + (c >= 'A' && c <= 'Z' ? 0x20 : 0));
  }
}

/// Folds [from, …) by ICU until a simple character comes; returns where that one begins.
std::size_t fold_run(std::string& out, std::string_view text, std::size_t from, std::size_t first) {
  std::size_t end = first;
  while (end < text.size()) {
    const Utf8Char c = decode_utf8(text, end);
    if (!c.valid || fold_simple(c.code) != kNeedsIcu) break;
    end += c.size;
  }
  append_by_icu(out, text.substr(from, end - from));
  return end;
}

/// Whether nothing that stands before the character can become one with it.
bool begins_part(char32_t c) {
  if (fold_simple(c) != kNeedsIcu) return true;
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normaliser = icu::Normalizer2::getNFKCCasefoldInstance(status);
  if (U_FAILURE(status)) throw std::runtime_error("ICU has no NFKC_Casefold data");
  return normaliser->hasBoundaryBefore(static_cast<UChar32>(c));
}

}  // namespace

std::string fold(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size() + 8);
  // The last simple character is kept apart from what is settled, because a mark that follows may
  // compose with it: か + U+3099 is が.
  std::size_t last_in = 0;
  std::size_t last_out = 0;
  for (std::size_t i = 0; i < utf8.size();) {
    const std::size_t run = ascii_run(utf8, i);
    if (run != i) {
      append_ascii(out, utf8.substr(i, run - i));
      last_in = run - 1;
      last_out = out.size() - 1;
      i = run;
      continue;
    }
    const Utf8Char c = decode_utf8(utf8, i);
    const char32_t folded = c.valid ? fold_simple(c.code) : U'\uFFFD';
    if (folded != kNeedsIcu) {
      last_in = c.valid ? i : i + c.size;
      last_out = out.size();
      if (folded == c.code && c.valid) {
        out.append(utf8, i, c.size);
      } else {
        append_utf8(out, folded);
      }
      if (!c.valid) last_out = out.size();
      i += c.size;
      continue;
    }
    out.resize(last_out);
    i = fold_run(out, utf8, last_in, i);
    last_in = i;
    last_out = out.size();
  }
  return out;
}

FoldedText fold_with_places(std::string_view utf8) {
  FoldedText out;
  out.text.reserve(utf8.size() + 8);
  const auto place = [&](std::size_t original) {
    out.parts.push_back(
        {static_cast<std::uint32_t>(out.text.size()), static_cast<std::uint32_t>(original)});
  };
  for (std::size_t i = 0; i < utf8.size();) {
    place(i);
    const Utf8Char first = decode_utf8(utf8, i);
    std::size_t end = i + first.size;
    while (end < utf8.size()) {
      const Utf8Char next = decode_utf8(utf8, end);
      if (!next.valid || begins_part(next.code)) break;
      end += next.size;
    }
    const char32_t simple = first.valid ? fold_simple(first.code) : kNeedsIcu;
    if (end == i + first.size && simple != kNeedsIcu) {
      append_utf8(out.text, simple);
    } else {
      out.text += fold(utf8.substr(i, end - i));
    }
    i = end;
  }
  place(utf8.size());
  return out;
}

}  // namespace madoguchi::text
