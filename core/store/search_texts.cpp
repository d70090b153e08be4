// SPDX-License-Identifier: Apache-2.0
#include "core/store/search_texts.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/store/cases.h"
#include "core/store/columns.h"
#include "core/store/conditions.h"
#include "core/store/customer_parts.h"
#include "core/store/orders.h"
#include "core/store/word_query.h"
#include "core/text/bigrams.h"

namespace madoguchi::store {
namespace {

constexpr int kAtOnce = 200;

constexpr db::Statement kOld{
    "search_texts.old", "SELECT seq, names, others FROM search_texts WHERE kind = $1 AND ref = $2"};
constexpr db::Statement kInsert{
    "search_texts.insert",
    "INSERT INTO search_texts (kind, ref, names, others, at) VALUES ($1, $2, $3, $4, $5) RETURNING "
    "seq",
    "INSERT INTO search_texts (kind, ref, names, others, at, grams) VALUES ($1, $2, $3, $4, $5, "
    "array_to_tsvector(array_remove(string_to_array($6, ' '), ''))) RETURNING seq"};
constexpr db::Statement kUpdate{
    "search_texts.update", "UPDATE search_texts SET names = $2, others = $3 WHERE seq = $1",
    "UPDATE search_texts SET names = $2, others = $3, grams = "
    "array_to_tsvector(array_remove(string_to_array($4, ' '), '')) WHERE seq = $1"};
constexpr db::Statement kDelete{"search_texts.delete", "DELETE FROM search_texts WHERE seq = $1"};

// SQLite only. The index of FTS5 keeps no texts: to forget one it has to be told it again.
constexpr db::Statement kAddWords{
    "search_texts.add_words",
    "INSERT INTO search_words (rowid, names, others) VALUES ($1, $2, $3)"};
constexpr db::Statement kForgetWords{
    "search_texts.forget_words",
    "INSERT INTO search_words (search_words, rowid, names, others) VALUES ('delete', $1, $2, $3)"};
constexpr db::Statement kMatch{
    "search_texts.match",
    "SELECT t.seq, t.ref, t.at FROM search_words s CROSS JOIN search_texts t WHERE s.search_words "
    "MATCH "
    "$1 AND s.rowid < $2 AND t.seq = s.rowid ORDER BY s.rowid DESC LIMIT $3"};
constexpr db::Statement kHolds{
    "search_texts.holds",
    "SELECT 1 FROM search_words s WHERE s.search_words MATCH $1 AND s.rowid = (SELECT seq FROM "
    "search_texts WHERE kind = $2 AND ref = $3)"};
// FTS5 keeps a row there for each text it knows; they are indexed in their order.
constexpr db::Statement kLeftOut{
    "search_texts.left_out",
    "SELECT seq, kind, names, others FROM search_texts WHERE seq > (SELECT coalesce(max(id), 0) "
    "FROM search_words_docsize) ORDER BY seq LIMIT $1",
    "SELECT seq, kind, names, others FROM search_texts WHERE false LIMIT $1"};

constexpr db::Statement kNewest{"search_texts.newest",
                                "SELECT coalesce(max(seq), 0) FROM search_texts"};

constexpr db::Statement kFilledTo{"search_texts.filled_to",
                                  "SELECT filled_to FROM search_fill WHERE kind = $1"};

/// What of one kind has no text yet, and how to say that all of it has.
struct Filling {
  db::Statement missing;
  db::Statement done;
};
constexpr Filling kFillCases{
    {"search_texts.missing_cases",
     "SELECT c.id FROM cases c WHERE c.seq > $1 AND NOT EXISTS (SELECT 1 FROM search_texts t "
     "WHERE t.kind = 'case' AND t.ref = c.id) ORDER BY c.seq LIMIT $2"},
    {"search_texts.cases_done",
     "UPDATE search_fill SET filled_to = (SELECT coalesce(max(seq), 0) FROM cases) WHERE kind = "
     "'case'"}};
constexpr Filling kFillOrders{
    {"search_texts.missing_orders",
     "SELECT o.id FROM orders o WHERE o.seq > $1 AND NOT EXISTS (SELECT 1 FROM search_texts t "
     "WHERE t.kind = 'order' AND t.ref = o.id) ORDER BY o.seq LIMIT $2"},
    {"search_texts.orders_done",
     "UPDATE search_fill SET filled_to = (SELECT coalesce(max(seq), 0) FROM orders) WHERE kind = "
     "'order'"}};
constexpr Filling kFillMemos{
    {"search_texts.missing_memos",
     "SELECT m.id FROM customer_memos m WHERE m.created_at > $1 AND NOT EXISTS (SELECT 1 FROM "
     "search_texts t WHERE t.kind = 'memo' AND t.ref = m.id) ORDER BY m.id LIMIT $2"},
    {"search_texts.memos_done",
     "UPDATE search_fill SET filled_to = (SELECT coalesce(max(created_at), 0) FROM "
     "customer_memos) WHERE kind = 'memo'"}};

const Filling& filling_of(TextKind kind) {
  switch (kind) {
    case TextKind::case_:
      return kFillCases;
    case TextKind::order:
      return kFillOrders;
    case TextKind::memo:
      break;
  }
  return kFillMemos;
}

/// A word that no text has (private use area): what kind of thing it is.
std::string mark_of(TextKind kind) { return "\xEE\x80\x87" + std::string(enum_name(kind)); }

/// The tokens of both columns; every text has at least its mark.
std::pair<std::string, std::string> grams_of(TextKind kind, const SearchText& text) {
  std::string others = mark_of(kind);
  const std::string words = text::bigrams(text.others);
  if (!words.empty()) others += " " + words;
  return {text::bigrams(text.names), std::move(others)};
}

std::vector<text::Needle> with_mark(TextKind kind) {
  return {{{{mark_of(kind), {mark_of(kind)}}}}};
}

std::string sqlite_query(TextKind kind, const std::vector<text::Needle>& words, bool in_names) {
  const std::string wanted = fts5_query(words, in_names ? "names" : "");
  if (wanted.empty()) return {};
  return fts5_query(with_mark(kind), "others") + " AND " + wanted;
}

/// What the index cannot say, of search_texts t: that the words of each needle stand together.
void recheck(Conditions& conditions, const std::vector<text::Needle>& words, bool in_names) {
  for (const text::Needle& word : words) {
    if (word.empty()) continue;
    Recheck check = recheck_of(word);
    const std::string bound =
        (check.like ? " LIKE " : " ~ ") + conditions.keep(std::move(check.pattern));
    conditions.add(in_names ? "t.names" + bound
                            : "(t.names" + bound + " OR t.others" + bound + ")");
  }
}

/// Empty when it is gone.
std::optional<SearchText> text_of(db::Session& session, TextKind kind, const std::string& id) {
  switch (kind) {
    case TextKind::case_: {
      const std::optional<CaseRecord> record = Cases(session).by_id(domain::CaseId(id));
      return record ? std::optional(search_text_of(record->value)) : std::nullopt;
    }
    case TextKind::order: {
      const std::optional<OrderRecord> record = Orders(session).by_id(domain::OrderId(id));
      return record ? std::optional(search_text_of(record->value)) : std::nullopt;
    }
    case TextKind::memo: {
      const std::optional<domain::Memo> memo = Memos(session).by_id(domain::MemoId(id));
      return memo ? std::optional(search_text_of(*memo)) : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace

void SearchTexts::put(TextKind kind, const std::string& ref, const SearchText& text) {
  const db::Rows rows = session_.run(kOld, {enum_name(kind), ref});
  if (rows.empty()) return write(kind, 0, nullptr, text, ref);
  const db::Row row = rows.front();
  const SearchText old{row.string(1), row.string(2), text.at};
  if (old.names != text.names || old.others != text.others)
    write(kind, row.integer(0), &old, text, ref);
}

void SearchTexts::write(TextKind kind, std::int64_t sequence, const SearchText* old,
                        const SearchText& text, const std::string& ref) {
  const std::pair<std::string, std::string> grams = grams_of(kind, text);
  if (session_.engine() == db::Engine::postgresql) {
    const std::string all = grams.first + " " + grams.second;
    if (old == nullptr) {
      session_.queue(kInsert, {enum_name(kind), ref, text.names, text.others, text.at, all});
    } else {
      session_.queue(kUpdate, {sequence, text.names, text.others, all});
    }
    return;
  }
  if (old == nullptr) {
    const std::int64_t made =
        session_.run(kInsert, {enum_name(kind), ref, text.names, text.others, text.at})
            .front()
            .integer(0);
    // Soon, because many are cheaper together; what a crash loses is found at the next start.
    session_.soon([made, grams](db::Session& session) {
      session.queue(kAddWords, {made, grams.first, grams.second});
    });
    return;
  }
  session_.queue(kUpdate, {sequence, text.names, text.others});
  session_.before_commit([sequence, forgotten = grams_of(kind, *old), grams](db::Session& session) {
    session.queue(kForgetWords, {sequence, forgotten.first, forgotten.second});
    session.queue(kAddWords, {sequence, grams.first, grams.second});
  });
}

void SearchTexts::forget(TextKind kind, const std::string& ref) {
  const db::Rows rows = session_.run(kOld, {enum_name(kind), ref});
  if (rows.empty()) return;
  const db::Row row = rows.front();
  const std::int64_t sequence = row.integer(0);
  session_.queue(kDelete, {sequence});
  if (session_.engine() == db::Engine::postgresql) return;
  session_.before_commit(
      [sequence, grams = grams_of(kind, {row.string(1), row.string(2), {}})](db::Session& session) {
        session.queue(kForgetWords, {sequence, grams.first, grams.second});
      });
}

std::vector<SearchTexts::Hit> SearchTexts::search(TextKind kind,
                                                  const std::vector<text::Needle>& words,
                                                  bool in_names, std::int64_t before, int limit) {
  const std::string query = sqlite_query(kind, words, in_names);
  if (query.empty()) return {};
  if (session_.engine() == db::Engine::postgresql) {
    return search_windows(kind, words, in_names, before, limit);
  }
  std::vector<Hit> hits;
  const db::Rows rows = session_.run(kMatch, {query, before, limit});
  for (const db::Row row : db::each(rows))
    hits.push_back({row.integer(0), row.string(1), row.time(2)});
  return hits;
}

std::vector<SearchTexts::Hit> SearchTexts::search_windows(TextKind kind,
                                                          const std::vector<text::Needle>& words,
                                                          bool in_names, std::int64_t before,
                                                          int limit) {
  std::vector<text::Needle> all = with_mark(kind);
  all.insert(all.end(), words.begin(), words.end());
  const std::string query = tsquery(all);
  std::vector<Hit> hits;
  const std::int64_t newest = session_.run(kNewest).front().integer(0);
  std::int64_t high = std::min(before, newest + 1);
  for (std::int64_t width = 2000; high > 0 && hits.size() < static_cast<std::size_t>(limit);
       width *= 2) {
    const std::int64_t low = std::max<std::int64_t>(0, high - width);
    Conditions conditions;
    std::string text =
        "WITH t AS MATERIALIZED (SELECT x.seq, x.ref, x.names, x.others, x.at FROM search_texts x "
        "WHERE "
        "x.seq >= " +
        conditions.bind(low) + " AND x.seq < " + conditions.bind(high) + " AND x.grams @@ " +
        conditions.bind(query) + "::tsquery) SELECT t.seq, t.ref, t.at FROM t";
    recheck(conditions, words, in_names);
    const std::string wanted = conditions.bind(limit - static_cast<std::int64_t>(hits.size()));
    text += conditions.where() + " ORDER BY t.seq DESC LIMIT " + wanted;
    const db::Rows rows = session_.run({"search_texts.window", text}, conditions.params().data(),
                                       conditions.params().size());
    for (const db::Row row : db::each(rows))
      hits.push_back({row.integer(0), row.string(1), row.time(2)});
    high = low;
  }
  return hits;
}

bool SearchTexts::holds(TextKind kind, const std::string& ref,
                        const std::vector<text::Needle>& words, bool in_names) {
  const std::string query = sqlite_query(kind, words, in_names);
  if (query.empty()) return false;
  if (session_.engine() == db::Engine::sqlite) {
    return !session_.run(kHolds, {query, enum_name(kind), ref}).empty();
  }
  Conditions conditions;
  conditions.add("t.kind = " + conditions.bind(enum_name(kind)));
  conditions.add("t.ref = " + conditions.bind(ref));
  conditions.add("t.grams @@ " + conditions.keep(tsquery(words)) + "::tsquery");
  recheck(conditions, words, in_names);
  const std::string text = "SELECT 1 FROM search_texts t" + conditions.where();
  return !session_
              .run({"search_texts.holds", text}, conditions.params().data(),
                   conditions.params().size())
              .empty();
}

bool SearchTexts::fill(TextKind kind) {
  const std::int64_t from = session_.run(kFilledTo, {enum_name(kind)}).front().integer(0);
  const Filling& filling = filling_of(kind);
  const db::Rows rows = session_.run(filling.missing, {from, kAtOnce});
  for (const db::Row row : db::each(rows)) {
    const std::string id = row.string(0);
    const std::optional<SearchText> text = text_of(session_, kind, id);
    if (text) put(kind, id, *text);
  }
  if (rows.empty()) session_.run(filling.done);
  return !rows.empty();
}

bool SearchTexts::index_left_out() {
  const db::Rows rows = session_.run(kLeftOut, {kAtOnce});
  for (const db::Row row : db::each(rows)) {
    const std::int64_t sequence = row.integer(0);
    session_.before_commit(
        [sequence, grams = grams_of(enum_column<TextKind>(row.text(1)),
                                    {row.string(2), row.string(3), {}})](db::Session& session) {
          session.queue(kAddWords, {sequence, grams.first, grams.second});
        });
  }
  return !rows.empty();
}

}  // namespace madoguchi::store
