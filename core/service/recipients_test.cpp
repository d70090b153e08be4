// SPDX-License-Identifier: Apache-2.0
#include "core/service/recipients.h"

#include "core/service/sending.h"
#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Addresses = std::vector<domain::NamedAddress>;

const domain::NamedAddress kRequester{"R", "r@example.jp"};

std::vector<std::string> keys(const Addresses& list) {
  std::vector<std::string> found;
  for (const domain::NamedAddress& one : list) found.push_back(one.address);
  return found;
}

AnswerRecipientsDto answer_to(const AnsweredMail& mail, const Addresses& copies = {}) {
  return answer_recipients(mail, copies, kRequester,
                           [](const std::string& key) { return key == "us@shop.example"; });
}

AnsweredMail ordinary() {
  AnsweredMail mail;
  mail.from = {{"A", "a@example.jp"}};
  mail.to = {{"Shop", "US@shop.example"}, {"B", "b@example.jp"}};
  mail.cc = {{"C", "c@example.jp"}, {"A again", "A@example.jp"}, {"", "none"}};
  return mail;
}

TEST(AnswerRecipients, AllAreEverybodyButUsOnce) {
  const AnswerRecipientsDto answer =
      answer_to(ordinary(), {{"", "B@example.jp"}, {"x", ""}, {"D", "d@example.jp"}});
  EXPECT_THAT(answer.reply.to, ElementsAre(domain::NamedAddress{"A", "a@example.jp"}));
  EXPECT_THAT(keys(answer.reply.cc), ElementsAre("B@example.jp", "d@example.jp"));
  EXPECT_THAT(keys(answer.reply_all.to), ElementsAre("a@example.jp"));
  EXPECT_THAT(keys(answer.reply_all.cc),
              ElementsAre("b@example.jp", "c@example.jp", "d@example.jp"));
}

TEST(AnswerRecipients, GoWhereTheWriterWantsThem) {
  AnsweredMail mail = ordinary();
  mail.reply_to = {{"", "answers@example.jp"}, {"", "b@example.jp"}};
  EXPECT_THAT(keys(answer_to(mail).reply.to), ElementsAre("answers@example.jp", "b@example.jp"));
  EXPECT_THAT(keys(answer_to(mail).reply_all.cc), ElementsAre("c@example.jp", "A@example.jp"));
  mail.followup_to = {{"", "list@example.jp"}, {"", "us@shop.example"}};
  EXPECT_THAT(keys(answer_to(mail).reply.to), ElementsAre("answers@example.jp", "b@example.jp"));
  EXPECT_THAT(keys(answer_to(mail).reply_all.to), ElementsAre("list@example.jp"));
  EXPECT_THAT(answer_to(mail).reply_all.cc, IsEmpty());
}

TEST(AnswerRecipients, NeverAreOurselves) {
  AnsweredMail mail = ordinary();
  mail.reply_to = {{"", "us@shop.example"}};
  EXPECT_THAT(keys(answer_to(mail).reply.to), ElementsAre("a@example.jp"));
  mail.from = mail.reply_to;
  EXPECT_THAT(keys(answer_to(mail).reply.to), ElementsAre("r@example.jp"));
  mail.followup_to = mail.reply_to;
  EXPECT_THAT(keys(answer_to(mail).reply_all.to), ElementsAre("r@example.jp"));
  EXPECT_THAT(keys(answer_to({}).reply.to), ElementsAre("r@example.jp"));
}

class AnsweringMessages : public ServiceTest {};
INSTANTIATE_TEST_SUITE_P(Engines, AnsweringMessages, testing::engines(), testing::engine_name);

TEST_P(AnsweringMessages, takes_the_headers_of_the_mail_and_of_our_replies) {
  SendingService sending(*env_);
  TestMail mail;
  mail.to = "Support <support+c.abc@shop.example>, friend@example.jp, sales@shop.example";
  mail.headers = {"Cc: =?UTF-8?B?5bGx55Sw?= <hanako@example.jp>", "Reply-To: home@example.jp"};
  const IntakeDto taken = deliver(mail);
  const Result<AnswerRecipientsDto> answer = sending.recipients(ann_, *taken.message_id);
  ASSERT_TRUE(answer) << answer.error().describe();
  EXPECT_THAT(keys(answer->reply.to), ElementsAre("home@example.jp"));
  EXPECT_THAT(keys(answer->reply_all.to), ElementsAre("home@example.jp"));
  EXPECT_THAT(answer->reply_all.cc, ElementsAre(domain::NamedAddress{"", "friend@example.jp"},
                                                domain::NamedAddress{"山田", "hanako@example.jp"}));

  MessageCreateDto wish = entry(EntryKind::reply, "text");
  wish.to = Addresses{{"", "x@example.jp"}};
  wish.cc = Addresses{{"", "y@example.jp"}};
  wish.bcc = {{"", "z@example.jp"}};
  const MessageDto made = *messages_->add(as_ann(), *taken.case_number, wish);
  const AnswerRecipientsDto further = *sending.recipients(ann_, made.id);
  EXPECT_THAT(keys(further.reply_all.to), ElementsAre("x@example.jp"));
  EXPECT_THAT(keys(further.reply_all.cc), ElementsAre("y@example.jp"));

  const MessageDto note =
      *messages_->add(as_ann(), *taken.case_number, entry(EntryKind::note, "note"));
  EXPECT_THAT(keys(sending.recipients(ann_, note.id)->reply.to), ElementsAre("yamada@example.jp"));
  const domain::Caller elsewhere =
      new_agent("sales", domain::Role::agent, std::vector<std::string>{"sales"});
  EXPECT_EQ(sending.recipients(elsewhere, note.id).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace madoguchi::service
