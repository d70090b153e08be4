// SPDX-License-Identifier: Apache-2.0
// The customer list. What is looked up whole chooses the rows, else the index of words, else they
// are walked newest first, at most kRowsLookedAt of them; everything else is checked on the rows as
// they come.
#include <algorithm>
#include <limits>

#include "core/json/writer.h"
#include "core/store/conditions.h"
#include "core/store/customer_columns.h"
#include "core/store/customer_rows.h"
#include "core/store/customers.h"
#include "core/store/word_query.h"

namespace madoguchi::store {
namespace {

constexpr int kRowsLookedAt = 20'000;

// Where the newest text is: windows of sequences end there.
constexpr db::Statement kNewestText{"customers.newest_text",
                                    "SELECT coalesce(max(seq), 0) FROM customer_texts"};

/// "a" AND "b" * , as FTS5 and PostgreSQL write it.
std::string term(const std::string& token, db::Engine engine) {
  const bool prefix = !token.empty() && token.back() == '*';
  const std::string_view plain(token.data(), token.size() - (prefix ? 1 : 0));
  if (engine == db::Engine::sqlite) {
    return "\"" + std::string(plain) + "\"" + (prefix ? " *" : "");
  }
  return tsquery_term(token);
}

std::string all_of(const std::vector<CustomerNeed>& needs, db::Engine engine) {
  const char* const and_ = engine == db::Engine::sqlite ? " AND " : " & ";
  std::string out;
  for (const CustomerNeed& need : needs) {
    for (const std::string& token : need.tokens) {
      out += (out.empty() ? "" : and_) + term(token, engine);
    }
  }
  return out;
}

/// What the index is asked; every alternative has tokens.
std::string match_query(const std::vector<CustomerAnyOf>& texts, db::Engine engine) {
  const char* const and_ = engine == db::Engine::sqlite ? " AND " : " & ";
  const char* const or_ = engine == db::Engine::sqlite ? " OR " : " | ";
  std::string out;
  for (const CustomerAnyOf& any : texts) {
    std::string one;
    for (const std::vector<CustomerNeed>& needs : any) {
      one += (one.empty() ? "(" : or_ + std::string("(")) + all_of(needs, engine) + ")";
    }
    out += (out.empty() ? "(" : and_ + std::string("(")) + one + ")";
  }
  return out;
}

/// Not by LIKE, which would read % and _ of what was typed.
std::string holds(const std::string& column, const std::string& bound) {
  return "replace(" + column + ", " + bound + ", '') <> " + column;
}

std::string holds(CustomerText where, const std::string& bound) {
  switch (where) {
    case CustomerText::names:
      return holds("t.names", bound);
    case CustomerText::kana:
      return holds("t.kana", bound);
    case CustomerText::places:
      return holds("t.places", bound);
    case CustomerText::any:
      break;
  }
  return "(" + holds("t.names", bound) + " OR " + holds("t.kana", bound) + " OR " +
         holds("t.places", bound) + " OR " + holds("t.others", bound) + ")";
}

/// What the index cannot say: that the tokens of a word stand together. Labels and tags are read
/// back from the marks.
std::string recheck(Conditions& conditions, const CustomerNeed& need) {
  if (!need.folded.empty()) return holds(need.where, conditions.bind(need.folded));
  std::string out;
  for (const std::string& token : need.tokens) {
    out += (out.empty() ? "" : " AND ") +
           ("replace(' ' || t.marks || ' ', " + conditions.keep(" " + token + " ") +
            ", '') <> ' ' || t.marks || ' '");
  }
  return out;
}

void rechecks(Conditions& conditions, const std::vector<CustomerAnyOf>& texts) {
  for (const CustomerAnyOf& any : texts) {
    std::string out;
    for (const std::vector<CustomerNeed>& needs : any) {
      std::string all;
      for (const CustomerNeed& need : needs) {
        all += (all.empty() ? "" : " AND ") + recheck(conditions, need);
      }
      out += (out.empty() ? "(" : " OR (") + all + ")";
    }
    conditions.add("(" + out + ")");
  }
}

template <class T>
std::string bound_list(Conditions& conditions, const std::vector<T>& values) {
  std::string list;
  for (const T& value : values) list += (list.empty() ? "" : ", ") + conditions.bind(value);
  return "(" + list + ")";
}

/// Each filter that is looked up whole, as a query that gives ids.
std::vector<std::string> lookups(Conditions& conditions, const CustomerQuery& query) {
  std::vector<std::string> found;
  if (query.by_number) {
    found.push_back(query.sequences.empty() ? "SELECT id FROM customers WHERE 1 = 0"
                                            : "SELECT id FROM customers WHERE seq IN " +
                                                  bound_list(conditions, query.sequences));
  }
  if (!query.email_keys.empty()) {
    found.push_back("SELECT customer_id FROM customer_emails WHERE address_key IN " +
                    bound_list(conditions, query.email_keys));
  }
  for (const auto& one : query.keys) {
    found.push_back(
        "SELECT customer_id FROM customer_keys WHERE kind = " + conditions.bind(one.first) +
        " AND key IN " + bound_list(conditions, one.second));
  }
  if (!query.birthdays.empty()) {
    found.push_back("SELECT id FROM customers WHERE birthday <> '' AND birthday IN " +
                    bound_list(conditions, query.birthdays));
  }
  if (!query.order_numbers.empty()) {
    found.push_back("SELECT customer_id FROM orders WHERE number IN " +
                    bound_list(conditions, query.order_numbers));
  }
  if (!query.subscription_numbers.empty()) {
    found.push_back("SELECT customer_id FROM subscriptions WHERE number IN " +
                    bound_list(conditions, query.subscription_numbers));
  }
  return found;
}

/// What the columns themselves say.
void plain_conditions(Conditions& conditions, const CustomerQuery& query) {
  conditions.add("c.merged_into IS NULL");
  conditions.add("c.erased_at IS NULL");
  if (query.blacklisted)
    conditions.add(*query.blacklisted ? "c.blacklisted = 1" : "c.blacklisted = 0");
}

/// One SELECT of the list, up to and without its LIMIT.
struct ListSql {
  std::string text;
  /// The rows that were looked at, to see whether there are more; empty: all were.
  std::string looked_at;
  std::size_t looked_at_params = 0;
};

ListSql by_lookup(Conditions& conditions, const CustomerQuery& query, std::string_view columns,
                  const std::vector<std::string>& found, std::int64_t before) {
  std::string text = "WITH found (id) AS MATERIALIZED (" + found.front() + ") SELECT " +
                     std::string(columns) +
                     " FROM customers c JOIN customer_texts t ON t.seq = c.seq";
  conditions.add("c.id IN (SELECT f.id FROM found f)");
  for (std::size_t i = 1; i < found.size(); ++i) conditions.add("c.id IN (" + found[i] + ")");
  conditions.add("c.seq < " + conditions.bind(before));
  plain_conditions(conditions, query);
  rechecks(conditions, query.texts);
  return {text + conditions.where() + " ORDER BY c.seq DESC", "", 0};
}

/// SQLite keeps the inner order and reads no more than it is asked for.
ListSql by_words(Conditions& conditions, const CustomerQuery& query, std::string_view columns,
                 std::int64_t before) {
  const std::string match = conditions.keep(match_query(query.texts, db::Engine::sqlite));
  const std::string inner =
      "SELECT rowid AS seq FROM customer_search WHERE customer_search MATCH " + match +
      " AND rowid < " + conditions.bind(before) + " ORDER BY rowid DESC LIMIT " +
      std::to_string(kRowsLookedAt);
  const std::size_t params = conditions.params().size();
  conditions.add("t.seq = s.seq");
  conditions.add("c.seq = s.seq");
  plain_conditions(conditions, query);
  rechecks(conditions, query.texts);
  return {"SELECT " + std::string(columns) + " FROM (" + inner +
              ") s CROSS JOIN customer_texts t CROSS JOIN customers c" + conditions.where(),
          inner, params};
}

/// As the search in messages: a window of sequences at a time, newest first.
std::string by_words_in_window(Conditions& conditions, const CustomerQuery& query,
                               std::string_view columns, std::int64_t low, std::int64_t high) {
  const std::string asked = conditions.keep(match_query(query.texts, db::Engine::postgresql));
  const std::string text =
      "WITH t AS MATERIALIZED (SELECT x.seq, x.names, x.kana, x.places, x.others, x.marks FROM "
      "customer_texts x WHERE x.seq >= " +
      conditions.bind(low) + " AND x.seq < " + conditions.bind(high) + " AND x.grams @@ " + asked +
      "::tsquery) SELECT " + std::string(columns) + " FROM t JOIN customers c ON c.seq = t.seq";
  plain_conditions(conditions, query);
  rechecks(conditions, query.texts);
  return text + conditions.where() + " ORDER BY c.seq DESC";
}

ListSql by_walk(Conditions& conditions, const CustomerQuery& query, std::string_view columns,
                std::int64_t before) {
  conditions.add("c.seq < " + conditions.bind(before));
  if (query.blacklisted && *query.blacklisted) {
    plain_conditions(conditions, query);
    return {"SELECT " + std::string(columns) + " FROM customers c" + conditions.where() +
                " ORDER BY c.seq DESC",
            "", 0};
  }
  const std::string inner = "SELECT c.* FROM customers c" + conditions.where() +
                            " ORDER BY c.seq DESC LIMIT " + std::to_string(kRowsLookedAt);
  const std::size_t params = conditions.params().size();
  conditions.clear();
  plain_conditions(conditions, query);
  return {"SELECT " + std::string(columns) + " FROM (" + inner + ") c" + conditions.where() +
              " ORDER BY c.seq DESC",
          inner, params};
}

class List {
 public:
  List(db::Session& session, const CustomerQuery& query) : session_(session), query_(query) {}

  /// Rows of `columns`, newest first, `limit` at most; `last` says where looking ended, if early.
  std::vector<db::Rows> rows(std::string_view columns, std::int64_t before, int limit,
                             std::optional<std::int64_t>* last) {
    Conditions conditions;
    const std::vector<std::string> found = lookups(conditions, query_);
    if (!found.empty()) {
      return once(conditions, by_lookup(conditions, query_, columns, found, before), limit, last);
    }
    if (query_.texts.empty()) {
      return once(conditions, by_walk(conditions, query_, columns, before), limit, last);
    }
    if (session_.engine() == db::Engine::sqlite) {
      return once(conditions, by_words(conditions, query_, columns, before), limit, last);
    }
    return in_windows(columns, before, limit);
  }

 private:
  db::Rows run(const Conditions& conditions, const std::string& text) {
    return session_.run({"customers.list", text}, conditions.params().data(),
                        conditions.params().size());
  }

  std::vector<db::Rows> once(const Conditions& conditions, const ListSql& sql, int limit,
                             std::optional<std::int64_t>* last) {
    std::vector<db::Rows> all;
    all.push_back(run(conditions, sql.text + " LIMIT " + std::to_string(limit)));
    if (last != nullptr && !sql.looked_at.empty() &&
        all.front().size() < static_cast<std::size_t>(limit)) {
      const std::string text = "SELECT count(*), min(l.seq) FROM (" + sql.looked_at + ") l";
      const db::Rows end = session_.run({"customers.list_end", text}, conditions.params().data(),
                                        sql.looked_at_params);
      if (end.front().integer(0) == kRowsLookedAt) *last = end.front().integer(1);
    }
    return all;
  }

  std::vector<db::Rows> in_windows(std::string_view columns, std::int64_t before, int limit) {
    std::vector<db::Rows> all;
    const std::int64_t newest = session_.run(kNewestText).front().integer(0);
    std::int64_t high = std::min(before, newest + 1);
    int left = limit;
    for (std::int64_t width = 2000; high > 0 && left > 0; width *= 2) {
      const std::int64_t low = std::max<std::int64_t>(0, high - width);
      Conditions conditions;
      const std::string text = by_words_in_window(conditions, query_, columns, low, high);
      all.push_back(run(conditions, text + " LIMIT " + std::to_string(left)));
      left -= static_cast<int>(all.back().size());
      high = low;
    }
    return all;
  }

  db::Session& session_;
  const CustomerQuery& query_;
};

}  // namespace

CustomerPage Customers::list(const CustomerQuery& query, std::optional<std::int64_t> before) {
  CustomerPage page;
  std::optional<std::int64_t> last;
  const auto limit = static_cast<std::size_t>(query.limit);
  const std::vector<db::Rows> found =
      List(session_, query)
          .rows(kCustomerColumns, before.value_or(std::numeric_limits<std::int64_t>::max()),
                query.limit + 1, &last);
  for (const db::Rows& rows : found) {
    for (const db::Row row : db::each(rows)) {
      if (page.items.size() == limit) {
        page.next = page.items.back().sequence;
        return page;
      }
      page.items.push_back(customer_of(row));
    }
  }
  page.next = last;
  return page;
}

int Customers::count(const CustomerQuery& query, int limit) {
  std::size_t count = 0;
  for (const db::Rows& rows :
       List(session_, query)
           .rows("c.seq", std::numeric_limits<std::int64_t>::max(), limit, nullptr)) {
    count += rows.size();
  }
  return static_cast<int>(count);
}

}  // namespace madoguchi::store
