// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/domain/case.h"
#include "core/domain/message_actions.h"
#include "core/domain/names.h"
#include "core/domain/reply_token.h"

namespace madoguchi::domain {
namespace {

const AgentId kSato{"agent-sato"};

Case with_status(CaseStatus status) {
  Case value;
  value.sequence = 7;
  value.status = status;
  return value;
}

TEST(CaseNumber, IsWrittenAndRead) {
  EXPECT_EQ(case_number(123), "CS-000123");
  EXPECT_EQ(case_number(12345678), "CS-12345678");
  EXPECT_EQ(parse_case_number("CS-000123"), 123);
  EXPECT_EQ(parse_case_number("CS-12345678"), 12345678);
  for (const char* wrong :
       {"", "CS-", "CS-123", "cs-000123", "CS-00012x", "CS-000000", "123456", "CS--00001"}) {
    EXPECT_EQ(parse_case_number(wrong), std::nullopt) << wrong;
  }
}

TEST(CaseRules, TakeOnlyWhileNobodyIsAssigned) {
  Case value = with_status(CaseStatus::new_);
  ASSERT_TRUE(take(value, kSato));
  EXPECT_EQ(value.assignee, kSato);
  EXPECT_EQ(value.status, CaseStatus::open);
  const Result<Change> again = take(value, AgentId{"agent-suzuki"});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().type, "case-assigned");
  EXPECT_EQ(value.assignee, kSato);
}

TEST(CaseRules, InboundMovesWhatWaits) {
  const std::vector<std::pair<CaseStatus, CaseStatus>> table = {
      {CaseStatus::new_, CaseStatus::new_},
      {CaseStatus::open, CaseStatus::open},
      {CaseStatus::pending, CaseStatus::open},
      {CaseStatus::resolved, CaseStatus::open},
      {CaseStatus::closed, CaseStatus::open}};
  for (const auto& row : table) {
    Case value = with_status(row.first);
    on_inbound(value, TimePoint{}, true);
    EXPECT_EQ(value.status, row.second) << enum_name(row.first);
    Case machine = with_status(row.first);
    on_inbound(machine, TimePoint{}, false);
    EXPECT_EQ(machine.status, row.first) << "a machine's mail must not reopen";
  }
}

TEST(CaseRules, ReplyMovesNewAndOpenToPending) {
  for (const CaseStatus status : {CaseStatus::new_, CaseStatus::open}) {
    Case value = with_status(status);
    on_reply(value);
    EXPECT_EQ(value.status, CaseStatus::pending);
  }
  Case resolved = with_status(CaseStatus::resolved);
  on_reply(resolved);
  EXPECT_EQ(resolved.status, CaseStatus::resolved);
}

TEST(CaseRules, StatusGroupKeepsAStatusThatIsInIt) {
  Case value = with_status(CaseStatus::pending);
  EXPECT_TRUE(set_status_group(value, StatusGroup::in_progress)->empty());
  EXPECT_EQ(value.status, CaseStatus::pending);
  ASSERT_TRUE(set_status_group(value, StatusGroup::handled));
  EXPECT_EQ(value.status, CaseStatus::resolved);
}

TEST(CaseRules, MergedCasesStayClosed) {
  Case value = with_status(CaseStatus::closed);
  value.merged_into = 9;
  EXPECT_FALSE(reopen(value));
  EXPECT_FALSE(take(value, kSato));
  EXPECT_EQ(edit(value, {}).error().members.at("merged_into"), "\"CS-000009\"");
}

TEST(CaseRules, EditTellsWhatBecameDifferent) {
  Case value = with_status(CaseStatus::open);
  CaseEdit wish;
  wish.subject = "返品について";
  wish.priority = Priority::high;
  const Result<Change> change = edit(value, wish);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->fields, (std::vector<FieldChange>{{"subject", "", "返品について"},
                                                      {"priority", "normal", "high"}}));
  EXPECT_TRUE(edit(value, wish)->empty());
}

TEST(AllowedActions, FollowTheRoleAndTheState) {
  const Caller viewer{AgentId{"v"}, "v", Role::viewer};
  const Caller agent{AgentId{"a"}, "a", Role::agent};
  using Actions = CaseActions;
  using enum CaseAction;
  EXPECT_EQ(allowed_actions(CaseStatus::new_, false, false, viewer), Actions{});
  EXPECT_EQ(allowed_actions(CaseStatus::new_, false, false, agent),
            (Actions{edit, take, assign, resolve, reply, note, merge, split, move}));
  EXPECT_EQ(allowed_actions(CaseStatus::resolved, true, false, agent),
            (Actions{edit, assign, reopen, reply, note, merge, split, move}));
  EXPECT_EQ(allowed_actions(CaseStatus::closed, true, true, agent), Actions{undo});
  EXPECT_EQ(allowed_actions(CaseStatus::closed, true, true, viewer), Actions{});
}

Caller caller_of(Role role) { return {AgentId{std::string(enum_name(role))}, "", role}; }

/// Of each role, in the order viewer, agent, supervisor, admin, integration.
std::vector<MessageActions> actions_on(const Message& message) {
  std::vector<MessageActions> all;
  for (const Role role :
       {Role::viewer, Role::agent, Role::supervisor, Role::admin, Role::integration}) {
    all.push_back(allowed_actions(message, caller_of(role)));
  }
  return all;
}

using Each = std::vector<MessageActions>;

TEST(AllowedActions, OfAMailAndOfANoteFollowTheRole) {
  using enum MessageAction;
  Message mail;
  mail.intake = IntakeId{"m"};
  EXPECT_EQ(actions_on(mail), (Each{{},
                                    {move, redecode, read_raw},
                                    {move, redecode, read_raw},
                                    {move, redecode, read_raw},
                                    {move, redecode}}));
  Message note;
  note.kind = MessageKind::note;
  EXPECT_EQ(actions_on(note), (Each{{}, {move, edit}, {move, edit}, {move, edit}, {move, edit}}));
  Message by_hand;  // somebody at the counter
  EXPECT_EQ(actions_on(by_hand), actions_on(note));
}

TEST(AllowedActions, OfAReplyFollowWhoWroteItAndHowFarItIs) {
  using enum MessageAction;
  Message reply;
  reply.kind = MessageKind::reply;
  reply.author = caller_of(Role::agent).agent;
  const Each writer_and_supervisors = {{}, {move, cancel}, {move, cancel}, {move, cancel}, {move}};
  const Each nobody = {{}, {move}, {move}, {move}, {move}};
  reply.delivery.resize(2);
  EXPECT_EQ(actions_on(reply), writer_and_supervisors);
  reply.delivery[1].state = DeliveryState::deferred;
  EXPECT_EQ(actions_on(reply), nobody) << "a try was begun";
  reply.sending.state = SendingState::withdrawn;
  EXPECT_EQ(actions_on(reply), nobody);
  reply.sending.state = SendingState::scheduled;
  EXPECT_EQ(actions_on(reply), writer_and_supervisors);
  reply.sending.state = SendingState::awaiting_approval;
  EXPECT_EQ(actions_on(reply), (Each{{},
                                     {move, cancel},
                                     {move, cancel, approve, reject},
                                     {move, cancel, approve, reject},
                                     {move}}));
  reply.author = caller_of(Role::supervisor).agent;
  EXPECT_EQ(allowed_actions(reply, caller_of(Role::supervisor)),
            (MessageActions{move, cancel, reject}))
      << "nobody approves his own";
}

// A stand-in for HMAC: any function of the text will do to show what the token format does.
std::string fake_mac(std::string_view text) {
  std::string out(16, '\0');
  unsigned state = 2166136261U;
  for (int round = 0; round < 16; ++round) {
    for (const char c : text) state = (state ^ static_cast<unsigned char>(c)) * 16777619U;
    out[static_cast<std::size_t>(round)] = static_cast<char>(state >> 13);
  }
  return out;
}

TEST(ReplyTokens, VerifyInEveryPlaceTheyTravelIn) {
  const ReplyTokens tokens(fake_mac);
  for (const std::int64_t sequence :
       {std::int64_t{1}, std::int64_t{31}, std::int64_t{32}, std::int64_t{123456789012345}}) {
    EXPECT_EQ(tokens.verify(tokens.message_id(sequence, "shop.example")), sequence);
    const std::string address = tokens.sub_address(sequence, "support@shop.example");
    EXPECT_EQ(tokens.verify(address), sequence);
    std::string upper = address;
    for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    EXPECT_EQ(tokens.verify(upper), sequence) << "some systems shout local parts";
    EXPECT_EQ(without_sub_address(address), "support@shop.example");
  }
}

TEST(ReplyTokens, SubjectsLoseEveryTag) {
  EXPECT_EQ(without_subject_tags("Re: a [c.b.c] b"), "Re: a b");
  EXPECT_EQ(without_subject_tags("[[c.a.b]c.a.b] a"), " a") << "what stood around one is one, too";
  EXPECT_EQ(without_subject_tags("x [c.a [c.a.b].b]"), "x");
  EXPECT_EQ(without_subject_tags("[c.a] [x.a.b] [c.a.b"), "[c.a] [x.a.b] [c.a.b");
}

TEST(ReplyTokens, EveryAlterationIsRefused) {
  const ReplyTokens tokens(fake_mac);
  const std::string good = tokens.token(123456);
  for (std::size_t i = 2; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = bad[i] == 'a' ? 'b' : 'a';
    if (bad == good) continue;
    EXPECT_EQ(tokens.verify(bad + "@shop.example"), std::nullopt) << bad;
  }
  for (const char* wrong :
       {"", "@", "c.", "c..@x", "support@shop.example", "c.b.@x", "support+c.b@x"}) {
    EXPECT_EQ(tokens.verify(wrong), std::nullopt) << wrong;
  }
}

}  // namespace
}  // namespace madoguchi::domain
