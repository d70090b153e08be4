// SPDX-License-Identifier: Apache-2.0
#include "core/service/rights.h"

#include <gmock/gmock.h>

#include "core/domain/rights.h"
#include "core/service/search.h"
#include "core/service/second_factor.h"
#include "core/service/service_test.h"
#include "core/service/sessions.h"
#include "core/service/sign_in.h"
#include "core/service/tokens.h"

namespace madoguchi::service {
namespace {

using domain::Permission;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class Rights : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    teams_ = std::make_unique<TeamService>(*env_);
    roles_ = std::make_unique<RoleService>(*env_);
  }

  /// As the agent is now.
  domain::Caller now(const domain::Caller& caller) {
    const auto view = directory_->view().value();
    return view->caller(*view->agent(caller.agent));
  }
  TeamDto new_team(const std::string& name, const std::vector<domain::Caller>& members,
                   const std::vector<std::string>& mailboxes = {}) {
    TeamCreateDto wish{name, {}, mailboxes};
    for (const domain::Caller& one : members) wish.members.push_back(one.agent.str());
    const Result<TeamDto> made = teams_->create(as_ann(), wish);
    EXPECT_TRUE(made) << made.error().describe();
    return made.value_or(TeamDto());
  }
  std::string new_case(const std::string& text, const std::optional<std::string>& mailbox) {
    CaseCreateDto wish;
    wish.channel = domain::Channel::phone;
    wish.kind = FirstEntry::call;
    wish.text = text;
    wish.mailbox = mailbox;
    const Result<CaseDto> made = cases_->create(as_ann(), wish);
    EXPECT_TRUE(made) << made.error().describe();
    return made.value_or(CaseDto()).number;
  }
  void give(const std::string& number, const std::optional<std::string>& assignee,
            const std::optional<std::string>& team) {
    AssignDto wish;
    wish.assignee = std::nullopt;
    wish.team = std::nullopt;
    if (assignee) wish.assignee = *assignee;
    if (team) wish.team = *team;
    const Result<CaseDto> done = cases_->assign(as_ann(), number, wish);
    EXPECT_TRUE(done) << done.error().describe();
  }
  std::vector<std::string> seen_by(const domain::Caller& caller, CaseFilter filter = {}) {
    const Result<CaseListing> listing = cases_->list(now(caller), filter, kFromTheBeginning);
    EXPECT_TRUE(listing) << listing.error().describe();
    std::vector<std::string> numbers;
    for (const CaseDto& one : listing->items) {
      numbers.push_back(one.number);
      EXPECT_TRUE(cases_->get(now(caller), one.number)) << one.number;
    }
    return numbers;
  }

  std::unique_ptr<TeamService> teams_;
  std::unique_ptr<RoleService> roles_;
};
INSTANTIATE_TEST_SUITE_P(Engines, Rights, testing::engines(), testing::engine_name);

TEST_P(Rights, nobody_makes_a_way_in_as_somebody_who_may_do_more) {
  const Result<RoleDto> role =
      roles_->create(as_ann(), {"keeper",
                                {},
                                domain::Role::supervisor,
                                {Permission::agents_manage, Permission::settings_read}});
  ASSERT_TRUE(role) << role.error().describe();
  const domain::Caller keeper = new_agent("keeper");
  AgentPatchDto patch;
  patch.custom_role = role->id;
  ASSERT_TRUE(agents_->patch(as_ann(), keeper.agent.str(), patch));
  const domain::Caller boss = new_agent("boss", domain::Role::admin);
  const domain::Caller program = new_agent("program", domain::Role::integration);
  SessionService sessions(*env_, *agents_);
  SecondFactorService second_factor(*env_, sessions);
  SignInService sign_in(*env_, sessions, second_factor, {{64, 1, 1, 2}, "https://hub.example"});
  TokenService tokens(*env_, *agents_);
  const Context as_keeper{now(keeper)};
  EXPECT_EQ(error_of(sign_in.make_link(as_keeper, boss.agent.str())).code, ErrorCode::forbidden);
  EXPECT_EQ(error_of(second_factor.reset(as_keeper, boss.agent.str())).code, ErrorCode::forbidden);
  TokenCreateDto wish;
  wish.name = "mine";
  wish.agent = program.agent.str();
  EXPECT_EQ(error_of(tokens.create(as_keeper, wish)).code, ErrorCode::forbidden);
  EXPECT_TRUE(sign_in.make_link(as_ann(), boss.agent.str()));
  EXPECT_TRUE(tokens.create(as_ann(), wish));
}

TEST_P(Rights, a_team_lends_its_mailboxes_to_its_members) {
  const domain::Caller bob = new_agent("bob", domain::Role::agent, {{"support"}});
  const std::string support = new_case("support", "support");
  const std::string sales = new_case("sales", "sales");
  EXPECT_THAT(seen_by(bob), ElementsAre(support));
  const TeamDto team = new_team("brand B", {bob}, {"sales"});
  EXPECT_THAT(team.mailboxes, ElementsAre("sales"));
  EXPECT_THAT(seen_by(bob), UnorderedElementsAre(support, sales));
  EXPECT_FALSE(agents_->still_valid(bob));
  EXPECT_TRUE(agents_->still_valid(now(bob)));
  EXPECT_THAT(agents_->get(bob.agent.str())->teams, ElementsAre(team.id));
  EXPECT_THAT(*agents_->me(now(bob))->mailboxes, UnorderedElementsAre("support", "sales"));
  TeamPatchDto patch;
  patch.archived = true;
  ASSERT_TRUE(teams_->patch(as_ann(), team.id, patch));
  EXPECT_THAT(seen_by(bob), ElementsAre(support));
}

TEST_P(Rights, what_is_given_to_a_team_or_an_agent_is_seen_by_them) {
  const domain::Caller bob = new_agent("bob", domain::Role::agent, {std::vector<std::string>{}});
  const domain::Caller eve = new_agent("eve", domain::Role::agent, {std::vector<std::string>{}});
  const TeamDto team = new_team("claims", {bob});
  const std::string number = new_case("secret", "sales");
  EXPECT_THAT(seen_by(bob), IsEmpty());
  give(number, std::nullopt, team.id);
  EXPECT_THAT(seen_by(bob), ElementsAre(number));
  CaseFilter filter;
  filter.teams = {team.id};
  EXPECT_THAT(seen_by(bob, filter), ElementsAre(number));
  EXPECT_THAT(seen_by(ann_, filter), ElementsAre(number));
  EXPECT_THAT(seen_by(eve), IsEmpty());
  give(number, eve.agent.str(), std::nullopt);
  EXPECT_THAT(seen_by(bob), IsEmpty());
  EXPECT_THAT(seen_by(eve), ElementsAre(number));
  give(number, std::nullopt, std::nullopt);
  EXPECT_THAT(seen_by(eve), IsEmpty());
  EXPECT_EQ(cases_->get(now(eve), number).error().code, ErrorCode::not_found);
  // One without a mailbox is everybody's until it is given to a team.
  const std::string free = new_case("free", std::nullopt);
  EXPECT_THAT(seen_by(eve), ElementsAre(free));
  give(free, std::nullopt, team.id);
  EXPECT_THAT(seen_by(eve), IsEmpty());
  EXPECT_THAT(seen_by(bob), ElementsAre(free));
}

TEST_P(Rights, events_of_a_case_are_told_to_those_who_see_it_now) {
  const domain::Caller bob = new_agent("bob", domain::Role::agent, {std::vector<std::string>{}});
  const std::string number = new_case("secret", "sales");
  const auto hears = [&] {
    int heard = 0;
    for (const EventDto& event : feed_of(now(bob))) heard += event.object_id == number ? 1 : 0;
    return heard;
  };
  EXPECT_EQ(hears(), 0);
  give(number, bob.agent.str(), std::nullopt);
  EXPECT_EQ(hears(), 2);  // created, assigned
  give(number, std::nullopt, std::nullopt);
  EXPECT_EQ(hears(), 0);
}

TEST_P(Rights, teams_are_made_and_changed_with_care) {
  const domain::Caller bob = new_agent("bob");
  const TeamDto team = new_team("claims", {bob});
  EXPECT_EQ(teams_->create(as_ann(), {"claims", {}, {}}).error().fields.at(0).pointer, "/name");
  EXPECT_EQ(teams_->create(as_ann(), {"x", {"nobody"}, {}}).error().fields.at(0).pointer,
            "/members/0");
  EXPECT_EQ(teams_->create(as_ann(), {"x", {}, {"support", "none"}}).error().fields.at(0).pointer,
            "/mailboxes/1");
  EXPECT_EQ(teams_->get("none").error().code, ErrorCode::not_found);
  TeamPatchDto patch;
  patch.name = "claims 2";
  EXPECT_EQ(teams_->patch({ann_, 1}, team.id, patch)->version, 2);
  EXPECT_EQ(teams_->patch({ann_, 1}, team.id, patch).error().code, ErrorCode::stale);
  EXPECT_THAT(events(team.id), ElementsAre("team.created", "team.changed"));
  AssignDto to_nobody;
  to_nobody.team = std::string("none");
  const std::string number = new_case("x", std::nullopt);
  EXPECT_EQ(cases_->assign(as_ann(), number, to_nobody).error().fields.at(0).pointer, "/team");
  // In use it is archived, and takes nothing new; unused it goes.
  give(number, std::nullopt, team.id);
  ASSERT_TRUE(teams_->remove({ann_, 2}, team.id));
  EXPECT_TRUE(teams_->get(team.id)->archived);
  to_nobody.team = team.id;
  EXPECT_EQ(cases_->assign(as_ann(), new_case("y", std::nullopt), to_nobody).error().code,
            ErrorCode::invalid);
  const TeamDto unused = new_team("unused", {});
  ASSERT_TRUE(teams_->remove({ann_, 1}, unused.id));
  EXPECT_EQ(teams_->get(unused.id).error().code, ErrorCode::not_found);
}

TEST_P(Rights, roles_of_the_desk_allow_what_they_name_and_nothing_else) {
  const Result<RoleDto> role =
      roles_->create(as_ann(), {"視聴",
                                "no contact",
                                domain::Role::agent,
                                {Permission::cases_read, Permission::customers_read}});
  ASSERT_TRUE(role) << role.error().describe();
  const domain::Caller bob = new_agent("bob");
  AgentPatchDto patch;
  patch.custom_role = role->id;
  ASSERT_TRUE(agents_->patch(as_ann(), bob.agent.str(), patch));
  EXPECT_TRUE(now(bob).may(Permission::cases_read));
  EXPECT_FALSE(now(bob).may(Permission::cases_write));
  EXPECT_FALSE(agents_->still_valid(bob));
  EXPECT_EQ(agents_->me(now(bob))->custom_role, role->id);
  EXPECT_THAT(agents_->me(now(bob))->permissions, ElementsAre("cases_read", "customers_read"));
  RolePatchDto more;
  more.permissions = {Permission::cases_read, Permission::cases_write};
  const domain::Caller before = now(bob);
  ASSERT_TRUE(roles_->patch({ann_, 1}, role->id, more));
  EXPECT_FALSE(agents_->still_valid(before));
  EXPECT_TRUE(now(bob).may(Permission::cases_write));
  EXPECT_EQ(roles_->remove({ann_, 2}, role->id).error().type, "role-in-use");
  // A built-in role takes its place again.
  patch.custom_role = std::nullopt;
  patch.role = domain::Role::viewer;
  ASSERT_TRUE(agents_->patch(as_ann(), bob.agent.str(), patch));
  EXPECT_EQ(now(bob).permissions(), domain::permissions_of(domain::Role::viewer));
  ASSERT_TRUE(roles_->remove({ann_, 2}, role->id));
  EXPECT_EQ(roles_->get(role->id).error().code, ErrorCode::not_found);
}

TEST_P(Rights, nobody_gives_what_they_do_not_have) {
  const Result<RoleDto> role =
      roles_->create(as_ann(), {"staff office",
                                "",
                                domain::Role::supervisor,
                                {Permission::settings_read, Permission::agents_manage}});
  AgentCreateDto wish{"chief", std::nullopt, domain::Role::supervisor, {{"support"}}};
  wish.custom_role = role->id;
  const Result<AgentDto> made = agents_->create(as_ann(), wish);
  ASSERT_TRUE(made) << made.error().describe();
  const auto view = directory_->view().value();
  const Context chief{view->caller(*view->agent(made->id))};
  const auto code = [](const auto& answer) {
    return answer ? std::string("done") : std::string(to_string(answer.error().code));
  };
  wish = {"x", std::nullopt, domain::Role::admin, {{"support"}}};
  EXPECT_EQ(code(agents_->create(chief, wish)), "forbidden");
  wish = {"y", std::nullopt, domain::Role::supervisor, std::nullopt};
  wish.custom_role = role->id;
  EXPECT_EQ(code(agents_->create(chief, wish)), "forbidden");  // all mailboxes
  wish.mailboxes = {{"sales"}};
  EXPECT_EQ(code(agents_->create(chief, wish)), "forbidden");
  wish.mailboxes = {{"support"}};
  EXPECT_EQ(code(agents_->create(chief, wish)), "done");
  AgentPatchDto disable;
  disable.disabled = true;
  EXPECT_EQ(code(agents_->patch(chief, ann_.agent.str(), disable)), "forbidden");
  EXPECT_EQ(code(roles_->create(chief, {"z", "", domain::Role::agent, {Permission::cases_read}})),
            "forbidden");
  EXPECT_EQ(code(teams_->create(chief, {"t", {}, {"sales"}})), "forbidden");
  EXPECT_EQ(code(teams_->create(chief, {"t", {}, {"support"}})), "done");
}

TEST_P(Rights, somebody_always_manages_the_agents) {
  AgentPatchDto disable;
  disable.disabled = true;
  const std::string ann = ann_.agent.str();
  EXPECT_EQ(agents_->patch(as_ann(), ann, disable).error().type, "last-administrator");
  AgentPatchDto less;
  less.role = domain::Role::viewer;
  EXPECT_EQ(agents_->patch(as_ann(), ann, less).error().type, "last-administrator");
  AgentPatchDto some;
  some.mailboxes = std::vector<std::string>{"sales"};
  EXPECT_EQ(agents_->patch(as_ann(), ann, some).error().type, "last-administrator");
  (void)new_agent("second", domain::Role::admin);
  EXPECT_TRUE(agents_->patch(as_ann(), ann, less));
}

TEST_P(Rights, built_in_roles_are_fixed) {
  EXPECT_EQ(roles_->list()->size(), 5u);
  EXPECT_TRUE(roles_->get("viewer")->built_in);
  EXPECT_EQ(roles_->patch(as_ann(), "viewer", {}).error().type, "role-built-in");
  EXPECT_EQ(roles_->remove(as_ann(), "admin").error().type, "role-built-in");
  EXPECT_EQ(
      roles_->create(as_ann(), {"admin", "", domain::Role::agent, {}}).error().fields.at(0).pointer,
      "/name");
  for (const PermissionDto& one : RoleService::permissions()) {
    EXPECT_FALSE(one.en.empty() || one.ja.empty()) << enum_name(one.name);
    EXPECT_TRUE(domain::permissions_of(domain::Role::admin).has(one.name)) << enum_name(one.name);
  }
}

TEST_P(Rights, a_field_that_needs_a_right_is_left_out_everywhere) {
  CaseDto dto;
  dto.requester.name = "山田";
  dto.requester.address = "hidden@example.jp";
  const std::uint32_t without = domain::Permissions{Permission::customers_contact_read}.bits();
  EXPECT_NE(json::to_string(dto).find("hidden@example.jp"), std::string::npos);
  EXPECT_EQ(json::to_string(dto, without).find("hidden@example.jp"), std::string::npos);
  EXPECT_NE(json::to_string(dto, without).find("山田"), std::string::npos);
  const std::vector<domain::FieldChange> fields = {{"phones", "", "090"}, {"sex", "", "female"}};
  EXPECT_EQ(json::to_string(fields, without), R"([{"field":"sex","from":"","to":"female"}])");
  CasePatchDto patch;
  const Result<void> written =
      json::read_into(R"({"requester":{"name":"x","phone":"03"}})", json::kType<CasePatchDto>,
                      &patch, {.hides = without});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().fields.at(0).pointer, "/requester/phone");
}

TEST_P(Rights, a_search_finds_nobody_by_what_is_hidden) {
  TestMail mail;
  mail.from = "山田 <hidden.person@example.jp>";
  mail.text = "parcel";
  const IntakeDto in = deliver(mail);
  SearchService search(*env_);
  domain::Caller blind = ann_;
  blind.own_permissions = domain::Permissions{Permission::cases_read};
  const auto found = [&](const domain::Caller& caller, const std::string& q) {
    SearchCall call;
    call.q = q;
    return search.find(caller, call, std::nullopt)->items.size();
  };
  EXPECT_EQ(found(ann_, "hidden.person"), 1u);
  EXPECT_EQ(found(blind, "hidden.person"), 0u);
  EXPECT_EQ(found(blind, "parcel"), 1u);
  EXPECT_EQ(found(blind, "from:hidden.person@example.jp parcel"), 0u);
  EXPECT_EQ(found(ann_, "from:hidden.person@example.jp parcel"), 1u);
}

}  // namespace
}  // namespace madoguchi::service
