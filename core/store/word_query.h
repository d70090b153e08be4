// SPDX-License-Identifier: Apache-2.0
#pragma once

// Private to the store: needles as the full-text index of either engine is asked for them.

#include <string>
#include <vector>

#include "core/text/needle.h"

namespace madoguchi::store {

using text::Needle;

/// "配送 送遅" AND ("03 1234 5678" OR "0312345678"), as FTS5 writes phrases; empty needles are left
/// out. `columns` is nothing, or the column that all of it must stand in.
[[nodiscard]] std::string fts5_query(const std::vector<Needle>& words,
                                     const std::string& column = {});
/// ('配送' & '送遅') & (('03' & '1234' & '5678') | '0312345678'). It knows no order: what it finds
/// has to be held against the folded text, by a Recheck.
[[nodiscard]] std::string tsquery(const std::vector<Needle>& words);

/// One token of it, its `*` as PostgreSQL writes it.
[[nodiscard]] std::string tsquery_term(const std::string& token);

/// How PostgreSQL sees whether a needle stands in a folded text: LIKE where it is one run of
/// characters, else a regular expression.
struct Recheck {
  bool like = true;
  std::string pattern;
};
[[nodiscard]] Recheck recheck_of(const Needle& word);
/// All rechecks of one sort, each behind chr(1) but the first, for string_to_array.
[[nodiscard]] std::string patterns_of(const std::vector<Needle>& words, bool like);

/// Each run of spaces, line ends and other control characters as one space.
[[nodiscard]] std::string one_spaced(std::string_view text);

}  // namespace madoguchi::store
