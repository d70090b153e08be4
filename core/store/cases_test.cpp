// SPDX-License-Identifier: Apache-2.0
#include "core/store/cases.h"

#include "core/store/store_test.h"

namespace madoguchi::store {
namespace {

class StoredCases : public StoreTest {};
INSTANTIATE_TEST_SUITE_P(Engines, StoredCases, testing::engines(), testing::engine_name);

void expect_same(const domain::Case& a, const domain::Case& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.sequence, b.sequence);
  EXPECT_EQ(a.channel, b.channel);
  EXPECT_EQ(a.subject, b.subject);
  EXPECT_EQ(a.status, b.status);
  EXPECT_EQ(a.pending_until, b.pending_until);
  EXPECT_EQ(a.priority, b.priority);
  EXPECT_EQ(a.category, b.category);
  EXPECT_EQ(a.tags, b.tags);
  EXPECT_EQ(a.assignee, b.assignee);
  EXPECT_EQ(a.team, b.team);
  EXPECT_EQ(a.customer, b.customer);
  EXPECT_EQ(a.requester, b.requester);
  EXPECT_EQ(a.ccs, b.ccs);
  EXPECT_EQ(a.mailbox, b.mailbox);
  EXPECT_EQ(a.order_numbers, b.order_numbers);
  EXPECT_EQ(a.created_at, b.created_at);
  EXPECT_EQ(a.modified_at, b.modified_at);
  EXPECT_EQ(a.last_inbound_at, b.last_inbound_at);
  EXPECT_EQ(a.due_at, b.due_at);
  EXPECT_EQ(a.merged_into, b.merged_into);
  EXPECT_EQ(a.version, b.version);
}

TEST_P(StoredCases, are_read_back_as_they_were_written) {
  insert_mailbox("support");
  sql("INSERT INTO customers (id, number, name, version, created_at) VALUES ('u', 'C-1', '', 1, "
      "0)");
  sql("INSERT INTO categories (id, name, detail, position, archived, version) VALUES ('g', 'G', "
      "'', 0, 0, 1)");
  sql("INSERT INTO agents (id, name, display_name, role, disabled, version, created_at) VALUES "
      "('a', 'a', 'A', 'agent', 0, 1, 0)");
  domain::Case full = new_case("返品について \"引用\" 50%_\\");
  full.channel = domain::Channel::phone;
  full.status = domain::CaseStatus::pending;
  full.pending_until = clock_.now() + std::chrono::hours(1);
  full.priority = domain::Priority::urgent;
  full.category = domain::CategoryId("g");
  full.tags = {"VIP", "急ぎ", "a\"b\\c"};
  full.assignee = domain::AgentId("a");
  full.team = domain::TeamId("t");
  full.customer = domain::CustomerId("u");
  full.requester = {"山田 太郎", "ヤマダ", "Yamada@Example.JP", "090-1234-5678"};
  full.ccs = {{domain::CcKind::agent, "a", "", ""}, {domain::CcKind::address, "", "N", "n@x.jp"}};
  full.mailbox = domain::MailboxId("mailbox-support");
  full.order_numbers = {"1", "O-2"};
  full.last_inbound_at = clock_.now();
  full.due_at = clock_.now();
  full.merged_into = 7;
  full = insert(full);
  EXPECT_GT(full.sequence, 0);
  const domain::Case plain = insert(new_case(""));
  EXPECT_GT(plain.sequence, full.sequence);

  const auto read_full =
      read([&](db::Session& session) { return Cases(session).by_sequence(full.sequence); });
  ASSERT_TRUE(read_full);
  expect_same(read_full->value, full);
  EXPECT_EQ(read_full->row.customer_number(), "C-1");
  const auto read_plain =
      read([&](db::Session& session) { return Cases(session).by_id(plain.id); });
  ASSERT_TRUE(read_plain);
  expect_same(read_plain->value, plain);
  EXPECT_FALSE(read_plain->row.customer_number());
  EXPECT_FALSE(read([&](db::Session& session) { return Cases(session).by_sequence(99); }));
  EXPECT_FALSE(
      read([&](db::Session& session) { return Cases(session).by_id(domain::CaseId("no")); }));
}

TEST_P(StoredCases, an_update_holds_only_at_its_version) {
  domain::Case mine = insert(new_case("one"));
  domain::Case theirs = mine;
  mine.subject = "two";
  mine.status = domain::CaseStatus::open;
  mine.tags = {"t"};
  mine.requester.address = "New@Example.jp";
  mine.modified_at += std::chrono::seconds(1);
  EXPECT_TRUE(write([&](db::Session& session) { return Cases(session).update(mine); }));
  EXPECT_EQ(mine.version, 2);
  theirs.subject = "three";
  EXPECT_FALSE(write([&](db::Session& session) { return Cases(session).update(theirs); }));
  EXPECT_EQ(theirs.version, 1);
  const auto now = read([&](db::Session& session) { return Cases(session).by_id(mine.id); });
  expect_same(now->value, mine);
  // The key that the requester filter compares follows the address.
  CaseQuery query;
  query.requesters = {"new@example.jp"};
  EXPECT_EQ(read([&](db::Session& session) { return Cases(session).list(query, {}).items.size(); }),
            1u);
}

TEST_P(StoredCases, keep_each_placement_once_and_show_who_may_see_them) {
  const domain::MailboxId support = insert_mailbox("support");
  const domain::MailboxId sales = insert_mailbox("sales", 1);
  const domain::MailboxId other = insert_mailbox("other", 2);
  domain::Case value = new_case("placed");
  value.mailbox = support;
  value = insert(value);
  const domain::Case free = insert(new_case("no mailbox"));
  const domain::Message message = insert(new_message(value.id, "text"));
  const Placement first{value.id, message.id.str(), support, "support@shop.example",
                        "i1",     clock_.now()};
  Placement second{value.id, message.id.str(), sales, "sales@shop.example", "i2", clock_.now()};
  second.at += std::chrono::seconds(1);
  write([&](db::Session& session) {
    Cases(session).place(first);
    Cases(session).place(second);
    Placement again = first;
    again.intake_id = "i3";
    Cases(session).place(again);
  });
  const auto placements =
      read([&](db::Session& session) { return Cases(session).placements(value.id); });
  ASSERT_EQ(placements.size(), 2u);
  EXPECT_EQ(placements[0].mailbox, support);
  EXPECT_EQ(placements[0].intake_id, "i1");
  EXPECT_EQ(placements[1].mailbox, sales);
  EXPECT_EQ(placements[1].recipient, "sales@shop.example");
  EXPECT_EQ(placements[1].at, second.at);

  using Scope = std::optional<std::vector<domain::MailboxId>>;  // of mailboxes alone
  const auto visible = [&](const domain::Case& of, const Scope& scope) {
    return read([&](db::Session& session) { return Cases(session).visible(of, {scope, {}, {}}); });
  };
  EXPECT_TRUE(visible(value, std::nullopt));
  EXPECT_TRUE(visible(value, Scope{{support}}));
  EXPECT_TRUE(visible(value, Scope{{other, sales}}));
  EXPECT_FALSE(visible(value, Scope{{other}}));
  EXPECT_FALSE(visible(value, Scope{std::vector<domain::MailboxId>{}}));
  EXPECT_TRUE(visible(free, Scope{std::vector<domain::MailboxId>{}}));
}

}  // namespace
}  // namespace madoguchi::store
