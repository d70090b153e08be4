// SPDX-License-Identifier: Apache-2.0
#pragma once

// From what was typed into the search box to what the stores are asked.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/message.h"
#include "core/service/directory.h"
#include "core/store/cases.h"
#include "core/text/needle.h"

namespace madoguchi::service {

/// Words to find: in messages letters and digits stand whole; everywhere else they may go on.
struct SearchWords {
  std::vector<text::Needle> whole;
  std::vector<text::Needle> open;

  [[nodiscard]] bool empty() const { return whole.empty(); }
};

struct SearchWish {
  SearchWords words;              ///< all of them
  SearchWords without;            ///< none of them
  bool nothing = false;           ///< what was typed holds nothing that anything is found by
  store::CaseQuery cases;         ///< the filters, as cases are asked for them
  std::vector<std::string> from;  ///< folded parts of a requester's name or address
  std::vector<domain::MessageKind> kinds;  ///< of the messages to look at; empty: all
  std::vector<std::string> customers;      ///< customer numbers
  std::vector<std::string> orders;         ///< order numbers
  std::vector<std::string> tags;
  std::optional<TimePoint> after;
  std::optional<TimePoint> before;
  /// A filter was given that only cases have.
  bool cases_only = false;
  /// Whether words are looked for in phones, mail and postal addresses too.
  bool contact = true;
  /// What may be somebody's or something's number, as typed and in capitals.
  std::vector<std::string> numbers;
};

/// `invalid` at "/q" with what is wrong and where (core/text/search_query.h).
[[nodiscard]] Result<SearchWish> search_wish_of(std::string_view typed,
                                                const domain::Caller& caller,
                                                const DirectoryView& directory);

/// Makes `query` ask for what `by` asks for too; false when nothing can be both.
[[nodiscard]] bool narrow(store::CaseQuery& query, const store::CaseQuery& by);

/// Whether the requester is one that the wish asks for.
[[nodiscard]] bool is_from(const SearchWish& wish, const store::CaseRow& row);

}  // namespace madoguchi::service
