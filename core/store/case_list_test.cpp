// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "core/store/store_test.h"

namespace madoguchi::store {
namespace {

using Subjects = std::vector<std::string>;

class CaseList : public StoreTest {
 protected:
  CasePage page(const CaseQuery& query, std::optional<CasePlace> after = std::nullopt) {
    return read([&](db::Session& session) { return Cases(session).list(query, after); });
  }
  Subjects subjects(const CaseQuery& query) {
    Subjects out;
    for (const CaseRow& row : page(query).items) out.emplace_back(row.subject());
    return out;
  }
  int count(const CaseQuery& query, int limit = 1000) {
    return read([&](db::Session& session) { return Cases(session).count(query, limit); });
  }
  /// All sequences, page by page.
  std::vector<std::int64_t> walk(const CaseQuery& query, int* pages = nullptr) {
    std::vector<std::int64_t> out;
    std::optional<CasePlace> after;
    do {
      const CasePage next = page(query, after);
      EXPECT_LE(next.items.size(), static_cast<std::size_t>(query.limit));
      for (const CaseRow& row : next.items) out.push_back(row.sequence());
      after = next.next;
      if (pages != nullptr) ++*pages;
    } while (after && out.size() < 100'000);
    return out;
  }
  void insert_beside() {
    insert_mailbox("support");
    insert_mailbox("sales", 1);
    for (const char* name : {"ann", "bob"}) {
      sql(std::string("INSERT INTO agents (id, name, display_name, role, disabled, version, "
                      "created_at) VALUES ('") +
          name + "', '" + name + "', '', 'agent', 0, 1, 0)");
      sql(std::string("INSERT INTO customers (id, number, name, version, created_at) VALUES "
                      "('customer-") +
          name + "', 'C-" + name + "', '', 1, 0)");
      sql(std::string("INSERT INTO categories (id, name, detail, position, archived, version) "
                      "VALUES ('category-") +
          name + "', '" + name + "', '', 0, 0, 1)");
    }
  }
  /// Each later one is a second younger.
  domain::Case next(const std::string& subject) {
    clock_.advance(std::chrono::seconds(1));
    return new_case(subject);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, CaseList, testing::engines(), testing::engine_name);

TEST_P(CaseList, every_filter_alone_finds_what_it_says) {
  insert_beside();
  domain::Case a = next("a");
  a.status = domain::CaseStatus::open;
  a.assignee = domain::AgentId("ann");
  a.customer = domain::CustomerId("customer-ann");
  a.category = domain::CategoryId("category-ann");
  a.mailbox = domain::MailboxId("mailbox-support");
  a.tags = {"vip", "50%"};
  a.order_numbers = {"O-1"};
  a = insert(a);
  domain::Case b = next("b");
  b.status = domain::CaseStatus::resolved;
  b.assignee = domain::AgentId("bob");
  b.customer = domain::CustomerId("customer-bob");
  b.category = domain::CategoryId("category-bob");
  b.channel = domain::Channel::phone;
  b.priority = domain::Priority::high;
  b.mailbox = domain::MailboxId("mailbox-sales");
  b.tags = {"VIP", "5000"};
  b.order_numbers = {"O-11", "a_b"};
  b.requester.address = "Bob@Example.jp";
  b = insert(b);
  domain::Case c = next("c");
  c.team = domain::TeamId("team");
  c.tags = {"vi", "p\"q"};
  c.order_numbers = {"axb"};
  c.requester.address = "carol@example.jp";
  c = insert(c);
  domain::Case d = next("d");
  d.status = domain::CaseStatus::closed;
  d.priority = domain::Priority::low;
  d.modified_at += std::chrono::seconds(10);
  d = insert(d);

  const auto expect = [&](const char* what, const Subjects& found, auto&& set) {
    CaseQuery query;
    set(query);
    EXPECT_EQ(subjects(query), found) << what;
    EXPECT_EQ(count(query), static_cast<int>(found.size())) << what;
  };
  using Query = CaseQuery&;
  using domain::CaseStatus;
  expect("nothing", {"d", "c", "b", "a"}, [](Query) {});
  expect("created", {"d", "c", "b", "a"}, [](Query q) { q.order = CaseOrder::newest_created; });
  expect("ids", {"d", "a"}, [&](Query q) { q.ids = {a.id, d.id, domain::CaseId("no")}; });
  expect("status", {"c"}, [](Query q) { q.statuses = {CaseStatus::new_}; });
  expect("two", {"d", "b"}, [](Query q) {
    q.statuses = {CaseStatus::resolved, CaseStatus::closed};
  });
  expect("unresolved", {"c", "a"}, [](Query q) { q.unresolved = true; });
  expect("assignee", {"a"}, [](Query q) { q.assignees = {domain::AgentId("ann")}; });
  expect("assignees", {"b", "a"}, [](Query q) {
    q.assignees = {domain::AgentId("ann"), domain::AgentId("bob")};
  });
  expect("nobody", {"d", "c"}, [](Query q) { q.unassigned = true; });
  expect("nobody or", {"d", "c", "b"}, [](Query q) {
    q.unassigned = true;
    q.assignees = {domain::AgentId("bob")};
  });
  expect("unresolved of", {"a"}, [](Query q) {
    q.unresolved = true;
    q.assignees = {domain::AgentId("ann")};
  });
  expect("unresolved of nobody", {"c"}, [](Query q) { q.unresolved = q.unassigned = true; });
  expect("unresolved of several", {"c", "a"}, [](Query q) {
    q.unresolved = q.unassigned = true;
    q.assignees = {domain::AgentId("ann"), domain::AgentId("bob")};
  });
  expect("team", {"c"}, [](Query q) { q.teams = {"team", "none"}; });
  expect("channel", {"b"}, [](Query q) { q.channels = {domain::Channel::phone}; });
  expect("category", {"a"}, [](Query q) { q.categories = {domain::CategoryId("category-ann")}; });
  expect("categories", {"b", "a"}, [](Query q) {
    q.categories = {domain::CategoryId("category-ann"), domain::CategoryId("category-bob")};
  });
  expect("priority", {"b"}, [](Query q) { q.priorities = {domain::Priority::high}; });
  expect("customer", {"a"}, [](Query q) { q.customer_numbers = {"C-ann"}; });
  expect("customers", {"b", "a"}, [](Query q) { q.customer_numbers = {"C-bob", "C-ann"}; });
  expect("requester", {"b"}, [](Query q) { q.requesters = {"bob@example.jp"}; });
  expect("requesters", {"c", "b"}, [](Query q) {
    q.requesters = {"bob@example.jp", "carol@example.jp"};
  });
  expect("no requester", {}, [](Query q) { q.requesters = {""}; });
  expect("mailbox", {"b"}, [](Query q) { q.mailboxes = {domain::MailboxId("mailbox-sales")}; });
  expect("order", {"a"}, [](Query q) { q.order_numbers = {"O-1"}; });
  expect("orders", {"b", "a"}, [](Query q) { q.order_numbers = {"O-1", "O-11"}; });
  expect("order with _", {"b"}, [](Query q) { q.order_numbers = {"a_b"}; });
  // Tags are compared whole, to the letter, and nothing in them is a pattern.
  expect("tag", {"a"}, [](Query q) { q.tags = {"vip"}; });
  expect("TAG", {"b"}, [](Query q) { q.tags = {"VIP"}; });
  expect("tag with %", {"a"}, [](Query q) { q.tags = {"50%"}; });
  expect("tag with quote", {"c"}, [](Query q) { q.tags = {"p\"q"}; });
  expect("tags", {"c", "b"}, [](Query q) { q.tags = {"vi", "VIP"}; });
  expect("no tag", {}, [](Query q) { q.tags = {"\",\"", "%"}; });
  expect("after", {"d", "c"}, [&](Query q) { q.created_after = c.created_at; });
  expect("before", {"b", "a"}, [&](Query q) { q.created_before = c.created_at; });
  expect("modified after", {"d"}, [&](Query q) { q.modified_after = d.modified_at; });
  expect("modified before", {"a"}, [&](Query q) { q.modified_before = b.modified_at; });
  expect("different filters", {"b"}, [](Query q) {
    q.statuses = {CaseStatus::resolved, CaseStatus::open};
    q.priorities = {domain::Priority::high};
    q.tags = {"VIP"};
    q.requesters = {"bob@example.jp"};
    q.order = CaseOrder::newest_created;
  });
  expect("nothing has both", {}, [](Query q) {
    q.customer_numbers = {"C-ann"};
    q.channels = {domain::Channel::phone};
  });
}

TEST_P(CaseList, only_cases_in_scope_are_listed_and_counted) {
  insert_beside();
  const domain::MailboxId support("mailbox-support");
  const domain::MailboxId sales("mailbox-sales");
  domain::Case a = next("support");
  a.mailbox = support;
  a = insert(a);
  domain::Case b = next("sales");
  b.mailbox = sales;
  insert(b);
  domain::Case c = next("both");
  c.mailbox = support;
  c = insert(c);
  insert(next("free"));
  const domain::Message message = insert(new_message(c.id, "x"));
  write([&](db::Session& session) {
    Cases(session).place({c.id, message.id.str(), sales, "sales@shop.example", "i", clock_.now()});
  });
  CaseQuery query;
  query.scope.mailboxes = std::vector<domain::MailboxId>{sales};
  EXPECT_EQ(subjects(query), (Subjects{"free", "both", "sales"}));
  EXPECT_EQ(count(query), 3);
  query.mailboxes = {support};  // a filter narrows, and does not widen, what is in scope
  EXPECT_EQ(subjects(query), Subjects{"both"});
  query.mailboxes = {};
  query.scope.mailboxes = std::vector<domain::MailboxId>{};
  EXPECT_EQ(subjects(query), Subjects{"free"});
  query.ids = {a.id};
  EXPECT_EQ(subjects(query), Subjects{});
}

TEST_P(CaseList, pages_go_on_without_gap_or_double_where_times_are_equal) {
  constexpr int kCases = 260;
  write([&](db::Session& session) {
    for (int i = 0; i < kCases; ++i) {
      domain::Case value = new_case("equal");
      if (i % 3 == 0) value.priority = domain::Priority::high;
      if (i % 2 == 0) value.status = domain::CaseStatus::open;
      // The last ones were changed before the first ones.
      if (i > 250) value.modified_at -= std::chrono::seconds(1);
      Cases(session).insert(value);
    }
  });
  for (const CaseOrder order : {CaseOrder::newest_modified, CaseOrder::newest_created}) {
    CaseQuery query;
    query.order = order;
    query.limit = 7;
    int pages = 0;
    std::vector<std::int64_t> all = walk(query, &pages);
    EXPECT_EQ(all.size(), static_cast<std::size_t>(kCases));
    EXPECT_EQ(std::set<std::int64_t>(all.begin(), all.end()).size(), all.size());
    EXPECT_EQ(pages, (kCases + 6) / 7);
    if (order == CaseOrder::newest_created) {
      EXPECT_TRUE(std::is_sorted(all.rbegin(), all.rend()));
    } else {
      std::rotate(all.begin(), all.end() - 9, all.end());
      EXPECT_TRUE(std::is_sorted(all.rbegin(), all.rend()));
    }
    query.priorities = {domain::Priority::high};  // checked on the rows
    EXPECT_EQ(walk(query).size(), 87u);
    query.statuses = {domain::CaseStatus::open};  // chooses the index, in one of the orders
    EXPECT_EQ(walk(query).size(), 44u);
    query.limit = 44;  // a full last page says so
    pages = 0;
    EXPECT_EQ(walk(query, &pages).size(), 44u);
    EXPECT_EQ(pages, 1);
  }
}

TEST_P(CaseList, stays_in_order_when_a_filter_looks_into_another_table) {
  insert_beside();
  write([&](db::Session& session) {
    for (int i = 0; i < 300; ++i) {
      domain::Case value = new_case("x");
      if (i % 3 != 0) {
        value.customer = domain::CustomerId(i % 3 == 1 ? "customer-ann" : "customer-bob");
      }
      Cases(session).insert(value);
    }
  });
  if (GetParam() == db::Engine::postgresql) sql("ANALYZE");
  CaseQuery query;
  query.customer_numbers = {"C-ann", "C-bob"};
  query.limit = 9;
  const std::vector<std::int64_t> all = walk(query);
  EXPECT_EQ(all.size(), 200u);
  EXPECT_TRUE(std::is_sorted(all.rbegin(), all.rend()));
}

/// `count` rows, each a microsecond younger than the one before; every `nth` has the tag "rare".
std::string many_cases(int rows, int nth) {
  return "INSERT INTO cases (id, channel, subject, status, priority, tags, requester_name, "
         "requester_kana, requester_address, requester_key, requester_phone, ccs, order_numbers, "
         "created_at, modified_at, version) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + "
         "1 FROM n WHERE i < " +
         std::to_string(rows) +
         ") SELECT 'bulk-' || i, 'email', '', 'new', 'normal', CASE WHEN i % " +
         std::to_string(nth) +
         " = 7 THEN '[\"rare\"]' ELSE '[]' END, '', '', '', '', '', '[]', '[]', i, i, 1 FROM n";
}

TEST_P(CaseList, looks_at_so_many_rows_and_says_where_to_go_on) {
  sql(many_cases(45'000, 15'000));
  for (const CaseOrder order : {CaseOrder::newest_modified, CaseOrder::newest_created}) {
    CaseQuery query;
    query.order = order;
    query.tags = {"rare"};
    query.limit = 2;
    const CasePage first = page(query);
    ASSERT_EQ(first.items.size(), 1u);  // short, and not the end
    EXPECT_EQ(to_micros(first.items[0].modified_at()), 30'007);
    ASSERT_TRUE(first.next);
    const CasePage second = page(query, first.next);
    ASSERT_EQ(second.items.size(), 1u);
    EXPECT_EQ(to_micros(second.items[0].modified_at()), 15'007);
    ASSERT_TRUE(second.next);
    const CasePage third = page(query, second.next);
    ASSERT_EQ(third.items.size(), 1u);
    EXPECT_EQ(to_micros(third.items[0].modified_at()), 7);
    EXPECT_FALSE(third.next);

    query.tags = {"none"};  // empty pages that go on, then the end
    int pages = 0;
    EXPECT_TRUE(walk(query, &pages).empty());
    EXPECT_EQ(pages, 3);
  }
  CaseQuery query;
  EXPECT_EQ(count(query), 1000);
  EXPECT_EQ(count(query, 10), 10);
  query.tags = {"rare"};
  EXPECT_EQ(count(query), 1);  // among the rows that are looked at
}

}  // namespace
}  // namespace madoguchi::store
