// SPDX-License-Identifier: Apache-2.0
// The small tables: who works, where mails arrive, what came in, requests and keys.
#include <map>

#include "core/store/agents.h"
#include "core/store/customers.h"
#include "core/store/hub_secrets.h"
#include "core/store/idempotency.h"
#include "core/store/intake.h"
#include "core/store/operations.h"
#include "core/store/store_test.h"
#include "core/store/tokens.h"

namespace madoguchi::store {
namespace {

class StoredDesk : public StoreTest {
 protected:
  domain::Agent new_agent(const std::string& name) {
    domain::Agent agent;
    agent.id = ids_.make<domain::AgentId>();
    agent.name = name;
    agent.display_name = name + " さん";
    agent.created_at = clock_.now();
    return agent;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, StoredDesk, testing::engines(), testing::engine_name);

TEST_P(StoredDesk, agents_and_their_tokens) {
  domain::Agent ann = new_agent("ann");
  ann.role = domain::Role::admin;
  ann.mailboxes = std::vector<domain::MailboxId>{domain::MailboxId("m")};
  domain::Agent bob = new_agent("bob");
  bob.mailboxes = std::vector<domain::MailboxId>{};  // none, which is not all
  clock_.advance(std::chrono::seconds(1));
  const domain::Agent carol = new_agent("carol");
  write([&](db::Session& session) {
    Agents agents(session);
    agents.insert(ann);
    agents.insert(bob);
    agents.insert(carol);
    Tokens tokens(session);
    tokens.insert({"t1", ann.id, "one", "abcd", clock_.now()}, "hash1");
    tokens.insert({"t2", ann.id, "", "", clock_.now(), std::nullopt, clock_.now()}, "hash2");
  });
  const auto all = read([&](db::Session& session) { return Agents(session).all(); });
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[2].name, "carol");
  EXPECT_EQ(all[0].role, domain::Role::admin);
  EXPECT_EQ(all[0].mailboxes, ann.mailboxes);
  ASSERT_TRUE(all[1].mailboxes);
  EXPECT_TRUE(all[1].mailboxes->empty());
  EXPECT_FALSE(all[2].mailboxes);
  EXPECT_EQ(all[2].display_name, "carol さん");
  EXPECT_EQ(all[2].created_at, carol.created_at);

  read([&](db::Session& session) {
    Agents agents(session);
    EXPECT_EQ(agents.by_name("bob")->id, bob.id);
    EXPECT_FALSE(agents.by_name("Bob"));
    Tokens tokens(session);
    EXPECT_EQ(tokens.by_hash("hash2")->agent, ann.id);
    EXPECT_EQ(tokens.by_hash("hash2")->expires_at, clock_.now());
    EXPECT_EQ(tokens.by_hash("hash1")->hint, "abcd");
    EXPECT_FALSE(tokens.by_hash("hash1")->last_used_at);
    EXPECT_FALSE(tokens.by_hash("hash3"));
    EXPECT_FALSE(tokens.by_hash(""));
    EXPECT_EQ(tokens.of(ann.id).at(0).id, "t2");
    EXPECT_EQ(tokens.by_id("t1")->name, "one");
  });
  domain::Agent stale = ann;
  ann.disabled = true;
  ann.role = domain::Role::viewer;
  ann.mailboxes.reset();
  EXPECT_TRUE(write([&](db::Session& session) { return Agents(session).update(ann); }));
  EXPECT_EQ(ann.version, 2);
  EXPECT_FALSE(write([&](db::Session& session) { return Agents(session).update(stale); }));
  write([&](db::Session& session) {
    Tokens(session).used("t1", clock_.now());
    Tokens(session).remove("t2");
  });
  const auto left = read([&](db::Session& session) { return Tokens(session).of(ann.id); });
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].last_used_at, clock_.now());
  const auto twice = database().in_transaction([&](db::Session& session) -> Result<void> {
    Agents(session).insert(new_agent("bob"));
    return {};
  });
  EXPECT_EQ(twice.error().type, "already-exists");
}

TEST_P(StoredDesk, mailboxes_in_their_order) {
  domain::Category category;
  category.id = domain::CategoryId("c");
  category.name = "配送";
  category.detail = "送り状";
  category.position = 2;
  domain::Category first = category;
  first.id = domain::CategoryId("d");
  first.name = "返品";
  first.position = 1;
  domain::Mailbox support;
  support.id = domain::MailboxId("m1");
  support.name = "support";
  support.address = EmailAddress::parse("Support@Shop.example").value();
  support.category = category.id;
  support.signature = "窓口\nTEL";
  support.position = 1;
  domain::Mailbox sales = support;
  sales.id = domain::MailboxId("m2");
  sales.name = "sales";
  sales.address = EmailAddress::parse("sales@shop.example").value();
  sales.category.reset();
  sales.managed_by = domain::ManagedBy::api;
  sales.position = 0;
  write([&](db::Session& session) {
    Categories(session).insert(category);
    Categories(session).insert(first);
    Mailboxes(session).insert(support);
    Mailboxes(session).insert(sales);
  });
  const auto all = [&](bool archived) {
    return read([&](db::Session& session) { return Mailboxes(session).all(archived); });
  };
  EXPECT_EQ(all(false), (std::vector<domain::Mailbox>{sales, support}));
  EXPECT_EQ(all(false)[1].address.str(), "Support@Shop.example");

  write([&](db::Session& session) { Mailboxes(session).archive(sales.id); });
  EXPECT_EQ(all(false), std::vector<domain::Mailbox>{support});
  ASSERT_EQ(all(true).size(), 2u);
  EXPECT_TRUE(all(true)[0].archived);
  EXPECT_FALSE(write([&](db::Session& session) { return Mailboxes(session).update(sales); }));
  sales = all(true)[0];
  sales.signature = "back again";
  EXPECT_TRUE(write([&](db::Session& session) { return Mailboxes(session).update(sales); }));
  EXPECT_FALSE(all(false)[0].archived);
  EXPECT_EQ(all(false)[0].signature, "back again");

  const auto categories = [&] {
    return read([&](db::Session& session) { return Categories(session).all(); });
  };
  ASSERT_EQ(categories().size(), 2u);
  EXPECT_EQ(categories()[0].name, "返品");
  EXPECT_EQ(categories()[1].detail, "送り状");
  domain::Category stale = category;
  category.archived = true;
  EXPECT_TRUE(write([&](db::Session& session) { return Categories(session).update(category); }));
  EXPECT_FALSE(write([&](db::Session& session) { return Categories(session).update(stale); }));
  EXPECT_TRUE(categories()[1].archived);
  EXPECT_EQ(categories()[1].version, 2);
}

TEST_P(StoredDesk, customers_by_address_and_number) {
  sql("INSERT INTO customers (id, number, name, version, created_at) VALUES ('u', 'C-1', '', 1, "
      "0)");
  sql("INSERT INTO customer_emails (customer_id, address, address_key) VALUES ('u', 'A@B.jp', "
      "'a@b.jp')");
  read([&](db::Session& session) {
    Customers customers(session);
    EXPECT_EQ(customers.id_by_address("a@b.jp"), domain::CustomerId("u"));
    EXPECT_FALSE(customers.id_by_address("x@b.jp"));
    EXPECT_FALSE(customers.id_by_address(""));
    EXPECT_EQ(customers.id_by_number("C-1"), domain::CustomerId("u"));
    EXPECT_FALSE(customers.id_by_number("C-2"));
  });
}

TEST_P(StoredDesk, an_intake_is_recorded_once_and_then_decided) {
  IntakeRecord record;
  record.id = domain::IntakeId("in");
  record.source = "lmtp";
  record.sender = "yamada@example.jp";
  record.recipients = {{domain::MailboxId("m1"), "support+c.x@shop.example"},
                       {domain::MailboxId("m2"), "sales@shop.example"}};
  record.size = 3;
  record.received_at = clock_.now();
  IntakeRecord again = record;
  again.sender = "other";
  IntakeRecord aside;
  aside.id = domain::IntakeId("aside");
  aside.received_at = clock_.now();
  write([&](db::Session& session) {
    Intake(session).insert(record);
    Intake(session).insert(again);
    Intake(session).insert(aside);
  });
  const auto by_id = [&](const char* id) {
    return read([&](db::Session& session) { return Intake(session).by_id(domain::IntakeId(id)); });
  };
  const auto count = [&](domain::IntakeOutcome outcome) {
    return read([&](db::Session& session) { return Intake(session).count(outcome); });
  };
  const IntakeRecord found = by_id("in").value();
  EXPECT_EQ(found.source, "lmtp");
  EXPECT_EQ(found.sender, record.sender);
  ASSERT_EQ(found.recipients.size(), 2u);
  EXPECT_EQ(found.recipients[0].address, "support+c.x@shop.example");
  EXPECT_EQ(found.recipients[1].mailbox, domain::MailboxId("m2"));
  EXPECT_TRUE(found.sealed.empty());
  EXPECT_EQ(found.size, 3);
  EXPECT_EQ(found.received_at, record.received_at);
  EXPECT_EQ(found.outcome, domain::IntakeOutcome::undecided);
  EXPECT_FALSE(found.decided_at);
  EXPECT_FALSE(by_id("none"));
  EXPECT_EQ(count(domain::IntakeOutcome::undecided), 2);
  EXPECT_EQ(count(domain::IntakeOutcome::quarantined), 0);

  const domain::CaseId case_id = insert(new_case("c")).id;
  domain::Message message = new_message(case_id, "x");
  message.intake = record.id;
  message = insert(message);
  record.outcome = domain::IntakeOutcome::case_opened;
  record.reason = "理由";
  record.decision = {{"token", "no token", false}, {"new_case", "nothing before", true}};
  record.case_sequence = 5;
  record.message = message.id;
  record.decided_at = clock_.now();
  aside.outcome = domain::IntakeOutcome::quarantined;
  write([&](db::Session& session) {
    Intake(session).decide(record);
    Intake(session).decide(aside);
  });
  const IntakeRecord decided =
      read([&](db::Session& session) { return Intake(session).of_message(message.id); }).value();
  EXPECT_EQ(decided.id, record.id);
  EXPECT_EQ(decided.outcome, record.outcome);
  EXPECT_EQ(decided.reason, record.reason);
  ASSERT_EQ(decided.decision.size(), 2u);
  EXPECT_EQ(decided.decision[1].stage, "new_case");
  EXPECT_TRUE(decided.decision[1].decided);
  EXPECT_EQ(decided.case_sequence, 5);
  EXPECT_EQ(decided.message, message.id);
  EXPECT_EQ(decided.decided_at, clock_.now());
  EXPECT_EQ(count(domain::IntakeOutcome::undecided), 0);
  EXPECT_EQ(count(domain::IntakeOutcome::quarantined), 1);
  EXPECT_FALSE(read(
      [&](db::Session& session) { return Intake(session).of_message(domain::MessageId("no")); }));
}

class StoredRequests : public StoreTest {
 protected:
  IdempotentRequest request(const std::string& owner, const std::string& key = "key") {
    IdempotentRequest request;
    request.key = key;
    request.body_hash = "hash";
    request.owner = owner;
    request.started_at = clock_.now();
    return request;
  }
  bool claim(const IdempotentRequest& request) {
    return write([&](db::Session& session) { return Idempotency(session).claim(request); });
  }
  IdempotentRequest found(const std::string& key = "key") {
    return read([&](db::Session& session) { return Idempotency(session).find(key); }).value();
  }
  bool take_over(const IdempotentRequest& left, const IdempotentRequest& by) {
    return write([&](db::Session& session) { return Idempotency(session).take_over(left, by); });
  }
  bool effect(const std::string& owner) {
    return write([&](db::Session& session) {
      return Idempotency(session).record_effect("key", owner, {201, "ETag: \"1\"\n", "{}"});
    });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, StoredRequests, testing::engines(), testing::engine_name);

TEST_P(StoredRequests, are_claimed_once_and_answered_the_same) {
  EXPECT_TRUE(claim(request("one")));
  EXPECT_FALSE(claim(request("two")));
  EXPECT_FALSE(found().finished);
  EXPECT_FALSE(found().effect);
  EXPECT_EQ(found().owner, "one");
  EXPECT_TRUE(effect("one"));
  EXPECT_FALSE(effect("two"));
  EXPECT_FALSE(found().finished);
  EXPECT_EQ(found().effect, "{}");
  EXPECT_EQ(found().status, 201);
  EXPECT_EQ(found().headers, "ETag: \"1\"\n");
  IdempotentRequest answer = request("one");
  answer.status = 201;
  answer.headers = "A: b\n";
  answer.body = "{\"本文\":1}";
  write([&](db::Session& session) {
    IdempotentRequest other = answer;
    other.owner = "two";
    other.body = "never";
    Idempotency(session).finish(other);
    Idempotency(session).finish(answer);
    Idempotency(session).release("key", "one");  // finished ones stay
  });
  EXPECT_TRUE(found().finished);
  EXPECT_EQ(found().body, answer.body);
  EXPECT_EQ(found().headers, answer.headers);
  EXPECT_EQ(found().body_hash, "hash");
  EXPECT_FALSE(effect("one"));
  EXPECT_FALSE(claim(request("one")));
}

TEST_P(StoredRequests, left_without_effect_are_taken_over_by_one) {
  const IdempotentRequest left = request("dead");
  EXPECT_TRUE(claim(left));
  clock_.advance(std::chrono::minutes(2));
  EXPECT_TRUE(take_over(left, request("two")));
  EXPECT_FALSE(take_over(left, request("three")));
  EXPECT_EQ(found().owner, "two");
  EXPECT_EQ(found().started_at, clock_.now());
  EXPECT_FALSE(effect("dead"));  // it was only slow: its transaction is rolled back
  EXPECT_TRUE(effect("two"));
  EXPECT_FALSE(take_over(found(), request("four")));  // what has an effect stays
  write([&](db::Session& session) { Idempotency(session).release("key", "two"); });
  EXPECT_EQ(found().effect, "{}");
}

TEST_P(StoredRequests, released_or_old_ones_are_forgotten) {
  claim(request("one"));
  write([&](db::Session& session) { Idempotency(session).release("key", "two"); });
  EXPECT_FALSE(claim(request("one")));
  write([&](db::Session& session) { Idempotency(session).release("key", "one"); });
  EXPECT_TRUE(claim(request("two")));
  clock_.advance(std::chrono::hours(1));
  claim(request("one", "young"));
  write([&](db::Session& session) { Idempotency(session).remove_before(clock_.now()); });
  EXPECT_FALSE(read([&](db::Session& session) { return Idempotency(session).find("key"); }));
  EXPECT_TRUE(read([&](db::Session& session) { return Idempotency(session).find("young"); }));
}

TEST_P(StoredDesk, of_two_ends_of_an_operation_the_first_counts) {
  Operation operation;
  operation.id = "operation";
  operation.kind = "cases.resolve";
  operation.agent = domain::AgentId("agent");
  operation.created_at = clock_.now();
  write([&](db::Session& session) { Operations(session).insert(operation, {"CS-000001"}); });
  const TimePoint first = clock_.now();
  const auto end = [&](OperationState state, TimePoint at) {
    bool ended = false;
    write([&](db::Session& session) { ended = Operations(session).end("operation", state, at); });
    return ended;
  };
  EXPECT_TRUE(end(OperationState::cancelled, first));
  EXPECT_FALSE(end(OperationState::done, first + std::chrono::seconds(1)));
  const auto kept =
      read([&](db::Session& session) { return Operations(session).by_id("operation"); });
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->state, OperationState::cancelled);
  EXPECT_EQ(kept->ended_at, first);
}

TEST_P(StoredDesk, secrets_of_the_hub_outlive_the_master_key) {
  const Secret old_file = crypto::MasterKeys::generate();
  const auto old_keys = crypto::MasterKeys::parse(old_file).value();
  const auto get = [&](const crypto::MasterKeys& keys, const std::string& name) {
    return database().in_transaction([&](db::Session& session) -> Result<Secret> {
      return HubSecrets(session, keys).get_or_make(name);
    });
  };
  const std::string made = get(old_keys, "reply").value().reveal();
  EXPECT_EQ(made.size(), 32u);
  EXPECT_EQ(get(old_keys, "reply").value().reveal(), made);
  EXPECT_NE(get(old_keys, "other").value().reveal(), made);
  const std::string sealed = read([&](db::Session& session) {
    return session.run({"test", "SELECT sealed FROM hub_secrets WHERE name = 'reply'"})
        .front()
        .string(0);
  });
  EXPECT_EQ(sealed.find(made), std::string::npos);

  const Secret new_file = crypto::MasterKeys::rotate(old_file).value();
  const auto both = crypto::MasterKeys::parse(new_file).value();
  EXPECT_EQ(get(both, "reply").value().reveal(), made);
  EXPECT_EQ(
      write([&](db::Session& session) { return HubSecrets(session, both).rewrap_all().value(); }),
      2);
  // From now on the new key alone does, and the old one does not.
  const std::string& text = new_file.reveal();
  const auto new_keys = crypto::MasterKeys::parse(
                            Secret(text.substr(0, text.find('\n', text.find(both.current_id())))))
                            .value();
  EXPECT_EQ(get(new_keys, "reply").value().reveal(), made);
  const auto lost = get(old_keys, "reply");
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, ErrorCode::internal);
  EXPECT_FALSE(database().in_transaction([&](db::Session& session) -> Result<int> {
    return HubSecrets(session, old_keys).rewrap_all();
  }));
  // A value moved to another name does not open.
  sql("UPDATE hub_secrets SET sealed = (SELECT h.sealed FROM hub_secrets h WHERE h.name = "
      "'other') WHERE name = 'reply'");
  EXPECT_FALSE(get(new_keys, "reply"));
}

}  // namespace
}  // namespace madoguchi::store
