// SPDX-License-Identifier: Apache-2.0
// The scheme, macros, rules with their runs, and turns.
#include "core/store/agents.h"
#include "core/store/assignments.h"
#include "core/store/macros.h"
#include "core/store/rules.h"
#include "core/store/schemes.h"
#include "core/store/store_test.h"

namespace madoguchi::store {
namespace {

class StoredAutomation : public StoreTest {
 protected:
  domain::AgentId new_agent(const std::string& name) {
    domain::Agent agent;
    agent.id = ids_.make<domain::AgentId>();
    agent.name = name;
    agent.display_name = name;
    agent.created_at = clock_.now();
    write([&](db::Session& session) { Agents(session).insert(agent); });
    return agent.id;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, StoredAutomation, testing::engines(), testing::engine_name);

TEST_P(StoredAutomation, one_scheme_with_a_version) {
  write([&](db::Session& session) {
    Schemes schemes(session);
    StoredScheme scheme = schemes.current();
    EXPECT_EQ(scheme.version, 1);
    EXPECT_EQ(scheme.content, "");
    EXPECT_EQ(scheme.changed_at, std::nullopt);
    StoredScheme stale = scheme;
    scheme.content = "{}";
    scheme.changed_at = clock_.now();
    EXPECT_TRUE(schemes.update(scheme));
    EXPECT_EQ(scheme.version, 2);
    EXPECT_FALSE(schemes.update(stale));
    EXPECT_EQ(schemes.current().changed_at, clock_.now());
  });
}

TEST_P(StoredAutomation, macros_of_one_agent_and_of_all) {
  const domain::AgentId ann = new_agent("ann");
  const domain::AgentId bob = new_agent("bob");
  write([&](db::Session& session) {
    Macros macros(session);
    Macro own{ids_.make<MacroId>(), ann, "own", "[]", 2, 1};
    const Macro shared{ids_.make<MacroId>(), std::nullopt, "shared", "[]", 1, 1};
    macros.insert(own);
    macros.insert(shared);
    ASSERT_EQ(macros.seen_by(ann).size(), 2U);
    EXPECT_EQ(macros.seen_by(ann)[0].name, "shared") << "by position";
    EXPECT_EQ(macros.seen_by(bob).size(), 1U);
    const Macro stale = own;
    own.name = "mine";
    EXPECT_TRUE(macros.update(own));
    EXPECT_EQ(macros.by_id(own.id)->name, "mine");
    EXPECT_EQ(macros.by_id(own.id)->owner, ann);
    EXPECT_FALSE(macros.remove(stale));
    EXPECT_TRUE(macros.remove(own));
    EXPECT_FALSE(macros.by_id(own.id));
  });
}

TEST_P(StoredAutomation, rules_in_order_and_what_became_of_them) {
  write([&](db::Session& session) {
    Rules rules(session);
    Rule second{ids_.make<RuleId>(), "second", true, 2, "{}", 1};
    const Rule first{ids_.make<RuleId>(), "first", false, 1, "{}", 1};
    rules.insert(second);
    rules.insert(first);
    ASSERT_EQ(rules.all().size(), 2U);
    EXPECT_EQ(rules.all()[0].name, "first");
    EXPECT_FALSE(rules.all()[0].enabled);
    second.enabled = false;
    EXPECT_TRUE(rules.update(second));
    EXPECT_EQ(second.version, 2);

    RuleRuns runs(session);
    RuleRun run{0,
                second.id,
                domain::CaseId("c"),
                7,
                clock_.now(),
                "case_created",
                RuleRunState::applied,
                {{"tags", "", "x"}},
                ""};
    runs.insert(run);
    run.state = RuleRunState::held_back;
    run.at = clock_.now() + std::chrono::hours(2);
    run.error = "{}";
    runs.insert(run);
    const std::vector<RuleRun> kept = runs.of_rule(second.id, 0, 10);
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_EQ(kept[0].state, RuleRunState::held_back);
    EXPECT_EQ(kept[1].changes, run.changes);
    EXPECT_EQ(kept[1].case_sequence, 7);
    EXPECT_EQ(runs.of_rule(second.id, kept[0].sequence, 10).size(), 1U);
    EXPECT_TRUE(runs.of_rule(first.id, 0, 10).empty());
    EXPECT_EQ(runs.applied_since(domain::CaseId("c"), clock_.now()), 1);
    EXPECT_EQ(runs.applied_since(domain::CaseId("c"), run.at), 0);
    EXPECT_TRUE(runs.held_back_since(domain::CaseId("c"), run.at));
    EXPECT_FALSE(runs.held_back_since(domain::CaseId("d"), clock_.now()));
    EXPECT_TRUE(rules.remove(second));
  });
}

TEST_P(StoredAutomation, a_turn_is_taken_once) {
  const domain::AgentId ann = new_agent("ann");
  const domain::AgentId bob = new_agent("bob");
  write([&](db::Session& session) {
    Assignments assignments(session);
    const Assignments::Turn none = assignments.turn("list");
    EXPECT_EQ(none.last_agent, "");
    EXPECT_TRUE(assignments.take_turn("list", none, ann));
    EXPECT_FALSE(assignments.take_turn("list", none, bob)) << "somebody was faster";
    const Assignments::Turn first = assignments.turn("list");
    EXPECT_EQ(first.last_agent, ann.str());
    EXPECT_TRUE(assignments.take_turn("list", first, bob));
    EXPECT_FALSE(assignments.take_turn("list", first, ann));
    EXPECT_EQ(assignments.turn("list").last_agent, bob.str());
    EXPECT_EQ(assignments.turn("other").turn, 0);
  });
}

TEST_P(StoredAutomation, who_is_there_and_who_has_how_much) {
  const domain::AgentId ann = new_agent("ann");
  const domain::AgentId bob = new_agent("bob");
  write([&](db::Session& session) {
    Assignments assignments(session);
    EXPECT_EQ(assignments.availability(ann), Availability::available);
    assignments.set_availability(ann, Availability::away, clock_.now());
    EXPECT_EQ(assignments.availability(ann), Availability::away);
    EXPECT_EQ(assignments.away(), std::vector<domain::AgentId>{ann});
    assignments.set_availability(ann, Availability::available, clock_.now());
    EXPECT_TRUE(assignments.away().empty());
    const auto loads = assignments.loads({ann, bob});
    EXPECT_EQ(loads.at(ann), 0);
    EXPECT_EQ(loads.at(bob), 0);
  });
}

}  // namespace
}  // namespace madoguchi::store
