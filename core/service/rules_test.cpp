// SPDX-License-Identifier: Apache-2.0
// Macros and rules at work on real cases.
#include "core/service/rules.h"

#include <algorithm>

#include "core/service/drafts.h"
#include "core/service/macros.h"
#include "core/service/rights.h"
#include "core/service/rule_engine.h"
#include "core/service/scheme.h"
#include "core/service/service_test.h"
#include "core/service/templates.h"
#include "core/store/assignments.h"

namespace madoguchi::service {
namespace {

using domain::CaseStatus;
using std::chrono::hours;
using store::RuleRunState;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

CaseActionDto step(CaseStep kind) {
  CaseActionDto action;
  action.step = kind;
  return action;
}
CaseActionDto add_tags(std::vector<std::string> tags) {
  CaseActionDto action = step(CaseStep::add_tags);
  action.tags = std::move(tags);
  return action;
}
CaseActionDto set_status(CaseStatus status) {
  CaseActionDto action = step(CaseStep::set_status);
  action.status = status;
  return action;
}
CaseActionDto note(const std::string& text) {
  CaseActionDto action = step(CaseStep::add_note);
  action.text = text;
  return action;
}

class Automation : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped()) return;
    rules_ = std::make_unique<RuleService>(*env_);
    macros_ = std::make_unique<MacroService>(*env_);
    runner_->add(rules_job(*env_));
    bob_ = new_agent("bob");
    CategoryCreateDto category;
    category.name = "返品";
    category_ = settings_->create_category(as_ann(), category)->id;
  }

  std::string create(const std::string& text = "返品したいです") {
    CaseCreateDto wish;
    wish.text = text;
    wish.requester = RequesterDto{"山田", "", "yamada@example.jp", ""};
    const std::string number = cases_->create({bob_}, wish)->number;
    run_jobs();
    return number;
  }
  RuleDto add(const std::string& name, std::vector<RuleEvent> events,
              std::vector<CaseActionDto> actions, const CaseConditionDto& when = {},
              bool stop = false) {
    RuleCreateDto wish;
    wish.name = name;
    wish.position = next_place_++;
    wish.events = std::move(events);
    wish.actions = std::move(actions);
    wish.when = when;
    wish.stop = stop;
    const Result<RuleDto> made = rules_->create(as_ann(), wish);
    EXPECT_TRUE(made) << made.error().describe();
    return made.value_or(RuleDto());
  }
  void tag(const std::string& number, std::vector<std::string> tags) {
    CasePatchDto wish;
    wish.tags = std::move(tags);
    ASSERT_TRUE(cases_->patch({bob_}, number, wish));
    run_jobs();
  }
  std::vector<RuleRunState> states(const std::string& rule) {
    std::vector<RuleRunState> found;
    const auto listing = rules_->runs(ann_, rule, kFromTheBeginning, 50);
    for (const RuleRunDto& run : listing->items) found.push_back(run.state);
    return found;
  }
  std::vector<std::string> tags_of(const std::string& number) { return case_of(number).tags; }
  std::string assignee_of(const std::string& number) {
    const CaseDto dto = case_of(number);
    return dto.assignee ? std::string(*dto.assignee) : "";
  }
  void set_away(const domain::Caller& who, store::Availability state) {
    write([&](db::Session& session) {
      store::Assignments(session).set_availability(who.agent, state, clock_.now());
    });
  }

  std::unique_ptr<RuleService> rules_;
  std::unique_ptr<MacroService> macros_;
  domain::Caller bob_;
  std::string category_;
  std::int64_t next_place_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Engines, Automation, testing::engines(), testing::engine_name);

TEST_P(Automation, does_what_a_rule_says_and_says_why) {
  CaseConditionDto when;
  when.words = {"ヘンピン"};
  CaseActionDto category = step(CaseStep::set_category);
  category.category = category_;
  const RuleDto rule =
      add("返品の振り分け", {RuleEvent::case_created}, {category, add_tags({"返品"})}, when);
  EXPECT_EQ(rule.state, RuleState::active);
  const std::string other = create("へんしんをください");
  EXPECT_THAT(tags_of(other), IsEmpty());
  const std::string number = create("へんぴんしたいです");
  EXPECT_EQ(case_of(number).category_name, "返品");
  EXPECT_THAT(tags_of(number), ElementsAre("返品"));
  const Result<RuleRunListing> runs = rules_->runs(ann_, rule.id, kFromTheBeginning, 50);
  ASSERT_EQ(runs->items.size(), 1U);
  EXPECT_EQ(runs->items[0].case_number, number);
  EXPECT_EQ(runs->items[0].event, "case_created");
  const std::vector<EventDto> feed = feed_of(ann_);
  const auto told = std::find_if(feed.begin(), feed.end(), [](const EventDto& one) {
    return one.event == "case.rule_applied";
  });
  ASSERT_NE(told, feed.end());
  EXPECT_EQ(told->object_id, number);
  EXPECT_EQ(told->actor_name, "rule: 返品の振り分け");
  ASSERT_GE(told->fields.size(), 4U);
  EXPECT_EQ(told->fields[0].to, "返品の振り分け");
  EXPECT_EQ(told->fields[1].to, "case_created; words: ヘンピン");
}

TEST_P(Automation, hears_every_event_once) {
  std::map<RuleEvent, std::string> rules;
  for (const auto& entry : EnumNames<RuleEvent>::values) {
    CaseConditionDto when;
    if (entry.value == RuleEvent::waiting) when.waiting_hours = 1;
    rules[entry.value] =
        add(std::string(entry.name), {entry.value}, {add_tags({std::string(entry.name)})}, when).id;
  }
  // Its own tag would set it off: it listens to another only.
  const std::string number = create();
  const auto runs = [&](RuleEvent event) { return states(rules[event]).size(); };
  EXPECT_EQ(runs(RuleEvent::case_created), 1U);
  EXPECT_EQ(runs(RuleEvent::message_inbound), 0U) << "the first entry is the case's beginning";
  ASSERT_TRUE(messages_->add({bob_}, number, entry(EntryKind::inbound, "まだですか")));
  run_jobs();
  EXPECT_EQ(runs(RuleEvent::message_inbound), 1U);
  ASSERT_TRUE(messages_->add({bob_}, number, entry(EntryKind::note, "確認中")));
  run_jobs();
  EXPECT_EQ(runs(RuleEvent::message_note), 1U);
  reply(number);
  run_jobs();
  EXPECT_EQ(runs(RuleEvent::message_reply), 1U);
  EXPECT_EQ(runs(RuleEvent::status_changed), 1U) << "the reply made it pending";
  ASSERT_TRUE(cases_->take({bob_}, number));
  run_jobs();
  EXPECT_EQ(runs(RuleEvent::assigned), 1U);
  EXPECT_EQ(runs(RuleEvent::waiting), 0U);
}

TEST_P(Automation, rules_are_tried_in_order_until_one_stops) {
  add("first", {RuleEvent::case_created}, {add_tags({"first"})}, {}, true);
  add("second", {RuleEvent::case_created}, {add_tags({"second"})});
  EXPECT_THAT(tags_of(create()), ElementsAre("first"));
}

TEST_P(Automation, a_rule_that_is_off_does_nothing) {
  RuleDto rule = add("tagging", {RuleEvent::case_created}, {add_tags({"x"})});
  RulePatchDto off;
  off.enabled = false;
  EXPECT_EQ(rules_->patch(as_ann(), rule.id, off)->state, RuleState::off);
  EXPECT_THAT(tags_of(create()), IsEmpty());
}

TEST_P(Automation, an_added_tag_is_the_one_that_was_added) {
  RuleCreateDto wish;
  wish.name = "vip";
  wish.events = {RuleEvent::tag_added};
  wish.added_tags = {"vip"};
  CaseActionDto urgent = step(CaseStep::set_priority);
  urgent.priority = domain::Priority::urgent;
  wish.actions = {urgent};
  ASSERT_TRUE(rules_->create(as_ann(), wish));
  const std::string number = create();
  tag(number, {"other"});
  EXPECT_EQ(case_of(number).priority, domain::Priority::normal);
  tag(number, {"other", "vip"});
  EXPECT_EQ(case_of(number).priority, domain::Priority::urgent);
}

TEST_P(Automation, a_case_that_nobody_answers_is_noticed_once) {
  CaseActionDto urgent = step(CaseStep::set_priority);
  urgent.priority = domain::Priority::urgent;
  CaseConditionDto day;
  EXPECT_EQ(error_of(rules_->create(as_ann(),
                                    [&] {
                                      RuleCreateDto wish;
                                      wish.name = "x";
                                      wish.events = {RuleEvent::waiting};
                                      wish.actions = {urgent};
                                      return wish;
                                    }()))
                .fields[0]
                .pointer,
            "/when/waiting_hours");
  day.waiting_hours = 24;
  const RuleDto late = add("一日", {RuleEvent::waiting}, {urgent}, day);
  CaseConditionDto hour;
  hour.waiting_hours = 1;
  const RuleDto soon = add("一時間", {RuleEvent::waiting}, {note("一時間経過")}, hour);
  const std::string waits = create();
  const std::string answered = create();
  reply(answered);
  run_jobs_after(hours(1));
  EXPECT_EQ(states(soon.id).size(), 1U) << "the answered one does not wait";
  EXPECT_EQ(case_of(waits).priority, domain::Priority::normal);
  run_jobs_after(hours(23));
  EXPECT_EQ(case_of(waits).priority, domain::Priority::urgent);
  EXPECT_EQ(case_of(answered).priority, domain::Priority::normal);
  EXPECT_EQ(states(soon.id).size(), 1U);
  EXPECT_EQ(states(late.id).size(), 1U);
}

TEST_P(Automation, rules_that_set_each_other_off_end) {
  CaseActionDto off = step(CaseStep::remove_tags);
  off.tags = {"ping"};
  const RuleDto ping = add("ping", {RuleEvent::status_changed, RuleEvent::case_created},
                           {set_status(CaseStatus::open), add_tags({"ping"})});
  const RuleDto pong = add("pong", {RuleEvent::tag_added, RuleEvent::status_changed},
                           {set_status(CaseStatus::new_), off});
  const std::string number = create();
  EXPECT_THAT(states(ping.id), ElementsAre(RuleRunState::applied));
  EXPECT_THAT(states(pong.id), ElementsAre(RuleRunState::applied));
  EXPECT_EQ(case_of(number).status, CaseStatus::new_);
}

TEST_P(Automation, a_long_chain_is_held_back_visibly) {
  std::vector<std::string> rules;
  rules.push_back(add("0", {RuleEvent::case_created}, {add_tags({"0"})}).id);
  for (int i = 1; i < 6; ++i) {
    RuleCreateDto wish;
    wish.name = std::to_string(i);
    wish.position = next_place_++;
    wish.events = {RuleEvent::tag_added};
    wish.added_tags = {std::to_string(i - 1)};
    wish.actions = {add_tags({std::to_string(i)})};
    rules.push_back(rules_->create(as_ann(), wish)->id);
  }
  const std::string number = create();
  EXPECT_THAT(tags_of(number), ElementsAre("0", "1", "2", "3"));
  EXPECT_THAT(states(rules[4]), ElementsAre(RuleRunState::held_back));
  EXPECT_THAT(events(number), Contains("case.rules_held_back"));
}

TEST_P(Automation, a_case_that_rules_change_all_the_time_gets_a_rest) {
  const RuleDto rule = add("note", {RuleEvent::tag_added}, {note("タグが付きました")});
  const std::string number = create();
  std::vector<std::string> tags;
  for (std::int64_t i = 0; i <= kMostRunsPerHour; ++i) {
    tags.push_back(std::to_string(i));
    tag(number, tags);
  }
  EXPECT_EQ(states(rule.id).front(), RuleRunState::held_back);
  const std::vector<std::string> told = events(number);
  EXPECT_EQ(std::count(told.begin(), told.end(), "case.rules_held_back"), 1);
  clock_.advance(hours(1) + std::chrono::seconds(1));
  tags.emplace_back("later");
  tag(number, tags);
  EXPECT_EQ(states(rule.id).front(), RuleRunState::applied);
}

TEST_P(Automation, an_archived_category_breaks_its_rule_visibly) {
  CaseActionDto category = step(CaseStep::set_category);
  category.category = category_;
  const RuleDto rule = add("区分", {RuleEvent::case_created}, {category});
  CategoryPatchDto archived;
  archived.archived = true;
  ASSERT_TRUE(settings_->patch_category(as_ann(), category_, archived));
  const RuleDto broken = rules_->get(rule.id).value();
  EXPECT_EQ(broken.state, RuleState::broken);
  ASSERT_EQ(broken.problems.size(), 1U);
  EXPECT_EQ(broken.problems[0].pointer, "/actions/0/category");
  EXPECT_FALSE(case_of(create()).category);
  EXPECT_THAT(states(rule.id), ElementsAre(RuleRunState::broken));
  RulePatchDto rename;
  rename.name = "別名";
  EXPECT_EQ(error_of(rules_->patch(as_ann(), rule.id, rename)).fields[0].pointer,
            "/actions/0/category");
  RulePatchDto off;
  off.enabled = false;
  EXPECT_TRUE(rules_->patch(as_ann(), rule.id, off)) << "as it is";
  archived.archived = false;
  ASSERT_TRUE(settings_->patch_category(as_ann(), category_, archived));
  off.enabled = true;
  EXPECT_EQ(rules_->patch(as_ann(), rule.id, off)->state, RuleState::active);
}

TEST_P(Automation, refuses_rules_that_cannot_work) {
  RuleCreateDto wish;
  wish.name = "x";
  wish.events = {RuleEvent::case_created};
  wish.added_tags = {"x"};
  CaseActionDto category = step(CaseStep::set_category);
  category.category = "none";
  CaseActionDto turn = step(CaseStep::assign_in_turn);
  turn.agents = {bob_.agent.str(), "nobody", bob_.agent.str()};
  CaseActionDto me = step(CaseStep::assign);
  me.assignee = "me";
  CaseActionDto mail = step(CaseStep::reply);
  mail.template_id = "t";
  wish.actions = {category, turn, me, mail, note("4111 1111 1111 1111")};
  wish.when.filter.categories = {"none"};
  std::vector<std::string> pointers;
  for (const FieldError& one : error_of(rules_->create(as_ann(), wish)).fields) {
    pointers.push_back(one.pointer);
  }
  EXPECT_THAT(pointers,
              ElementsAre("/when/filter/category/0", "/actions/0/category", "/actions/1/agents/1",
                          "/actions/1/agents/2", "/actions/2/assignee", "/actions/3/step",
                          "/actions/4/text", "/added_tags"));
}

TEST_P(Automation, gives_cases_out_in_turn_to_those_who_are_there) {
  const domain::Caller carol = new_agent("carol");
  const domain::Caller dave = new_agent("dave");
  CaseActionDto turn = step(CaseStep::assign_in_turn);
  turn.agents = {bob_.agent.str(), carol.agent.str(), dave.agent.str()};
  add("順番", {RuleEvent::case_created}, {turn});
  const auto next = [&] { return assignee_of(create()); };
  EXPECT_EQ(next(), bob_.agent.str());
  EXPECT_EQ(next(), carol.agent.str());
  set_away(dave, store::Availability::away);
  EXPECT_EQ(next(), bob_.agent.str()) << "dave is away";
  set_away(dave, store::Availability::available);
  set_away(bob_, store::Availability::away);
  EXPECT_EQ(next(), carol.agent.str());
  EXPECT_EQ(next(), dave.agent.str());
  AgentPatchDto disabled;
  disabled.disabled = true;
  ASSERT_TRUE(agents_->patch(as_ann(), dave.agent.str(), disabled));
  set_away(carol, store::Availability::away);
  EXPECT_EQ(next(), "") << "nobody is there";
}

TEST_P(Automation, gives_cases_out_in_turn_within_a_team_as_it_is_now) {
  TeamService teams(*env_);
  const domain::Caller carol = new_agent("carol");
  const domain::Caller dave = new_agent("dave");
  const Result<TeamDto> team =
      teams.create(as_ann(), {"返品チーム", {bob_.agent.str(), carol.agent.str()}, {}});
  ASSERT_TRUE(team) << team.error().describe();
  CaseActionDto turn = step(CaseStep::assign_in_turn);
  turn.team = team->id;
  add("チーム", {RuleEvent::case_created}, {turn});
  const std::string first = create();
  EXPECT_EQ(assignee_of(first), bob_.agent.str());
  EXPECT_EQ(case_of(first).team, team->id);
  EXPECT_EQ(assignee_of(create()), carol.agent.str());
  TeamPatchDto joined;
  joined.members = {bob_.agent.str(), carol.agent.str(), dave.agent.str()};
  ASSERT_TRUE(teams.patch(as_ann(), team->id, joined));
  EXPECT_EQ(assignee_of(create()), dave.agent.str());
  EXPECT_EQ(assignee_of(create()), bob_.agent.str());
}

TEST_P(Automation, gives_cases_out_by_load) {
  const domain::Caller carol = new_agent("carol");
  CaseActionDto load = step(CaseStep::assign_by_load);
  load.agents = {bob_.agent.str(), carol.agent.str()};
  const std::string busy = create();
  ASSERT_TRUE(cases_->take({bob_}, busy));
  add("負荷", {RuleEvent::case_created}, {load});
  EXPECT_EQ(assignee_of(create()), carol.agent.str());
  EXPECT_EQ(assignee_of(create()), bob_.agent.str()) << "equal: whose turn it is";
  EXPECT_EQ(assignee_of(create()), carol.agent.str());
}

TEST_P(Automation, a_dry_run_tells_and_changes_nothing) {
  const std::string first = create("返金してください");
  const std::string second = create("ありがとう");
  RuleDryRunDto wish;
  wish.when.words = {"返金"};
  wish.actions = {add_tags({"返金"}), set_status(CaseStatus::open), note("自動")};
  const RuleDryRunAnswerDto answer = rules_->dry_run(ann_, wish).value();
  EXPECT_EQ(answer.looked_at, 2);
  ASSERT_EQ(answer.matched, 1);
  EXPECT_EQ(answer.items[0].number, first);
  ASSERT_EQ(answer.items[0].changes.size(), 3U);
  EXPECT_EQ(answer.items[0].changes[0].to, "返金");
  EXPECT_THAT(tags_of(first), IsEmpty());
  EXPECT_EQ(messages_of(first).size(), 1U);
  wish.actions.clear();
  wish.rule = "none";
  EXPECT_EQ(error_of(rules_->dry_run(ann_, wish)).fields[0].pointer, "/rule");
}

TEST_P(Automation, a_macro_does_all_or_nothing) {
  MacroCreateDto wish;
  wish.name = "返品受付";
  CaseActionDto category = step(CaseStep::set_category);
  category.category = category_;
  CaseActionDto me = step(CaseStep::assign);
  me.assignee = "me";
  CaseActionDto wait = step(CaseStep::pend);
  wait.hours = 24;
  wait.reason = "返送待ち";
  wish.actions = {category, me, add_tags({"返品"}), note("返送先を案内済み"), wait};
  const std::string macro = macros_->create({bob_}, wish)->id;
  const std::string number = create();
  const MacroAppliedDto tried = macros_->apply({bob_}, number, {macro, true}).value();
  EXPECT_TRUE(tried.preview);
  EXPECT_EQ(tried.value.status, CaseStatus::pending);
  EXPECT_EQ(case_of(number).status, CaseStatus::new_);
  EXPECT_EQ(messages_of(number).size(), 1U);
  const MacroAppliedDto done = macros_->apply({bob_}, number, {macro, false}).value();
  EXPECT_EQ(done.value.status, CaseStatus::pending);
  EXPECT_EQ(done.value.assignee, bob_.agent.str());
  EXPECT_EQ(messages_of(number).size(), 2U);
  EXPECT_THAT(events(number), Contains("case.macro_applied"));
  EXPECT_FALSE(macros_->get(ann_, macro)) << "bob's own";

  SchemeWriteDto scheme;
  scheme.transitions = domain::default_scheme().transitions;
  scheme.required = {{{CaseStatus::pending}, {domain::CaseField::customer}, {}, {}}};
  ASSERT_TRUE(SchemeService(*env_).put(as_ann(), scheme));
  const std::string other = create();
  EXPECT_EQ(error_of(macros_->apply({bob_}, other, {macro, false})).fields[0].pointer, "/customer");
  EXPECT_THAT(tags_of(other), IsEmpty());
  EXPECT_EQ(messages_of(other).size(), 1U) << "not even the note";
}

TEST_P(Automation, a_macro_replies_by_a_template) {
  TemplateService templates(*env_);
  TemplateCreateDto text;
  text.name = "受付";
  text.text = "{{requester.name}} 様、{{case.number}} を承りました。";
  const std::string id = templates.create(as_ann(), text)->id;
  CaseActionDto mail = step(CaseStep::reply);
  mail.template_id = id;
  MacroCreateDto wish;
  wish.name = "受付の返信";
  wish.actions = {mail, set_status(CaseStatus::resolved)};
  const std::string sending = macros_->create({bob_}, wish)->id;
  wish.actions[0].draft = true;
  const std::string drafting = macros_->create({bob_}, wish)->id;
  const std::string number = create();
  ASSERT_TRUE(macros_->apply({bob_}, number, {drafting, false}));
  EXPECT_EQ(DraftService(*env_).get(bob_, number)->text, "山田 様、" + number + " を承りました。");
  EXPECT_EQ(error_of(macros_->apply({bob_}, number, {drafting, false})).type, "draft-exists");
  const Result<MacroAppliedDto> sent = macros_->apply({bob_}, number, {sending, false});
  ASSERT_TRUE(sent) << sent.error().describe();
  EXPECT_EQ(sent->value.status, CaseStatus::resolved);
  run_jobs();
  EXPECT_EQ(sender_.sent().size(), 1U);
  ASSERT_TRUE(templates.remove(as_ann(), id));
  EXPECT_EQ(error_of(macros_->apply({bob_}, number, {sending, false})).fields[0].pointer,
            "/actions/0/template");
}

TEST_P(Automation, macros_for_everybody_are_the_supervisors_affair) {
  MacroCreateDto wish;
  wish.name = "共有";
  wish.shared = true;
  wish.actions = {add_tags({"x"})};
  EXPECT_EQ(error_of(macros_->create({bob_}, wish)).code, ErrorCode::forbidden);
  const MacroDto made = macros_->create(as_ann(), wish).value();
  EXPECT_TRUE(macros_->get(bob_, made.id));
  EXPECT_EQ(error_of(macros_->remove({bob_}, made.id)).code, ErrorCode::forbidden);
  wish.actions[0].tags = {"4111 1111 1111 1111"};
  EXPECT_EQ(error_of(macros_->create(as_ann(), wish)).fields[0].pointer, "/actions/0/tags/0");
}

}  // namespace
}  // namespace madoguchi::service
