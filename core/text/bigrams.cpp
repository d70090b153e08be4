// SPDX-License-Identifier: Apache-2.0
#include "core/text/bigrams.h"

#include <unicode/uchar.h>

#include "core/text/utf8.h"

namespace madoguchi::text {
namespace {

constexpr std::size_t kMaxWordBytes = 64;

enum class Kind { separator, word, unspaced };

constexpr bool in(char32_t c, char32_t low, char32_t high) { return c >= low && c <= high; }

constexpr bool is_unspaced(char32_t c) {
  return in(c, 0x3041, 0x309F) || in(c, 0x30A1, 0x30FA) || in(c, 0x30FC, 0x30FF) ||
         in(c, 0x3400, 0x4DBF) || in(c, 0x4E00, 0x9FFF) || in(c, 0x3005, 0x3007) ||
         in(c, 0xAC00, 0xD7A3) || in(c, 0xF900, 0xFAFF) || in(c, 0x20000, 0x3FFFD) ||
         in(c, 0x3105, 0x312F) || in(c, 0x31F0, 0x31FF) || in(c, 0x0E01, 0x0EFF) ||
         in(c, 0x1000, 0x109F) || in(c, 0x1780, 0x17D3);
}

Kind kind_of(char32_t c) {
  if (c < 0x80) {
    return in(c, 'a', 'z') || in(c, '0', '9') || in(c, 'A', 'Z') ? Kind::word : Kind::separator;
  }
  if (c == 0x309B || c == 0x309C || c == 0xFFFD) return Kind::separator;
  const bool indexed =
      (U_GET_GC_MASK(static_cast<UChar32>(c)) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK)) != 0;
  if (is_unspaced(c)) return c < 0x3000 && !indexed ? Kind::separator : Kind::unspaced;
  return indexed ? Kind::word : Kind::separator;
}

/// Calls back for each token in order, saying whether it is the last character of a longer run.
template <class Emit>
void tokens(std::string_view folded, Emit&& emit) {
  std::size_t i = 0;
  while (i < folded.size()) {
    Utf8Char c = decode_utf8(folded, i);
    const Kind kind = kind_of(c.code);
    if (kind == Kind::separator) {
      i += c.size;
      continue;
    }
    const std::size_t begin = i;
    std::size_t previous = i;  // where the character before the current one begins
    i += c.size;
    bool alone = true;
    while (i < folded.size()) {
      c = decode_utf8(folded, i);
      if (kind_of(c.code) != kind) break;
      if (kind == Kind::unspaced) {
        emit(folded.substr(previous, i + c.size - previous), false);
        previous = i;
      }
      alone = false;
      i += c.size;
    }
    if (kind == Kind::word) {
      emit(truncate_utf8(folded.substr(begin, i - begin), kMaxWordBytes), false);
    } else {
      emit(folded.substr(previous, i - previous), !alone);
    }
  }
}

bool is_single_unspaced(std::string_view token) {
  const Utf8Char c = decode_utf8(token, 0);
  return c.size == token.size() && kind_of(c.code) == Kind::unspaced;
}

}  // namespace

std::string bigrams(std::string_view folded, std::size_t max_bytes) {
  folded = truncate_utf8(folded, max_bytes);
  std::string out;
  out.reserve(folded.size() * 5 / 2);
  tokens(folded, [&](std::string_view token, bool) {
    if (!out.empty()) out += ' ';
    out.append(token);
  });
  return out;
}

std::vector<Token> tokens_of(std::string_view folded) {
  std::vector<Token> out;
  tokens(folded, [&](std::string_view token, bool repeated) {
    out.push_back({token, static_cast<std::size_t>(token.data() - folded.data()), repeated});
  });
  return out;
}

std::vector<Run> runs_of(std::string_view folded) {
  std::vector<Run> runs;
  for (std::size_t i = 0; i < folded.size();) {
    const Kind kind = kind_of(decode_utf8(folded, i).code);
    const std::size_t begin = i;
    while (i < folded.size()) {
      const Utf8Char c = decode_utf8(folded, i);
      if (kind_of(c.code) != kind) break;
      i += c.size;
    }
    if (kind != Kind::separator) {
      runs.push_back({folded.substr(begin, i - begin), kind == Kind::word});
    }
  }
  return runs;
}

std::vector<std::string> query_tokens(std::string_view folded_word) {
  std::vector<std::string> out;
  // A run that another token follows ends there in the text too, so its last character stands alone
  // in the index as well. The word's final run may go on in the text.
  bool final_is_run_end = false;
  tokens(folded_word, [&](std::string_view token, bool run_end) {
    out.emplace_back(token);
    final_is_run_end = run_end;
  });
  if (final_is_run_end) {
    out.pop_back();
  } else if (!out.empty() && is_single_unspaced(out.back())) {
    out.back() += '*';
  }
  return out;
}

}  // namespace madoguchi::text
