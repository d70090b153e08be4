// SPDX-License-Identifier: Apache-2.0
#include "core/store/word_query.h"

#include <string_view>
#include <utility>

#include "core/text/bigrams.h"

namespace madoguchi::store {
namespace {

using Phrase = Needle::Phrase;

/// What stands between two words of a phrase: nothing that is indexed (core/text/bigrams.h). Text
/// is folded, so that there are neither capitals nor katakana.
constexpr std::string_view kBetween =
    "[^0-9a-z\u00C0-\u024F\u0370-\u1FFF々〆〇ぁ-ゖゝ-ゟー㐀-鿿가-힣]";

std::string_view plain(const std::string& token) {
  const bool open = !token.empty() && token.back() == '*';
  return std::string_view(token).substr(0, token.size() - (open ? 1 : 0));
}

bool is_open(const Phrase& phrase) { return phrase.tokens.back().back() == '*'; }

std::string fts5_phrase(const Phrase& phrase) {
  std::string out;
  for (const std::string& token : phrase.tokens) {
    out += (out.empty() ? "" : " ") + std::string(plain(token));
  }
  return "\"" + out + "\"" + (is_open(phrase) ? " *" : "");
}

std::string tsquery_phrase(const Phrase& phrase) {
  std::string out;
  for (const std::string& token : phrase.tokens) {
    out += (out.empty() ? "(" : " & ") + tsquery_term(token);
  }
  return out + ")";
}

template <class Write>
std::string any_of(const Needle& word, const char* or_, Write&& write) {
  std::string out;
  for (const Phrase& phrase : word.phrases) out += (out.empty() ? "" : or_) + write(phrase);
  return out;
}

std::string like_pattern(std::string_view text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + '%';
}

/// Runs hold letters, digits and marks only: nothing that a regular expression reads as its own.
std::string regex_of(const Phrase& phrase) {
  const std::string between(kBetween);
  std::string out;
  bool after_word = false;
  for (const text::Run& run : text::runs_of(phrase.folded)) {
    if (out.empty() && run.is_word) {
      out = "(^|[^0-9a-z])";
    } else if (!out.empty()) {
      out += between + (run.is_word == after_word ? "+" : "*");
    }
    out += run.text;
    after_word = run.is_word;
  }
  if (after_word && !is_open(phrase)) out += "(?![0-9a-z])";
  return out;
}

}  // namespace

std::string fts5_query(const std::vector<Needle>& words, const std::string& column) {
  std::string query;
  for (const Needle& word : words) {
    if (word.empty()) continue;
    query += (query.empty() ? "(" : " AND (") + any_of(word, " OR ", fts5_phrase) + ")";
  }
  if (query.empty() || column.empty()) return query;
  return column + " : (" + query + ")";
}

std::string tsquery(const std::vector<Needle>& words) {
  std::string query;
  for (const Needle& word : words) {
    if (word.empty()) continue;
    query += (query.empty() ? "(" : " & (") + any_of(word, " | ", tsquery_phrase) + ")";
  }
  return query;
}

std::string tsquery_term(const std::string& token) {
  std::string quoted;
  for (const char c : plain(token)) {
    if (c == '\'' || c == '\\') quoted += c;
    quoted += c;
  }
  return "'" + quoted + "'" + (!token.empty() && token.back() == '*' ? ":*" : "");
}

Recheck recheck_of(const Needle& word) {
  if (word.phrases.size() == 1) {
    const std::vector<text::Run> runs = text::runs_of(word.phrases.front().folded);
    if (runs.size() == 1) return {true, like_pattern(runs.front().text)};
  }
  return {false, any_of(word, "|", regex_of)};
}

std::string patterns_of(const std::vector<Needle>& words, bool like) {
  std::string patterns;
  for (const Needle& word : words) {
    if (word.empty()) continue;
    Recheck recheck = recheck_of(word);
    if (recheck.like != like) continue;
    patterns += (patterns.empty() ? "" : "\x01") + std::move(recheck.pattern);
  }
  return patterns;
}

std::string one_spaced(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool blank = static_cast<unsigned char>(c) <= ' ';
    if (!blank) {
      out += c;
    } else if (out.empty() || out.back() != ' ') {
      out += ' ';
    }
  }
  return out;
}

}  // namespace madoguchi::store
