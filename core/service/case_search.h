// SPDX-License-Identifier: Apache-2.0
#pragma once

// Cases that a search finds: by their messages, and by what stands on the case itself.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/service/hit_stream.h"
#include "core/service/search_wish.h"

namespace madoguchi::service {

/// The searches of one wish among cases, in one unit of work; must outlive the streams it made.
class CaseSearch {
 public:
  /// Which of a case's hits says where it stands in the list; a case stands there once.
  enum class Precedence { newest_message, head };

  /// `query` has the caller's scope and all filters; `passed_over` are ids of cases that stand in
  /// the list already.
  CaseSearch(db::Session& session, const SearchWish& wish, store::CaseQuery query,
             Precedence precedence, std::set<std::string> passed_over)
      : session_(session),
        wish_(wish),
        query_(std::move(query)),
        precedence_(precedence),
        passed_over_(std::move(passed_over)) {}

  /// By their messages; without words to find: all that the filters leave.
  [[nodiscard]] HitStream by_messages(int rank, std::int64_t below);
  /// By subject, requester and numbers.
  [[nodiscard]] HitStream by_head(int rank, std::int64_t below);

  /// The case of exactly that number, if it is one of them.
  [[nodiscard]] static std::optional<Hit> by_number(db::Session& session, const SearchWish& wish,
                                                    store::CaseQuery query);

 private:
  [[nodiscard]] HitStream::Batch walk(std::int64_t below);
  [[nodiscard]] bool accept(Hit& hit);
  [[nodiscard]] bool head_holds(const std::string& id);

  db::Session& session_;
  const SearchWish& wish_;
  store::CaseQuery query_;
  Precedence precedence_;
  std::set<std::string> passed_over_;
};

/// Whether a case holds nothing of what it must not hold, and is from whom it must be.
[[nodiscard]] bool is_kept(db::Session& session, const SearchWish& wish, const store::CaseRow& row);

}  // namespace madoguchi::service
