// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/enum_names.h"
#include "core/db/session.h"
#include "core/domain/case.h"
#include "core/domain/customer.h"
#include "core/domain/order.h"
#include "core/text/needle.h"

namespace madoguchi::store {

/// What stands in the index of search_texts; of a case everything but its messages.
enum class TextKind { case_, order, memo };

/// The texts that something is found by, folded (core/text/fold.h).
struct SearchText {
  std::string names;   ///< what it is called: subjects, names of people
  std::string others;  ///< everything else
  TimePoint at;        ///< when it came into the hub; never changes
};
[[nodiscard]] SearchText search_text_of(const domain::Case& value);
[[nodiscard]] SearchText search_text_of(const domain::Order& order);
[[nodiscard]] SearchText search_text_of(const domain::Memo& memo);

/// The index of words of cases, orders and memos. Their stores keep it, in the same transaction.
class SearchTexts {
 public:
  explicit SearchTexts(db::Session& session) : session_(session) {}

  /// Nothing when it is found by that already.
  void put(TextKind kind, const std::string& ref, const SearchText& text);
  void forget(TextKind kind, const std::string& ref);

  struct Hit {
    std::int64_t sequence = 0;  ///< in the order they were put first
    std::string ref;
    TimePoint at;
  };
  /// Those that hold all `words`, in their names if `in_names`; newest first, below `before`.
  [[nodiscard]] std::vector<Hit> search(TextKind kind, const std::vector<text::Needle>& words,
                                        bool in_names, std::int64_t before, int limit);
  /// Whether that one does.
  [[nodiscard]] bool holds(TextKind kind, const std::string& ref,
                           const std::vector<text::Needle>& words, bool in_names = false);

  /// Puts some of what came before the index, or from a daemon that did not know it; false when
  /// all that is there is in.
  [[nodiscard]] bool fill(TextKind kind);
  /// Indexes some texts that a crash left out; false when there are none.
  [[nodiscard]] bool index_left_out();

 private:
  void write(TextKind kind, std::int64_t sequence, const SearchText* old, const SearchText& text,
             const std::string& ref);
  [[nodiscard]] std::vector<Hit> search_windows(TextKind kind,
                                                const std::vector<text::Needle>& words,
                                                bool in_names, std::int64_t before, int limit);

  db::Session& session_;
};

}  // namespace madoguchi::store

namespace madoguchi {

template <>
struct EnumNames<store::TextKind> {
  static constexpr EnumName<store::TextKind> values[] = {{store::TextKind::case_, "case"},
                                                         {store::TextKind::order, "order"},
                                                         {store::TextKind::memo, "memo"}};
};

}  // namespace madoguchi
