// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace madoguchi::text {

/// What the full-text index holds of a text, and what to ask it for.
///
/// Both take text that `fold` made. Runs of scripts that are written without spaces (kana, kanji,
/// hangul, Thai …) are cut into overlapping pairs followed by the run's last character alone; other
/// words (letters and digits) stay whole, cut at 64 bytes; everything else separates.
///   "返品したい abc-123"  →  "返品 品し した たい い abc 123"
/// The last character alone is what lets a search for one character be a prefix search: every
/// character of a run begins exactly one token.
///
/// SQLite: a contentless FTS5 table with
///   tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* Co'"
/// (the text is folded already, so the tokenizer has only the spaces to cut at). One search word
/// becomes one FTS5 phrase of its tokens in order, "返品 品し"; a token that ends in `*` is written
/// "い" * (it is always the only or the last one). Several search words are joined with AND.
/// PostgreSQL: array or tsvector of the same tokens under GIN; a `*` token is 'い':*; the order of
/// tokens is not held there, so the hit is checked with LIKE on the folded text.

/// Tokens of `folded`, joined by single spaces; reads at most `max_bytes` of it.
[[nodiscard]] std::string bigrams(std::string_view folded, std::size_t max_bytes = 64 * 1024);

/// One token of a text, and where it stands in it, in bytes. The last character of a longer run,
/// which stands in the token before it too, is `repeated`.
struct Token {
  std::string_view text;
  std::size_t at = 0;
  bool repeated = false;
};
/// The tokens of `folded` in their order; views into it.
[[nodiscard]] std::vector<Token> tokens_of(std::string_view folded);

/// A run of `folded` that no separator cuts: characters of scripts without spaces, or one word.
struct Run {
  std::string_view text;
  bool is_word = false;
};
[[nodiscard]] std::vector<Run> runs_of(std::string_view folded);

/// Tokens that a text must hold for `folded_word` to stand in it, in order. A single character of a
/// script without spaces gives one token marked with a trailing `*` (`*` is never part of a token
/// otherwise). Empty when the word holds nothing that is indexed.
[[nodiscard]] std::vector<std::string> query_tokens(std::string_view folded_word);

}  // namespace madoguchi::text
