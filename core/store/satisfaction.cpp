// SPDX-License-Identifier: Apache-2.0
#include "core/store/satisfaction.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kAnswerOf{"satisfaction.of",
                                  "SELECT score, comment, answered_at, changed_at FROM "
                                  "satisfaction_answers WHERE case_seq = $1"};
constexpr db::Statement kPutAnswer{
    "satisfaction.put",
    "INSERT INTO satisfaction_answers (case_seq, score, comment, answered_at, changed_at) VALUES "
    "($1, $2, $3, $4, $5) ON CONFLICT (case_seq) DO UPDATE SET score = excluded.score, comment = "
    "excluded.comment, changed_at = excluded.changed_at"};
constexpr db::Statement kPutScore{"satisfaction.put_score",
                                  "UPDATE case_times SET score = $2 WHERE case_seq = $1"};

}  // namespace

std::optional<SatisfactionAnswer> SatisfactionAnswers::of(std::int64_t case_sequence) {
  const db::Rows rows = session_.run(kAnswerOf, {case_sequence});
  if (rows.empty()) return std::nullopt;
  const db::Row row = rows.front();
  return SatisfactionAnswer{case_sequence, row.integer(0), row.string(1), row.time(2), row.time(3)};
}

void SatisfactionAnswers::put(const SatisfactionAnswer& answer) {
  session_.run(kPutAnswer, {answer.case_sequence, answer.score, answer.comment, answer.answered_at,
                            answer.changed_at});
  session_.run(kPutScore, {answer.case_sequence, answer.score});
}

}  // namespace madoguchi::store
