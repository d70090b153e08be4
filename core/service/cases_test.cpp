// SPDX-License-Identifier: Apache-2.0
#include "core/service/cases.h"

#include <atomic>
#include <thread>

#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class UseOfCases : public ServiceTest {
 protected:
  static CaseCreateDto wish(const std::string& text) {
    CaseCreateDto wish;
    wish.text = text;
    return wish;
  }
  std::string create(const std::string& text) { return create(wish(text)); }
  std::string create(const CaseCreateDto& wish) {
    const Result<CaseDto> made = cases_->create(as_ann(), wish);
    EXPECT_TRUE(made) << made.error().describe();
    clock_.advance(std::chrono::seconds(1));
    return made ? made->number : "";
  }
  std::vector<std::string> numbers(const CaseFilter& filter) { return numbers(filter, ann_); }
  std::vector<std::string> numbers(const CaseFilter& filter, const domain::Caller& caller) {
    const Result<CaseListing> listing = cases_->list(caller, filter, kFromTheBeginning);
    EXPECT_TRUE(listing) << listing.error().describe();
    std::vector<std::string> out;
    if (!listing) return out;
    for (const CaseDto& item : listing->items) out.push_back(item.number);
    return out;
  }
  std::vector<std::string> found(const std::string& q) {
    CaseFilter filter;
    filter.q = q;
    return numbers(filter);
  }
  static std::string pointer_of(const Result<CaseDto>& answer) {
    return answer || answer.error().fields.empty() ? "" : answer.error().fields[0].pointer;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, UseOfCases, testing::engines(), testing::engine_name);

TEST_P(UseOfCases, are_created_as_they_were_recorded) {
  const std::string category = settings_->categories()->front().id;
  CaseCreateDto wish = this->wish("電話で返品の相談\n二行目");
  wish.channel = domain::Channel::phone;
  wish.kind = FirstEntry::call;
  wish.category = category;
  wish.status_group = domain::StatusGroup::in_progress;
  wish.requester = RequesterDto{"山田", "ヤマダ", "Yamada@Example.jp", "090-1234-5678"};
  wish.priority = domain::Priority::high;
  wish.tags = {"VIP"};
  wish.ccs = {{domain::CcKind::address, "", "", "cc@example.jp"}};
  wish.order_numbers = {"O-1"};
  wish.mailbox = "sales";
  wish.occurred_at = clock_.now() - std::chrono::hours(2);
  wish.call = domain::Call{};
  wish.call->number = "09012345678";
  const Result<CaseDto> made = cases_->create(as_ann(), wish);
  ASSERT_TRUE(made) << made.error().describe();
  EXPECT_EQ(made->number, "CS-000001");
  EXPECT_EQ(made->subject, "電話で返品の相談");
  EXPECT_EQ(made->status, domain::CaseStatus::open);
  EXPECT_EQ(made->status_group, domain::StatusGroup::in_progress);
  EXPECT_EQ(made->category_name, "お問い合わせ");
  EXPECT_EQ(made->requester.address, "Yamada@Example.jp");
  EXPECT_EQ(made->mailbox, "sales");
  EXPECT_EQ(made->last_inbound_at, wish.occurred_at);
  EXPECT_EQ(made->created_at, clock_.now());
  EXPECT_EQ(made->version, 1);
  EXPECT_TRUE(made->allowed_actions.has(domain::CaseAction::take));
  EXPECT_EQ(json::to_string(case_of(made->number)), json::to_string(*made));
  const auto messages = messages_of(made->number);
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].kind, domain::MessageKind::call);
  EXPECT_EQ(messages[0].text, wish.text);
  EXPECT_EQ(messages[0].author_name, "ann display");
  EXPECT_EQ(messages[0].call->number, "09012345678");
  EXPECT_THAT(events(made->number), ElementsAre("case.created"));
  EXPECT_THAT(found("返品"), ElementsAre(made->number));
}

TEST_P(UseOfCases, are_not_created_from_what_cannot_be) {
  const auto refused = [&](auto&& change) {
    CaseCreateDto bad = wish("text");
    change(bad);
    return cases_->create(as_ann(), bad);
  };
  EXPECT_EQ(pointer_of(refused([](auto& w) { w.category = "none"; })), "/category");
  EXPECT_EQ(pointer_of(refused([](auto& w) { w.mailbox = "none"; })), "/mailbox");
  EXPECT_EQ(pointer_of(refused([](auto& w) { w.customer = "none"; })), "/customer");
  EXPECT_EQ(pointer_of(refused([](auto& w) {
              w.requester = RequesterDto{"", "", "no", ""};
            })),
            "/requester/address");
  EXPECT_EQ(pointer_of(refused([](auto& w) {
              w.requester = RequesterDto{"", "", "", "abc"};
            })),
            "/requester/phone");
  EXPECT_EQ(pointer_of(refused([](auto& w) {
              w.ccs = {{domain::CcKind::address, "", "", "a@b.jp"},
                       {domain::CcKind::address, "", "", "none"}};
            })),
            "/ccs/1/address");
  EXPECT_EQ(pointer_of(refused([](auto& w) {
              w.ccs = {{domain::CcKind::agent, "x", "", ""}};
            })),
            "/ccs/0/ref");
  EXPECT_EQ(pointer_of(refused([](auto& w) {
              w.ccs = {{domain::CcKind::order_contact, "no-such-order", "", ""}};
            })),
            "/ccs/0/ref");
  EXPECT_EQ(pointer_of(refused([](auto& w) {
              w.ccs = {{domain::CcKind::customer, "山田", "", ""}};
            })),
            "/ccs/0/ref");
  for (auto&& change : {+[](CaseCreateDto& w) { w.text = "card 4111111111111111"; },
                        +[](CaseCreateDto& w) { w.subject = "4111-1111-1111-1111"; }}) {
    const Error error = error_of(refused(change));
    EXPECT_EQ(error.type, "pan-detected");
    EXPECT_EQ(error.code, ErrorCode::invalid);
    EXPECT_THAT(error.describe(), Not(HasSubstr("4111")));  // not echoed
  }
  EXPECT_EQ(number("SELECT count(*) FROM cases"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM messages"), 0);
}

TEST_P(UseOfCases, are_changed_field_by_field) {
  const std::string number = create("text");
  CasePatchDto patch;
  patch.subject = "new\nsubject";
  patch.priority = domain::Priority::urgent;
  patch.tags = std::vector<std::string>{"a", "b"};
  patch.category = settings_->categories()->front().id;
  const Result<CaseDto> changed = cases_->patch({ann_, 1}, number, patch);
  ASSERT_TRUE(changed) << changed.error().describe();
  EXPECT_EQ(changed->subject, "new subject");
  EXPECT_EQ(changed->version, 2);
  EXPECT_EQ(changed->modified_at, clock_.now());
  EXPECT_TRUE(changed->category);
  EXPECT_THAT(events(number), ElementsAre("case.created", "case.changed"));

  CasePatchDto clear;
  clear.category = std::nullopt;
  EXPECT_FALSE(cases_->patch({ann_, 2}, number, clear)->category);
  const auto same = cases_->patch({ann_, 3}, number, clear);  // nothing was different
  EXPECT_EQ(same->version, 3);
  EXPECT_EQ(events(number).size(), 3u);

  CasePatchDto bad;
  bad.category = std::string("none");
  EXPECT_EQ(pointer_of(cases_->patch(as_ann(), number, bad)), "/category");
  CasePatchDto card;
  card.subject = "4111111111111111";
  EXPECT_EQ(error_of(cases_->patch(as_ann(), number, card)).type, "pan-detected");
  CasePatchDto customer;
  customer.customer = std::string("none");
  EXPECT_EQ(pointer_of(cases_->patch(as_ann(), number, customer)), "/customer");
  EXPECT_EQ(case_of(number).version, 3);
}

TEST_P(UseOfCases, a_stale_change_is_refused_with_the_current_state) {
  const std::string number = create("text");
  CasePatchDto patch;
  patch.subject = "theirs";
  ASSERT_TRUE(cases_->patch({ann_, 1}, number, patch));
  patch.subject = "mine";
  const Error error = error_of(cases_->patch({ann_, 1}, number, patch));
  EXPECT_EQ(error.code, ErrorCode::stale);
  ASSERT_EQ(error.members.count("current"), 1u);
  const Result<json::Raw> current = json::read<json::Raw>(error.members.at("current"));
  ASSERT_TRUE(current);
  EXPECT_THAT(current->json, HasSubstr("\"subject\":\"theirs\""));
  EXPECT_THAT(current->json, HasSubstr("\"version\":2"));
  EXPECT_EQ(error_of(cases_->take({ann_, 1}, number)).code, ErrorCode::stale);
  EXPECT_EQ(error_of(cases_->patch({ann_, 3}, number, patch)).code, ErrorCode::stale);
  EXPECT_EQ(case_of(number).subject, "theirs");
}

TEST_P(UseOfCases, are_taken_by_one) {
  const domain::Caller bob = new_agent("bob");
  const std::string number = create("text");
  const Result<CaseDto> taken = cases_->take({bob}, number);
  ASSERT_TRUE(taken) << taken.error().describe();
  EXPECT_EQ(taken->assignee, bob.agent.str());
  EXPECT_EQ(taken->assignee_name, "bob display");
  EXPECT_EQ(taken->status, domain::CaseStatus::open);
  EXPECT_FALSE(taken->allowed_actions.has(domain::CaseAction::take));
  const Error error = error_of(cases_->take(as_ann(), number));
  EXPECT_EQ(error.code, ErrorCode::conflict);
  EXPECT_EQ(error.type, "case-assigned");
  EXPECT_EQ(error.members.at("holder"),
            "{\"id\":\"" + bob.agent.str() + "\",\"name\":\"bob display\"}");
  EXPECT_THAT(events(number), ElementsAre("case.created", "case.taken"));
}

TEST_P(UseOfCases, taken_at_once_by_many_have_one_holder) {
  const std::string number = create("text");
  std::vector<domain::Caller> callers;
  for (int i = 0; i < 4; ++i) callers.push_back(new_agent("agent" + std::to_string(i)));
  std::atomic<int> won{0};
  std::atomic<int> lost{0};
  {
    std::vector<std::jthread> threads;
    for (const domain::Caller& caller : callers) {
      threads.emplace_back([&, caller] {
        const Result<CaseDto> taken = cases_->take({caller}, number);
        if (taken) ++won;
        if (!taken && taken.error().type == "case-assigned") ++lost;
      });
    }
  }
  EXPECT_EQ(won, 1);
  EXPECT_EQ(lost, 3);
  EXPECT_EQ(case_of(number).version, 2);
}

TEST_P(UseOfCases, are_assigned_resolved_and_reopened) {
  const domain::Caller bob = new_agent("bob");
  const std::string number = create("text");
  AssignDto to_bob;
  to_bob.assignee = bob.agent.str();
  EXPECT_EQ(cases_->assign(as_ann(), number, to_bob)->assignee, bob.agent.str());
  EXPECT_EQ(cases_->assign(as_ann(), number, {})->assignee, bob.agent.str());  // nothing said
  AssignDto nobody;
  nobody.assignee = std::nullopt;
  EXPECT_FALSE(cases_->assign(as_ann(), number, nobody)->assignee);
  AssignDto unknown;
  unknown.assignee = std::string("none");
  EXPECT_EQ(pointer_of(cases_->assign(as_ann(), number, unknown)), "/assignee");
  AssignDto team;
  team.team = std::string("none");
  EXPECT_EQ(pointer_of(cases_->assign(as_ann(), number, team)), "/team");
  AgentPatchDto disable;
  disable.disabled = true;
  ASSERT_TRUE(agents_->patch(as_ann(), bob.agent.str(), disable));
  EXPECT_EQ(pointer_of(cases_->assign(as_ann(), number, to_bob)), "/assignee");

  EXPECT_EQ(cases_->resolve(as_ann(), number)->status, domain::CaseStatus::resolved);
  const std::int64_t version = case_of(number).version;
  EXPECT_EQ(cases_->resolve(as_ann(), number)->version, version);
  EXPECT_EQ(cases_->reopen(as_ann(), number)->status, domain::CaseStatus::open);
  EXPECT_EQ(cases_->reopen(as_ann(), number)->version, version + 1);
  EXPECT_THAT(events(number), ElementsAre("case.created", "case.assigned", "case.released",
                                          "case.resolved", "case.reopened"));
}

TEST_P(UseOfCases, merged_ones_stay_as_they_are) {
  const std::string number = create("one");
  const std::string other = create("two");
  merge(number, other);
  const Error error = error_of(cases_->reopen(as_ann(), number));
  EXPECT_EQ(error.type, "case-merged");
  EXPECT_EQ(error.members.at("merged_into"), "\"" + other + "\"");
  EXPECT_EQ(error_of(cases_->take(as_ann(), number)).type, "case-merged");
  EXPECT_EQ(case_of(number).merged_into, other);
  EXPECT_EQ(case_of(number).allowed_actions, domain::CaseActions{domain::CaseAction::undo});
}

TEST_P(UseOfCases, what_is_not_there_is_not_found) {
  for (const char* number :
       {"CS-000099", "CS-1", "", "x", "CS-000001'", "CS-99999999999999999999", "cs-000001"}) {
    EXPECT_EQ(error_of(cases_->get(ann_, number)).code, ErrorCode::not_found) << number;
    EXPECT_EQ(error_of(cases_->take(as_ann(), number)).code, ErrorCode::not_found) << number;
  }
}

TEST_P(UseOfCases, are_filtered_by_me_and_none) {
  const domain::Caller bob = new_agent("bob");
  const std::string anns = create("a");
  const std::string bobs = create("b");
  const std::string free = create("c");
  ASSERT_TRUE(cases_->take(as_ann(), anns));
  clock_.advance(std::chrono::seconds(1));
  ASSERT_TRUE(cases_->take({bob}, bobs));
  clock_.advance(std::chrono::seconds(1));
  ASSERT_TRUE(cases_->resolve(as_ann(), free));
  CaseFilter filter;
  filter.assignees = {"me"};
  EXPECT_THAT(numbers(filter), ElementsAre(anns));
  EXPECT_THAT(numbers(filter, bob), ElementsAre(bobs));
  filter.assignees = {"none"};
  EXPECT_THAT(numbers(filter), ElementsAre(free));
  filter.assignees = {"none", "me"};
  EXPECT_THAT(numbers(filter), ElementsAre(free, anns));
  filter.assignees = {bob.agent.str()};
  EXPECT_THAT(numbers(filter), ElementsAre(bobs));
  filter.assignees = {"stranger"};
  EXPECT_THAT(numbers(filter), IsEmpty());
  filter = {};
  filter.unresolved = true;
  EXPECT_THAT(numbers(filter), ElementsAre(bobs, anns));
  filter = {};
  filter.status_groups = {domain::StatusGroup::handled};
  EXPECT_THAT(numbers(filter), ElementsAre(free));
  filter.statuses = {domain::CaseStatus::open};  // either
  EXPECT_THAT(numbers(filter), ElementsAre(free, bobs, anns));
  filter = {};
  filter.requesters = {"None@Example.jp"};
  EXPECT_THAT(numbers(filter), IsEmpty());
  filter = {};
  filter.mailboxes = {"no-such"};
  EXPECT_EQ(cases_->list(ann_, filter, kFromTheBeginning).error().fields.at(0).pointer, "/mailbox");
}

TEST_P(UseOfCases, are_listed_in_pages_with_a_count) {
  std::vector<std::string> all;
  for (int i = 0; i < 7; ++i) all.insert(all.begin(), create("case"));
  CaseFilter filter;
  filter.limit = 3;
  filter.count = true;
  std::vector<std::string> walked;
  std::optional<std::vector<std::string>> after;
  do {
    const Result<CaseListing> page = cases_->list(ann_, filter, after);
    ASSERT_TRUE(page) << page.error().describe();
    EXPECT_EQ(page->count, 7);
    for (const CaseDto& item : page->items) walked.push_back(item.number);
    after = page->next;
  } while (after);
  EXPECT_EQ(walked, all);
}

TEST_P(UseOfCases, are_found_by_what_was_written) {
  const std::string late = create("配送遅延について");
  const std::string turned = create("遅延配送について");
  const std::string both = create("ＡＢＣ商事の返品、配送遅延");
  const std::string mailed = *deliver(TestMail{}).case_number;
  EXPECT_THAT(found("配送遅延"), ElementsAre(both, late));
  EXPECT_THAT(found("遅延"), ElementsAre(both, turned, late));
  EXPECT_THAT(found("abc　返品"), ElementsAre(both));
  EXPECT_THAT(found("\"parcel\" where"), ElementsAre(mailed));
  EXPECT_THAT(found("yamada"), ElementsAre(mailed));  // the sender's name
  EXPECT_THAT(found("QUESTION"), ElementsAre(mailed));
  EXPECT_THAT(found("返金"), IsEmpty());
  EXPECT_THAT(found(late), ElementsAre(late));  // by number, however it is written
  EXPECT_THAT(found("ｃｓ－０００００２"), ElementsAre(turned));
  EXPECT_THAT(found("CS-999999"), IsEmpty());
  for (const std::string& typed :
       {std::string(""), std::string("%"), std::string("\"\""), std::string("' OR 1=1 --"),
        std::string("* AND NEAR("), std::string("a\0b", 3), std::string("\xff\xfe"),
        std::string("\x01"), std::string(5000, 'x'), std::string("\\"), std::string("\"zz:*\"")}) {
    EXPECT_THAT(found(typed), IsEmpty()) << typed;
  }
  // A case stands once, where its newest hit is.
  ASSERT_TRUE(messages_->add(as_ann(), late, entry(EntryKind::note, "配送遅延、再び")));
  EXPECT_THAT(found("配送遅延"), ElementsAre(late, both));
  CaseFilter filter;
  filter.q = "配送遅延";
  filter.limit = 1;
  const auto first = cases_->list(ann_, filter, kFromTheBeginning);
  ASSERT_EQ(first->items.size(), 1u);
  EXPECT_EQ(first->items[0].number, late);
  ASSERT_TRUE(first->next);
  const auto second = cases_->list(ann_, filter, first->next);
  ASSERT_EQ(second->items.size(), 1u);
  EXPECT_EQ(second->items[0].number, both);
  EXPECT_FALSE(second->next);
  // Filters hold beside the words.
  filter.limit = 50;
  filter.assignees = {"me"};
  EXPECT_THAT(numbers(filter), IsEmpty());
  ASSERT_TRUE(cases_->take(as_ann(), both));
  EXPECT_THAT(numbers(filter), ElementsAre(both));
}

TEST_P(UseOfCases, a_case_of_a_like_word_does_not_hide_its_older_hit) {
  const std::string number = create("order abc");
  ASSERT_TRUE(messages_->add(as_ann(), number, entry(EntryKind::note, "see abcdef")));
  EXPECT_THAT(found("abc"), ElementsAre(number));
}

TEST_P(UseOfCases, of_other_mailboxes_are_out_of_sight) {
  TestMail mail;
  mail.files = {{"a.txt", "secret file"}};
  const IntakeDto hidden = deliver(mail, {"support"});
  mail.text = "parcel for sales";
  const IntakeDto shown = deliver(mail, {"sales"});
  const std::string free = create("parcel without a mailbox");
  const domain::Caller seller = new_agent("seller", domain::Role::supervisor, {{"sales"}});
  const std::string& number = *hidden.case_number;
  EXPECT_THAT(numbers({}, seller), ElementsAre(free, *shown.case_number));
  CaseFilter filter;
  filter.count = true;
  EXPECT_EQ(cases_->list(seller, filter, kFromTheBeginning)->count, 2);
  filter = {};
  filter.q = "parcel";
  EXPECT_THAT(numbers(filter, seller), ElementsAre(free, *shown.case_number));
  filter.q = number;
  EXPECT_THAT(numbers(filter, seller), IsEmpty());
  filter = {};
  filter.mailboxes = {"support"};
  EXPECT_THAT(numbers(filter, seller), IsEmpty());

  const Context context{seller};
  const MessageDto message = messages_of(number).at(0);
  const auto code = [](const auto& answer) {
    return answer ? std::string("found") : std::string(to_string(answer.error().code));
  };
  EXPECT_EQ(code(cases_->get(seller, number)), "not_found");
  EXPECT_EQ(code(cases_->patch(context, number, {})), "not_found");
  EXPECT_EQ(code(cases_->take(context, number)), "not_found");
  EXPECT_EQ(code(cases_->assign(context, number, {})), "not_found");
  EXPECT_EQ(code(cases_->resolve(context, number)), "not_found");
  EXPECT_EQ(code(cases_->reopen(context, number)), "not_found");
  EXPECT_EQ(code(messages_->list(seller, number, 0, 10)), "not_found");
  EXPECT_EQ(code(messages_->add(context, number, entry(EntryKind::note, "x"))), "not_found");
  EXPECT_EQ(code(messages_->get(seller, message.id)), "not_found");
  EXPECT_EQ(code(messages_->raw(seller, message.id)), "not_found");
  EXPECT_EQ(code(messages_->decision(seller, message.id)), "not_found");
  EXPECT_EQ(code(messages_->correct(context, message.id, {})), "not_found");
  EXPECT_EQ(code(messages_->attachment(seller, message.attachments.at(0).id)), "not_found");
  // It is said in the same words as of what does not exist.
  EXPECT_EQ(messages_->get(seller, message.id).error().message.en,
            messages_->get(seller, "none").error().message.en);
  EXPECT_EQ(messages_->attachment(seller, message.attachments.at(0).id).error().message.en,
            messages_->attachment(seller, "none").error().message.en);
  // What is in scope works, and a further placement brings the hidden one in.
  EXPECT_TRUE(cases_->take(context, *shown.case_number));
  mail.text = TestMail().text;
  EXPECT_EQ(deliver(mail, {"sales"}).outcome, "duplicate");
  EXPECT_TRUE(cases_->get(seller, number));
  EXPECT_EQ(messages_->attachment(seller, message.attachments.at(0).id)->bytes, "secret file");
}

}  // namespace
}  // namespace madoguchi::service
