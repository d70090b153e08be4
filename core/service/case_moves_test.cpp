// SPDX-License-Identifier: Apache-2.0
// Merging, splitting, moving, and undoing each.
#include "core/service/case_moves.h"

#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

using domain::CaseAction;
using domain::CaseActions;
using ::testing::Contains;
using ::testing::ElementsAre;

class CaseMoves : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    a_ = *deliver(mail("first", "<a@example.jp>")).case_number;
    b_ = *deliver(mail("second", "<b@example.jp>")).case_number;
  }
  static TestMail mail(const std::string& text, const std::string& id,
                       const std::string& answers = {}) {
    TestMail mail;
    mail.text = text;
    mail.message_id = id;
    mail.in_reply_to = answers;
    return mail;
  }
  std::vector<std::string> texts(const std::string& number) {
    std::vector<std::string> texts;
    for (const MessageDto& message : messages_of(number)) texts.push_back(message.text_visible);
    return texts;
  }
  std::string id_of(const std::string& number, std::size_t at) {
    return messages_of(number).at(at).id;
  }
  CaseDto merged(const std::string& from, const std::string& into) {
    const Result<CaseDto> dto = moves_->merge(as_ann(), from, {into});
    EXPECT_TRUE(dto) << dto.error().describe();
    return dto.value_or(CaseDto());
  }
  CaseDto undone(const std::string& number) {
    const Result<CaseDto> dto = moves_->undo(as_ann(), number);
    EXPECT_TRUE(dto) << dto.error().describe();
    return dto.value_or(CaseDto());
  }

  std::string a_;
  std::string b_;
};
INSTANTIATE_TEST_SUITE_P(Engines, CaseMoves, testing::engines(), testing::engine_name);

TEST_P(CaseMoves, a_merge_takes_everything_along_and_later_mails_follow) {
  ASSERT_TRUE(cases_->resolve(as_ann(), b_));
  const CaseDto gone = merged(a_, b_);
  EXPECT_EQ(gone.merged_into, b_);
  EXPECT_EQ(gone.status, domain::CaseStatus::closed);
  EXPECT_EQ(gone.allowed_actions, CaseActions{CaseAction::undo});
  EXPECT_THAT(texts(a_), ElementsAre());
  EXPECT_THAT(texts(b_), ElementsAre("first", "second"));
  // What waited for an answer still does.
  EXPECT_EQ(case_of(b_).status, domain::CaseStatus::open);
  EXPECT_EQ(deliver(mail("third", "<c@example.jp>", "<a@example.jp>")).case_number, b_);
  EXPECT_THAT(events(a_), Contains("case.merged"));
  EXPECT_THAT(events(b_), Contains("case.absorbed"));

  const CaseDto back = undone(a_);
  EXPECT_EQ(back.merged_into, std::nullopt);
  EXPECT_EQ(back.status, domain::CaseStatus::new_);
  EXPECT_THAT(texts(a_), ElementsAre("first"));
  EXPECT_THAT(texts(b_), ElementsAre("second", "third"));
  EXPECT_EQ(deliver(mail("fourth", "<d@example.jp>", "<a@example.jp>")).case_number, a_);
  EXPECT_THAT(events(a_), Contains("case.merge_undone"));
  EXPECT_THAT(events(b_), Contains("case.merge_undone"));
  EXPECT_EQ(moves_->undo(as_ann(), a_).error().type, "nothing-to-undo");
}

TEST_P(CaseMoves, placements_and_sight_move_along_and_a_further_delivery_finds_them) {
  const domain::Caller support = new_agent("sue", domain::Role::agent, {{"support"}});
  const domain::Caller sales = new_agent("sam", domain::Role::agent, {{"sales"}});
  TestMail third = mail("for sales", "<s@example.jp>");
  const std::string c = *deliver(third, {"sales"}).case_number;
  EXPECT_EQ(case_of(c).mailbox, "sales");
  EXPECT_FALSE(cases_->get(support, c));
  EXPECT_FALSE(moves_->merge({support}, a_, {c})) << "a case that the caller must not see";
  merged(a_, c);
  EXPECT_EQ(case_of(c).mailbox, "support") << "the first in configuration order";
  EXPECT_EQ(case_of(c).mailboxes->size(), 2u);
  EXPECT_TRUE(cases_->get(support, c));
  EXPECT_TRUE(cases_->get(sales, c));
  // The first mail once more, by the other mailbox: it is where its message is.
  const IntakeDto again = deliver(mail("first", "<a@example.jp>"), {"sales"});
  EXPECT_EQ(again.outcome, "duplicate");
  EXPECT_EQ(again.case_number, c);
  EXPECT_EQ(case_of(c).mailboxes->size(), 3u);
  EXPECT_TRUE(case_of(a_).mailboxes->empty());
  undone(c);
  EXPECT_EQ(case_of(c).mailbox, "sales");
  EXPECT_EQ(case_of(a_).mailboxes->size(), 2u);
  EXPECT_FALSE(cases_->get(support, c));
}

TEST_P(CaseMoves, merges_are_followed_refused_and_undone_in_any_order) {
  const std::string c = *deliver(mail("third", "<c@example.jp>")).case_number;
  merged(a_, b_);
  EXPECT_EQ(moves_->merge(as_ann(), a_, {c}).error().type, "case-merged");
  EXPECT_FALSE(moves_->merge(as_ann(), b_, {a_})) << "a goes into b already";
  EXPECT_FALSE(moves_->merge(as_ann(), b_, {b_}));
  EXPECT_FALSE(moves_->merge(as_ann(), b_, {"CS-999999"}));
  merged(b_, c);
  EXPECT_THAT(texts(c), ElementsAre("first", "second", "third"));
  // The older one first: its message comes back from where it went.
  undone(a_);
  EXPECT_THAT(texts(a_), ElementsAre("first"));
  EXPECT_THAT(texts(c), ElementsAre("second", "third"));
  undone(b_);
  EXPECT_THAT(texts(a_), ElementsAre("first"));
  EXPECT_THAT(texts(b_), ElementsAre("second"));
  EXPECT_THAT(texts(c), ElementsAre("third"));
}

TEST_P(CaseMoves, a_message_moves_and_returns) {
  deliver(mail("more", "<a2@example.jp>", "<a@example.jp>"));
  const std::string id = id_of(a_, 1);
  MoveDto wish;
  wish.to_case = b_;
  Context stale = as_ann();
  stale.if_match = 77;
  EXPECT_EQ(moves_->move(stale, id, wish).error().code, ErrorCode::stale);
  const Result<CaseDto> moved = moves_->move(as_ann(), id, wish);
  ASSERT_TRUE(moved) << moved.error().describe();
  EXPECT_EQ(moved->number, b_);
  EXPECT_THAT(texts(b_), ElementsAre("second", "more"));
  EXPECT_EQ(deliver(mail("on it", "<a3@example.jp>", "<a2@example.jp>")).case_number, b_);
  EXPECT_THAT(events(a_), Contains("case.message_moved"));
  EXPECT_THAT(events(b_), Contains("case.message_moved"));
  undone(b_);
  EXPECT_THAT(texts(a_), ElementsAre("first", "more"));
  EXPECT_THAT(texts(b_), ElementsAre("second", "on it")) << "what came since stays";
  EXPECT_EQ(deliver(mail("back", "<a4@example.jp>", "<a2@example.jp>")).case_number, a_);
  EXPECT_EQ(deliver(mail("there", "<a5@example.jp>", "<a3@example.jp>")).case_number, b_);
  EXPECT_THAT(events(a_), Contains("case.move_undone"));
  // The last message of a case takes the case with it.
  wish.to_case = a_;
  for (int left = 3; left > 0; --left) {
    ASSERT_TRUE(moves_->move(as_ann(), id_of(b_, 0), wish));
  }
  EXPECT_EQ(case_of(b_).merged_into, a_);
}

TEST_P(CaseMoves, a_split_opens_a_linked_case_and_undoing_it_closes_that) {
  deliver(mail("something else", "<a2@example.jp>", "<a@example.jp>"));
  EXPECT_FALSE(moves_->split(as_ann(), a_, {{id_of(b_, 0)}, {}})) << "not of this case";
  EXPECT_FALSE(moves_->split(as_ann(), a_, {{id_of(a_, 0), id_of(a_, 1)}, {}})) << "all of it";
  const Result<CaseDto> made = moves_->split(as_ann(), a_, {{id_of(a_, 1)}, "Another matter"});
  ASSERT_TRUE(made) << made.error().describe();
  EXPECT_EQ(made->linked_to, a_);
  EXPECT_EQ(made->subject, "Another matter");
  EXPECT_EQ(made->mailbox, "support");
  EXPECT_EQ(made->requester.address, "yamada@example.jp");
  EXPECT_THAT(texts(made->number), ElementsAre("something else"));
  EXPECT_EQ(deliver(mail("on it", "<a3@example.jp>", "<a2@example.jp>")).case_number, made->number);
  undone(made->number);
  EXPECT_THAT(texts(a_), ElementsAre("first", "something else"));
  EXPECT_THAT(texts(made->number), ElementsAre("on it")) << "what came since stays";
  EXPECT_EQ(deliver(mail("back", "<a4@example.jp>", "<a2@example.jp>")).case_number, a_);
  EXPECT_THAT(events(a_), Contains("case.split_undone"));
  MoveDto anew;
  anew.new_case = true;
  const Result<CaseDto> beside = moves_->move(as_ann(), id_of(a_, 1), anew);
  ASSERT_TRUE(beside) << beside.error().describe();
  undone(a_);
  EXPECT_EQ(case_of(beside->number).merged_into, a_) << "nothing is left in it";
}

TEST_P(CaseMoves, who_may_only_look_moves_nothing) {
  const domain::Caller viewer = new_agent("vic", domain::Role::viewer);
  EXPECT_FALSE(cases_->get(viewer, a_)->allowed_actions.has(CaseAction::merge));
  for (const CaseAction action : {CaseAction::merge, CaseAction::split, CaseAction::move})
    EXPECT_TRUE(case_of(a_).allowed_actions.has(action));
}

}  // namespace
}  // namespace madoguchi::service
