// SPDX-License-Identifier: Apache-2.0
// Who may come in, and the settings that everybody looks into.
#include "core/service/agents.h"

#include "core/crypto/digest.h"
#include "core/service/service_test.h"
#include "core/service/tokens.h"
#include "core/store/agents.h"

namespace madoguchi::service {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

class Agents : public ServiceTest {
 protected:
  std::string token(const std::string& name, domain::Role role = domain::Role::agent) {
    const Result<Secret> made = agents_->create_token({{}, "cli"}, name, role);
    EXPECT_TRUE(made) << made.error().describe();
    return made ? made->reveal() : "";
  }
  Result<domain::Caller> caller_by(std::string_view token) {
    Result<SignedIn> who = bearer_->authenticate(token);
    if (!who) return fail(std::move(who.error()));
    return std::move(who->caller);
  }
  Result<AgentDto> patch(const std::string& id, const AgentPatchDto& wish) {
    return agents_->patch(as_ann(), id, wish);
  }
  std::string id_of(const std::string& name) {
    const Result<std::vector<AgentDto>> all = agents_->list();
    for (const AgentDto& agent : *all) {
      if (agent.name == name) return agent.id;
    }
    return "";
  }
  void SetUp() override {
    ServiceTest::SetUp();
    bearer_.emplace(*env_, *agents_);
  }
  std::optional<TokenService> bearer_;
};
INSTANTIATE_TEST_SUITE_P(Engines, Agents, testing::engines(), testing::engine_name);

TEST_P(Agents, a_token_lets_its_agent_in_and_nobody_else) {
  const std::string bobs = token("bob", domain::Role::supervisor);
  const Result<domain::Caller> bob = caller_by(bobs);
  ASSERT_TRUE(bob) << bob.error().describe();
  EXPECT_EQ(bob->name, "bob");
  EXPECT_EQ(bob->role, domain::Role::supervisor);
  EXPECT_FALSE(bob->scope.mailboxes);
  EXPECT_TRUE(caller_by(bobs));  // from memory
  const std::string second = token("bob", domain::Role::supervisor);
  EXPECT_NE(second, bobs);
  EXPECT_EQ(caller_by(second)->agent, bob->agent);
  EXPECT_TRUE(caller_by(bobs));  // the older one still holds
  std::string wrong = bobs;
  wrong.back() = wrong.back() == 'x' ? 'y' : 'x';
  for (const std::string& text :
       {wrong, std::string(), std::string("mdg_"), bobs + "x", bobs.substr(4), " " + bobs,
        std::string(300, 'm'), "mdg_" + std::string(190, 'm'), std::string("mdg_\0", 5)}) {
    const auto answer = caller_by(text);
    ASSERT_FALSE(answer) << text;
    EXPECT_EQ(answer.error().code, ErrorCode::unauthenticated);
  }
  // Only its hash is kept.
  EXPECT_EQ(write([&](db::Session& session) {
              return session
                  .run({"test", "SELECT count(*) FROM tokens WHERE hash = $1"},
                       {crypto::to_hex(crypto::sha256(bobs))})
                  .front()
                  .integer(0);
            }),
            1);
  EXPECT_FALSE(agents_->create_token({}, "", domain::Role::agent));
  EXPECT_FALSE(agents_->create_token({}, std::string(101, 'x'), domain::Role::agent));
  const auto me = agents_->me(*bob);
  EXPECT_EQ(me->name, "bob");
  EXPECT_THAT(me->permissions, Contains("cases_assign"));
  EXPECT_THAT(me->permissions, Not(Contains("agents_manage")));
}

TEST_P(Agents, a_disabled_agent_is_out_at_once) {
  const std::string bobs = token("bob");
  const domain::Caller bob = caller_by(bobs).value();
  EXPECT_TRUE(agents_->still_valid(bob));
  AgentPatchDto disable;
  disable.disabled = true;
  ASSERT_TRUE(patch(id_of("bob"), disable));
  EXPECT_EQ(caller_by(bobs).error().code, ErrorCode::unauthenticated);
  EXPECT_FALSE(agents_->still_valid(bob));
  EXPECT_FALSE(caller_by(token("bob")));  // a new token does not help
  disable.disabled = false;
  ASSERT_TRUE(patch(id_of("bob"), disable));
  EXPECT_TRUE(caller_by(bobs));
}

TEST_P(Agents, a_change_of_rights_holds_at_once) {
  const std::string bobs = token("bob", domain::Role::admin);
  const domain::Caller bob = caller_by(bobs).value();
  AgentPatchDto wish;
  wish.role = domain::Role::viewer;
  ASSERT_TRUE(patch(id_of("bob"), wish));
  EXPECT_EQ(caller_by(bobs)->role, domain::Role::viewer);
  EXPECT_FALSE(agents_->still_valid(bob));
  AgentPatchDto scope;
  scope.mailboxes = std::vector<std::string>{"sales"};
  const Result<AgentDto> scoped = patch(id_of("bob"), scope);
  EXPECT_THAT(*scoped->mailboxes, ElementsAre("sales"));
  const domain::Caller viewer = caller_by(bobs).value();
  ASSERT_TRUE(viewer.scope.mailboxes);
  EXPECT_EQ(viewer.scope.mailboxes->size(), 1u);
  scope.mailboxes = std::nullopt;
  EXPECT_FALSE(patch(id_of("bob"), scope)->mailboxes);
  EXPECT_FALSE(agents_->still_valid(viewer));
  // By a token with another role, too.
  EXPECT_EQ(caller_by(token("bob", domain::Role::supervisor))->role, domain::Role::supervisor);
  EXPECT_EQ(caller_by(bobs)->role, domain::Role::supervisor);
}

TEST_P(Agents, are_made_and_changed_with_care) {
  AgentCreateDto wish{"bob", std::nullopt, domain::Role::agent, {{"support", "none"}}};
  EXPECT_EQ(agents_->create(as_ann(), wish).error().fields.at(0).pointer, "/mailboxes/1");
  wish.mailboxes = {{"support"}};
  const Result<AgentDto> bob = agents_->create(as_ann(), wish);
  ASSERT_TRUE(bob);
  EXPECT_EQ(bob->display_name, "bob");
  EXPECT_EQ(agents_->create(as_ann(), wish).error().fields.at(0).pointer, "/name");
  EXPECT_EQ(agents_->get(bob->id)->name, "bob");
  EXPECT_EQ(agents_->get("none").error().code, ErrorCode::not_found);
  AgentPatchDto patch;
  patch.display_name = "ボブ";
  EXPECT_EQ(agents_->patch({ann_, 1}, bob->id, patch)->version, 2);
  const Result<AgentDto> stale = agents_->patch({ann_, 1}, bob->id, patch);
  EXPECT_EQ(stale.error().code, ErrorCode::stale);
  EXPECT_EQ(stale.error().members.count("current"), 1u);
  EXPECT_EQ(agents_->patch({ann_, 2}, bob->id, patch)->version, 2);
  EXPECT_EQ(agents_->patch(as_ann(), "none", patch).error().code, ErrorCode::not_found);
  patch.mailboxes = std::vector<std::string>{"none"};
  EXPECT_EQ(agents_->patch(as_ann(), bob->id, patch).error().fields.at(0).pointer, "/mailboxes/0");
  EXPECT_THAT(events(bob->id), ElementsAre("agent.created", "agent.changed"));
}

TEST_P(Agents, made_by_another_replica_can_come_in_at_once) {
  ASSERT_TRUE(directory_->view());
  const std::string text = "mdg_" + std::string(43, 't');
  write([&](db::Session& session) {  // the directory of this process hears nothing of it
    domain::Agent agent;
    agent.id = domain::AgentId("elsewhere");
    agent.name = "elsewhere";
    store::Agents(session).insert(agent);
    store::Tokens(session).insert({"t", agent.id, "", "", clock_.now()},
                                  crypto::to_hex(crypto::sha256(text)));
  });
  const Result<domain::Caller> caller = caller_by(text);
  ASSERT_TRUE(caller) << caller.error().describe();
  EXPECT_EQ(caller->name, "elsewhere");
}

class Directories : public ServiceTest {
 protected:
  void insert_elsewhere() {
    write([&](db::Session& session) {
      domain::Agent agent;
      agent.id = domain::AgentId("elsewhere");
      agent.name = "elsewhere";
      store::Agents(session).insert(agent);
    });
  }
  bool knows_elsewhere() {
    return directory_->view().value()->agent(domain::AgentId("elsewhere")) != nullptr;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Directories, testing::engines(), testing::engine_name);

TEST_P(Directories, keep_their_view_until_something_changed) {
  const auto first = directory_->view().value();
  EXPECT_EQ(directory_->view().value(), first);
  const std::uint64_t generation = directory_->generation();
  insert_elsewhere();
  EXPECT_FALSE(knows_elsewhere());
  directory_->expire();
  EXPECT_NE(directory_->generation(), generation);
  EXPECT_TRUE(knows_elsewhere());
  EXPECT_EQ(first->agent(domain::AgentId("elsewhere")), nullptr);  // a snapshot stays
  EXPECT_NE(directory_->view().value(), first);
}

TEST_P(Directories, see_what_other_replicas_did_within_a_second) {
  ASSERT_TRUE(directory_->view());
  insert_elsewhere();
  clock_.jump(std::chrono::hours(24));  // the calendar plays no part
  clock_.advance(std::chrono::seconds(1));
  EXPECT_FALSE(knows_elsewhere());
  clock_.advance(std::chrono::milliseconds(1));
  // On SQLite there are none.
  EXPECT_EQ(knows_elsewhere(), GetParam() == db::Engine::postgresql);
}

TEST_P(Directories, find_by_every_name) {
  const auto view = directory_->view().value();
  const domain::Mailbox* support = view->mailbox_named("support");
  ASSERT_NE(support, nullptr);
  EXPECT_EQ(view->mailbox(support->id), support);
  EXPECT_EQ(view->mailbox_at("support@shop.example"), support);
  EXPECT_EQ(view->mailbox_at("Support@shop.example"), nullptr);  // keys, not addresses
  EXPECT_EQ(view->mailbox_named("Support"), nullptr);
  EXPECT_EQ(view->mailbox_named(""), nullptr);
  EXPECT_EQ(view->mailboxes().at(0).name, "support");
  EXPECT_EQ(view->mailboxes().at(1).name, "sales");
  ASSERT_TRUE(support->category);
  EXPECT_EQ(view->category(*support->category)->name, "お問い合わせ");
}

class Settings : public ServiceTest {
 protected:
  static DeclaredMailbox declared(const std::string& name, const std::string& address,
                                  const std::string& category = {}) {
    return {name, EmailAddress::parse(address).value(), category, ""};
  }
  std::vector<std::string> names() {
    std::vector<std::string> out;
    const Result<std::vector<MailboxDto>> all = settings_->mailboxes(ann_);
    for (const MailboxDto& mailbox : *all) out.push_back(mailbox.name);
    return out;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Settings, testing::engines(), testing::engine_name);

TEST_P(Settings, follow_the_configuration_file) {
  const std::string number = *deliver(TestMail{}).case_number;
  const auto apply = [&](const std::vector<DeclaredMailbox>& mailboxes) {
    const Result<void> done = settings_->apply(mailboxes);
    EXPECT_TRUE(done) << done.error().describe();
  };
  const std::size_t before = events().size();
  const DeclaredMailbox support = declared("support", "support@shop.example", "お問い合わせ");
  const DeclaredMailbox sales = {"sales", EmailAddress::parse("sales@shop.example").value(), "",
                                 "Sales team"};
  apply({support, sales});
  EXPECT_EQ(events().size(), before);  // nothing was different
  apply({sales, support, declared("new", "new@shop.example", "新区分")});
  EXPECT_THAT(names(), ElementsAre("sales", "support", "new"));
  EXPECT_EQ(settings_->categories()->size(), 2u);
  EXPECT_EQ(events().back(), "mailboxes.declared");
  apply({support});
  EXPECT_THAT(names(), ElementsAre("support"));
  apply({sales});  // gone from the file: archived, its cases stay
  EXPECT_THAT(names(), ElementsAre("sales"));
  EXPECT_EQ(cases_->get(ann_, number)->number, number);
  EXPECT_EQ(intake_->only_mailbox().value(), "sales");
  EXPECT_EQ(intake_->resolve("support@shop.example").error().code, ErrorCode::not_found);
  apply({support, sales});
  EXPECT_EQ(case_of(number).mailbox, "support");  // it is the same one
}

TEST_P(Settings, a_mailbox_may_change_its_name_or_address_in_the_file) {
  const std::string number = *deliver(TestMail{}).case_number;
  const Result<void> renamed = settings_->apply({declared("help", "support@shop.example")});
  ASSERT_TRUE(renamed) << renamed.error().describe();
  EXPECT_THAT(names(), ElementsAre("help"));
  EXPECT_EQ(case_of(number).mailbox, "help");
  const Result<void> moved = settings_->apply({declared("help", "help@shop.example")});
  ASSERT_TRUE(moved) << moved.error().describe();
  EXPECT_EQ(intake_->resolve("help@shop.example").value(), "help");
  const Result<void> taken =
      settings_->apply({declared("help", "help@shop.example"), declared("x", "x@shop.example")});
  ASSERT_TRUE(taken) << taken.error().describe();
  EXPECT_THAT(names(), ElementsAre("help", "x"));
}

TEST_P(Settings, mailboxes_may_exchange_and_inherit_addresses_in_the_file) {
  const std::string number = *deliver(TestMail{}).case_number;
  const auto apply = [&](const std::vector<DeclaredMailbox>& mailboxes) {
    const Result<void> done = settings_->apply(mailboxes);
    EXPECT_TRUE(done) << done.error().describe();
  };
  apply({declared("support", "support@shop.example"), declared("sales", "sales@shop.example")});
  apply({declared("support", "sales@shop.example"), declared("sales", "support@shop.example")});
  EXPECT_EQ(intake_->resolve("sales@shop.example").value(), "support");
  EXPECT_EQ(intake_->resolve("support@shop.example").value(), "sales");
  EXPECT_EQ(case_of(number).mailbox, "support");  // a mailbox is its name
  // Round in a circle, with one that is new.
  apply({declared("support", "third@shop.example"), declared("sales", "sales@shop.example"),
         declared("new", "support@shop.example")});
  EXPECT_EQ(intake_->resolve("support@shop.example").value(), "new");
  // From one that goes; it can come back with another address, and then with its own.
  apply({declared("support", "sales@shop.example")});
  EXPECT_EQ(intake_->resolve("sales@shop.example").value(), "support");
  EXPECT_THAT(names(), ElementsAre("support"));
  apply({declared("support", "sales@shop.example"), declared("sales", "other@shop.example")});
  apply({declared("support", "support@shop.example"), declared("sales", "sales@shop.example")});
  EXPECT_EQ(intake_->resolve("sales@shop.example").value(), "sales");
}

TEST_P(Settings, the_file_takes_no_address_from_a_mailbox_made_by_the_api) {
  ASSERT_TRUE(settings_->create_mailbox(
      as_ann(), {"extra", EmailAddress::parse("extra@shop.example").value(), std::nullopt, ""}));
  EXPECT_FALSE(settings_->apply(
      {declared("support", "extra@shop.example"), declared("sales", "sales@shop.example")}));
  EXPECT_EQ(intake_->resolve("extra@shop.example").value(), "extra");
}

TEST_P(Settings, cases_of_an_archived_mailbox_keep_its_name) {
  const std::string number = *deliver(TestMail{}, {"sales"}).case_number;
  ASSERT_TRUE(settings_->apply({declared("support", "support@shop.example")}));
  EXPECT_EQ(case_of(number).mailbox, "sales");
  EXPECT_EQ(case_of(number).mailboxes->at(0).mailbox, "sales");
  // No answer could come back there.
  const Result<MessageDto> answer = messages_->add(as_ann(), number, entry(EntryKind::reply, "x"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().type, "no-mailbox");
}

TEST_P(Settings, mailboxes_of_the_file_are_read_only_and_others_are_not) {
  MailboxPatchDto patch;
  patch.signature = "new";
  EXPECT_EQ(settings_->patch_mailbox(as_ann(), "support", patch).error().type, "managed-by-file");
  MailboxCreateDto wish{"extra", EmailAddress::parse("Extra@shop.example").value(), std::nullopt,
                        ""};
  const Result<MailboxDto> made = settings_->create_mailbox(as_ann(), wish);
  ASSERT_TRUE(made) << made.error().describe();
  EXPECT_EQ(made->managed_by, domain::ManagedBy::api);
  EXPECT_EQ(intake_->resolve("extra@shop.example").value(), "extra");
  EXPECT_EQ(settings_->patch_mailbox({ann_, 1}, "extra", patch)->version, 2);
  EXPECT_EQ(settings_->patch_mailbox({ann_, 1}, "extra", patch).error().code, ErrorCode::stale);
  EXPECT_EQ(settings_->patch_mailbox(as_ann(), "none", patch).error().code, ErrorCode::not_found);
  const auto pointer = [&](const MailboxCreateDto& bad) {
    const Result<MailboxDto> answer = settings_->create_mailbox(as_ann(), bad);
    return answer || answer.error().fields.empty() ? "" : answer.error().fields[0].pointer;
  };
  EXPECT_EQ(pointer(wish), "/name");
  wish.name = "Bad Name";
  EXPECT_EQ(pointer(wish), "/name");
  wish.name = "";
  EXPECT_EQ(pointer(wish), "/name");
  wish.name = "other";
  wish.address = EmailAddress::parse("SUPPORT@shop.example").value();
  EXPECT_EQ(pointer(wish), "/address");
  // The address of another one, by a change.
  patch.address = EmailAddress::parse("sales@shop.example").value();
  const Result<MailboxDto> clash = settings_->patch_mailbox(as_ann(), "extra", patch);
  ASSERT_FALSE(clash);
  EXPECT_EQ(clash.error().code, ErrorCode::invalid) << clash.error().describe();
  // A restart with the same file leaves it alone.
  ASSERT_TRUE(settings_->apply({declared("support", "support@shop.example")}));
  EXPECT_THAT(names(), ElementsAre("support", "extra"));
}

TEST_P(Settings, categories_are_archived_and_not_lost) {
  const Result<CategoryDto> made = settings_->create_category(as_ann(), {"配送", "", 5});
  ASSERT_TRUE(made);
  EXPECT_EQ(settings_->create_category(as_ann(), {"配送", "", 5}).error().fields.at(0).pointer,
            "/name");
  CaseCreateDto wish;
  wish.text = "x";
  wish.category = made->id;
  const std::string number = cases_->create(as_ann(), wish)->number;
  CategoryPatchDto patch;
  patch.archived = true;
  EXPECT_TRUE(settings_->patch_category({ann_, 1}, made->id, patch)->archived);
  EXPECT_EQ(settings_->patch_category({ann_, 1}, made->id, patch).error().code, ErrorCode::stale);
  EXPECT_EQ(case_of(number).category_name, "配送");
  EXPECT_EQ(cases_->create(as_ann(), wish).error().fields.at(0).pointer, "/category");
  patch.name = "お問い合わせ";
  EXPECT_EQ(settings_->patch_category(as_ann(), made->id, patch).error().fields.at(0).pointer,
            "/name");
  EXPECT_EQ(settings_->category(made->id)->name, "配送");
  EXPECT_EQ(settings_->category("none").error().code, ErrorCode::not_found);
  EXPECT_THAT(events(made->id), ElementsAre("category.created", "category.changed"));
}

}  // namespace
}  // namespace madoguchi::service
