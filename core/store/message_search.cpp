// SPDX-License-Identifier: Apache-2.0
// The index of messages' words, one per engine: the place where the dialects part.
#include <algorithm>

#include "core/domain/names.h"
#include "core/store/messages.h"
#include "core/store/word_query.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kIndex{"messages.index",
                               "INSERT INTO message_search (rowid, grams) VALUES ($1, $2)",
                               "INSERT INTO message_search (seq, folded, grams) VALUES ($1, $3, "
                               "array_to_tsvector(array_remove(string_to_array($2, ' '), '')))"};

// The index of FTS5 keeps no texts: to forget one it has to be told it again.
constexpr db::Statement kForget{
    "messages.forget_index",
    "INSERT INTO message_search (message_search, rowid, grams) VALUES ('delete', $1, $2)",
    "DELETE FROM message_search WHERE seq = $1 AND $2 = $2"};

// At most 256 pages; FTS5 leaves levels alone that have fewer than four segments.
constexpr db::Statement kMerge{
    "messages.merge_index",
    "INSERT INTO message_search (message_search, rank) VALUES ('merge', 256)", "SELECT 0"};

// FTS5 keeps a row there for each message it knows; they are indexed in their order.
constexpr db::Statement kNotIndexed{
    "messages.not_indexed",
    "SELECT seq FROM messages WHERE seq > max($1, (SELECT coalesce(max(id), 0) FROM "
    "message_search_docsize)) ORDER BY seq LIMIT $2",
    "SELECT seq FROM messages WHERE false AND seq > $1 LIMIT $2"};

// $4: the kinds of messages to look at, joined by commas; empty: all. No kind's name is part of
// another's.
constexpr db::Statement kMatch{
    "messages.match",
    "SELECT s.rowid, m.case_id, m.created_at FROM message_search s JOIN messages m ON m.seq = "
    "s.rowid WHERE s.message_search MATCH $1 AND s.rowid < $2 AND ($4 = '' OR replace($4, m.kind, "
    "'') <> $4) ORDER BY s.rowid DESC LIMIT $3"};

constexpr db::Statement kNewestIndexed{"messages.newest_indexed",
                                       "SELECT coalesce(max(seq), 0) FROM message_search"};

// Only a window of ids at a time, newest first: over the whole table the planner would walk the
// primary key backwards for a rare word, or fetch every hit of a frequent one.
constexpr db::Statement kWindow{
    "messages.search_window",
    {},
    "WITH hits AS MATERIALIZED (SELECT s.seq, s.folded FROM message_search s "
    "WHERE s.seq >= $1 AND s.seq < $2 AND s.grams @@ $3::tsquery) "
    "SELECT h.seq, m.case_id, m.created_at FROM hits h JOIN messages m ON m.seq = h.seq "
    "WHERE h.folded LIKE ALL (string_to_array($4, chr(1))) "
    "AND h.folded ~ ALL (string_to_array($6, chr(1))) "
    "AND ($7 = '' OR replace($7, m.kind, '') <> $7) ORDER BY h.seq DESC LIMIT $5"};

// PostgreSQL: materialized, so that the rows of one case are looked at and never the whole index.
constexpr db::Statement kNewerHit{
    "messages.newer_hit",
    "SELECT 1 FROM message_search s WHERE s.message_search MATCH $1 AND s.rowid IN "
    "(SELECT m.seq FROM messages m WHERE m.case_id = $2 AND m.seq > $3 "
    "AND ($4 = '' OR replace($4, m.kind, '') <> $4)) LIMIT 1",
    "WITH later AS MATERIALIZED (SELECT s.grams, s.folded FROM messages m "
    "JOIN message_search s ON s.seq = m.seq WHERE m.case_id = $2 AND m.seq > $3 "
    "AND ($4 = '' OR replace($4, m.kind, '') <> $4)) "
    "SELECT 1 FROM later WHERE grams @@ $5::tsquery "
    "AND folded LIKE ALL (string_to_array($1, chr(1))) "
    "AND folded ~ ALL (string_to_array($6, chr(1))) LIMIT 1"};

std::string names_of(const std::vector<domain::MessageKind>& kinds) {
  std::string names;
  for (const domain::MessageKind kind : kinds) {
    names += (names.empty() ? "" : ",") + std::string(enum_name(kind));
  }
  return names;
}

std::vector<Messages::Hit> hits_of(const db::Rows& rows) {
  std::vector<Messages::Hit> hits;
  for (const db::Row row : db::each(rows))
    hits.push_back({row.integer(0), row.id<domain::CaseId>(1), row.time(2)});
  return hits;
}

void add(db::Session& session, std::int64_t sequence, const FoundBy& words) {
  if (session.engine() == db::Engine::sqlite) {
    session.queue(kIndex, {sequence, words.grams});
  } else {
    session.queue(kIndex, {sequence, words.grams, one_spaced(words.folded)});
  }
}

std::vector<Messages::Hit> search_windows(db::Session& session,
                                          const std::vector<text::Needle>& words,
                                          std::int64_t before, int limit,
                                          const std::string& kinds) {
  const std::string query = tsquery(words);
  const std::string likes = patterns_of(words, true);
  const std::string regexes = patterns_of(words, false);
  const std::int64_t newest = session.run(kNewestIndexed).front().integer(0);
  std::vector<Messages::Hit> hits;
  std::int64_t high = std::min(before, newest + 1);
  for (std::int64_t width = 2000; high > 0 && hits.size() < static_cast<std::size_t>(limit);
       width *= 2) {
    const std::int64_t low = std::max<std::int64_t>(0, high - width);
    const int wanted = limit - static_cast<int>(hits.size());
    const db::Rows rows = session.run(kWindow, {low, high, query, likes, wanted, regexes, kinds});
    for (Messages::Hit& hit : hits_of(rows)) hits.push_back(std::move(hit));
    high = low;
  }
  return hits;
}

}  // namespace

void Messages::index(std::int64_t sequence, const FoundBy& words) {
  if (words.grams.empty()) return;
  if (session_.engine() == db::Engine::postgresql) return add(session_, sequence, words);
  // The folded text, which only PostgreSQL keeps, is not carried along.
  session_.soon([sequence, kept = FoundBy{{}, words.grams}](db::Session& session) {
    add(session, sequence, kept);
  });
}

void Messages::index_again(std::int64_t sequence, const FoundBy& old, const FoundBy& words) {
  session_.before_commit([sequence, old, words](db::Session& session) {
    if (!old.grams.empty()) session.queue(kForget, {sequence, old.grams});
    if (!words.grams.empty()) add(session, sequence, words);
  });
}

std::vector<std::int64_t> Messages::not_indexed(std::int64_t after, int limit) {
  const db::Rows rows = session_.run(kNotIndexed, {after, limit});
  std::vector<std::int64_t> sequences;
  for (const db::Row row : db::each(rows)) sequences.push_back(row.integer(0));
  return sequences;
}

void Messages::merge_index() { session_.queue(kMerge); }

std::vector<Messages::Hit> Messages::search(const std::vector<text::Needle>& words,
                                            std::int64_t before, int limit,
                                            const std::vector<domain::MessageKind>& kinds) {
  const std::string query = fts5_query(words);
  if (query.empty()) return {};
  if (session_.engine() == db::Engine::postgresql) {
    return search_windows(session_, words, before, limit, names_of(kinds));
  }
  return hits_of(session_.run(kMatch, {query, before, limit, names_of(kinds)}));
}

bool Messages::newer_hit(const std::vector<text::Needle>& words, const domain::CaseId& id,
                         std::int64_t sequence, const std::vector<domain::MessageKind>& kinds) {
  const std::string query = fts5_query(words);
  if (query.empty()) return false;
  if (session_.engine() == db::Engine::postgresql) {
    return !session_
                .run(kNewerHit, {patterns_of(words, true), id, sequence, names_of(kinds),
                                 tsquery(words), patterns_of(words, false)})
                .empty();
  }
  return !session_.run(kNewerHit, {query, id, sequence, names_of(kinds)}).empty();
}

}  // namespace madoguchi::store
