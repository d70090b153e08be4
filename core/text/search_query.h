// SPDX-License-Identifier: Apache-2.0
#pragma once

// What people type into the search box, taken apart. Only the form is looked at here; whether there
// is such a status or agent is for those who know them to say.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/enum_names.h"
#include "core/base/result.h"

namespace madoguchi::text {

enum class SearchKey {
  status,
  assignee,
  tag,
  category,
  channel,
  priority,
  mailbox,
  customer,
  order,
  from,
  after,
  before,
  in
};

/// A word, or a phrase that stood in quotes, as it was typed.
struct SearchTerm {
  std::string text;
  std::size_t position = 0;  ///< of its first character, counted in characters from 1

  bool operator==(const SearchTerm&) const = default;
};

struct SearchFilter {
  SearchKey key = SearchKey::status;
  std::string value;
  std::size_t position = 0;  ///< of the value

  bool operator==(const SearchFilter&) const = default;
};

struct SearchQuery {
  std::vector<SearchTerm> words;    ///< all of them have to be there
  std::vector<SearchTerm> without;  ///< none of them may be
  std::vector<SearchFilter> filters;

  [[nodiscard]] bool empty() const { return words.empty() && without.empty() && filters.empty(); }
};

/// Words and "phrases", -word and -"phrase" for what must not be there, key:value and key:"value"
/// for the rest. Full-width forms, as Japanese input methods type them, are the same: spaces,
/// colons, minus signs, keys, “ ”, and 「 」 『 』 as quotes.
/// `invalid` at "/q" with what is wrong, where, and what to do: a key that there is none of, a key
/// without a value, a quote that is not closed, a filter behind a minus sign, nothing but what must
/// not be there, more than 30 parts. Never throws, whatever was typed; reads 4 KiB of it at most.
[[nodiscard]] Result<SearchQuery> parse_search_query(std::string_view typed);

/// `invalid` at "/q", for what stands at that character; the member "position" says so to programs.
[[nodiscard]] Error wrong_search(std::size_t position, const Text& what);

}  // namespace madoguchi::text

namespace madoguchi {

template <>
struct EnumNames<text::SearchKey> {
  static constexpr EnumName<text::SearchKey> values[] = {{text::SearchKey::status, "status"},
                                                         {text::SearchKey::assignee, "assignee"},
                                                         {text::SearchKey::tag, "tag"},
                                                         {text::SearchKey::category, "category"},
                                                         {text::SearchKey::channel, "channel"},
                                                         {text::SearchKey::priority, "priority"},
                                                         {text::SearchKey::mailbox, "mailbox"},
                                                         {text::SearchKey::customer, "customer"},
                                                         {text::SearchKey::order, "order"},
                                                         {text::SearchKey::from, "from"},
                                                         {text::SearchKey::after, "after"},
                                                         {text::SearchKey::before, "before"},
                                                         {text::SearchKey::in, "in"}};
};

}  // namespace madoguchi
