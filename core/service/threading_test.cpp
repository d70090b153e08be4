// SPDX-License-Identifier: Apache-2.0
// Where a mail belongs, decided end to end.
#include "core/service/threading.h"

#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Threading : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    TestMail mail;
    mail.message_id = "<first@example.jp>";
    number_ = deliver(mail).case_number.value_or("");
    answer_ = reply(number_);
    ASSERT_TRUE(cases_->resolve(as_ann(), number_));
    clock_.advance(std::chrono::minutes(1));
  }
  /// The customer's answer to ours.
  [[nodiscard]] TestMail answer() const {
    TestMail mail;
    mail.subject = "Re: Question";
    mail.text = "Thank you, but it is still not here.";
    mail.message_id = "<second@example.jp>";
    mail.in_reply_to = "<" + answer_.mime_message_id + ">";
    return mail;
  }
  domain::CaseStatus state() { return case_of(number_).status; }
  void expect_added(const IntakeDto& decided) {
    EXPECT_EQ(decided.outcome, "message_added") << decided.reason;
    EXPECT_EQ(decided.case_number, number_);
  }
  void expect_new(const IntakeDto& decided) {
    EXPECT_EQ(decided.outcome, "case_opened") << decided.reason;
    EXPECT_NE(decided.case_number, number_);
    EXPECT_EQ(messages_of(number_).size(), 2u);
    EXPECT_EQ(state(), domain::CaseStatus::resolved);
  }
  std::vector<std::string> notices(const IntakeDto& decided) {
    return stored(decided.message_id.value_or("")).notices;
  }
  /// What that stage left.
  std::string saw(const IntakeDto& decided, const std::string& stage) {
    const auto decision = messages_->decision(ann_, decided.message_id.value_or(""));
    for (const auto& step : decision->steps)
      if (step.stage == stage) return step.saw;
    return "nothing";
  }
  /// Gives the mailbox "support" other rules.
  void rules(const domain::MailboxRules& rules) {
    const Result<void> applied = settings_->apply(
        {{"support", EmailAddress::parse("support@shop.example").value(), "お問い合わせ", "",
          rules},
         {"sales", EmailAddress::parse("sales@shop.example").value(), "", "Sales team"}});
    ASSERT_TRUE(applied) << applied.error().describe();
  }
  void close() {
    CasePatchDto wish;
    wish.status = domain::CaseStatus::closed;
    Context context = as_ann();
    const Result<CaseDto> closed = cases_->patch(context, number_, wish);
    ASSERT_TRUE(closed) << closed.error().describe();
  }
  void expect_linked(const IntakeDto& decided) {
    EXPECT_EQ(decided.outcome, "case_opened") << decided.reason;
    EXPECT_NE(decided.case_number, number_);
    EXPECT_EQ(case_of(decided.case_number.value_or("")).linked_to, number_);
  }
  /// `id` with its `from_end`-th letter of the MAC, or of the number, changed.
  static std::string altered(std::string id, std::size_t at) {
    char& letter = id.at(at);
    letter = letter == 'a' ? 'b' : 'a';
    return id;
  }

  std::string number_;
  MessageDto answer_;
};
INSTANTIATE_TEST_SUITE_P(Engines, Threading, testing::engines(), testing::engine_name);

TEST_P(Threading, an_answer_by_token_joins_and_reopens_the_case) {
  const IntakeDto decided = deliver(answer());
  expect_added(decided);
  EXPECT_EQ(state(), domain::CaseStatus::open);
  EXPECT_EQ(case_of(number_).last_inbound_at, clock_.now());
  const auto messages = messages_of(number_);
  ASSERT_EQ(messages.size(), 3u);
  EXPECT_EQ(messages[2].id, decided.message_id);
  EXPECT_EQ(messages[2].in_reply_to, answer_.mime_message_id);
  EXPECT_THAT(messages[2].notices, IsEmpty());
  EXPECT_EQ(events(number_).back(), "case.message_received");
  const auto decision = messages_->decision(ann_, *decided.message_id);
  std::vector<std::string> stages;
  for (const domain::DecisionStep& step : decision->steps) {
    stages.push_back(step.stage);
    EXPECT_EQ(step.decided, step.stage == "token") << step.stage << ": " << step.saw;
    EXPECT_FALSE(step.saw.empty()) << step.stage;
  }
  EXPECT_THAT(stages, ElementsAre("same_mail", "form_mail", "own_mail", "machine", "token",
                                  "merged", "mailbox_rules"));
}

TEST_P(Threading, a_tag_in_the_subject_is_a_token_too) {
  rules({.subject_tag = true});
  const MessageDto tagged = reply(number_, "Tell us more.");
  run_jobs();
  const std::string raw = sender_.sent().back().raw;
  const std::string tag = "[" + tokens_.token(stored(tagged.id).sequence) + "]";
  EXPECT_THAT(raw, HasSubstr(tag));
  EXPECT_THAT(tagged.subject, Not(HasSubstr(tag))) << "it is nothing to read";
  TestMail mail;
  mail.subject = "Re: Question " + tag;
  mail.text = "More.";
  expect_added(deliver(mail));
  mail.text = "Forged.";
  mail.from = "mallory@example.jp";
  mail.subject = "Re: Question [" + altered(tokens_.token(stored(tagged.id).sequence), 2) + "]";
  const IntakeDto forged = deliver(mail);
  EXPECT_EQ(forged.outcome, "case_opened");
  EXPECT_EQ(case_of(*forged.case_number).subject, "Re: Question");
}

TEST_P(Threading, our_own_message_id_is_ours_however_it_comes_back) {
  TestMail mail;
  mail.from = "list@example.jp";
  mail.message_id = "<" + answer_.mime_message_id + ">";
  EXPECT_EQ(deliver(mail).outcome, "ignored");
  mail.message_id = "<" + altered(answer_.mime_message_id, 2) + ">";
  expect_new(deliver(mail));
}

TEST_P(Threading, a_foreign_mail_with_a_known_message_id_does_not_take_the_answers) {
  TestMail foreign;  // a stranger who saw the first mail's Message-ID uses it for his own
  foreign.from = "mallory@example.jp";
  foreign.text = "Mine";
  foreign.message_id = "<first@example.jp>";
  expect_new(deliver(foreign));
  TestMail mail;
  mail.text = "An addition";
  mail.in_reply_to = "<first@example.jp>";
  expect_added(deliver(mail));
}

TEST_P(Threading, a_closed_case_follows_its_mailbox) {
  close();
  expect_added(deliver(answer()));
  EXPECT_EQ(state(), domain::CaseStatus::open) << "reopen is the default";

  close();
  rules({.closed = domain::ClosedRule::new_case_after, .closed_days = 3});
  TestMail soon = answer();
  soon.text = "soon";
  expect_added(deliver(soon));
  close();
  clock_.advance(std::chrono::hours(73));
  TestMail late = answer();
  late.text = "late";
  expect_linked(deliver(late));

  rules({.closed = domain::ClosedRule::new_case});
  TestMail now = answer();
  now.text = "now";
  expect_linked(deliver(now));
  TestMail absent = answer();  // a machine opens nothing
  absent.text = "I am away";
  absent.headers = {"Auto-Submitted: auto-replied"};
  expect_added(deliver(absent));
  EXPECT_EQ(state(), domain::CaseStatus::closed);
}

TEST_P(Threading, an_old_mail_used_again_for_something_else_is_a_new_case) {
  TestMail other = answer();
  other.subject = "Another order";
  other.text = "soon after";
  expect_added(deliver(other));
  clock_.advance(std::chrono::hours(24 * 31));
  TestMail same = answer();
  same.subject = "ＲＥ： question";
  same.text = "long after, the same matter";
  expect_added(deliver(same));
  clock_.advance(std::chrono::hours(24 * 31));
  other.text = "long after, another matter";
  expect_linked(deliver(other));
  rules({.reused = domain::ReusedRule::same_case});
  clock_.advance(std::chrono::hours(24 * 31));
  other.text = "long after again";
  expect_added(deliver(other));
}

TEST_P(Threading, a_form_opens_a_case_of_the_person_who_filled_it_in) {
  TestMail mail;
  mail.from = "form@shop.example";
  mail.subject = "お問い合わせを受け付けました";
  mail.text =
      "お名前：鈴木 花子\nフリガナ：スズキ ハナコ\nメールアドレス：hanako@example.jp\n"
      "電話番号：03-1234-5678\n注文番号：A-10023\nお問い合わせ内容：届きません\n";
  mail.headers = {"Auto-Submitted: auto-generated"};
  const IntakeDto decided = deliver(mail);
  expect_new(decided);
  const CaseDto made = case_of(*decided.case_number);
  EXPECT_EQ(made.channel, domain::Channel::web);
  EXPECT_EQ(made.requester.name, "鈴木 花子");
  EXPECT_EQ(made.requester.kana, "スズキ ハナコ");
  EXPECT_EQ(made.requester.address, "hanako@example.jp");
  EXPECT_EQ(made.requester.phone, "03-1234-5678");
  EXPECT_THAT(made.order_numbers, ElementsAre("A-10023"));
  EXPECT_THAT(notices(decided), Contains("form:ec_cube"));
  EXPECT_THAT(notices(decided), Not(Contains(HasSubstr("machine:"))));
  EXPECT_EQ(reply(made.number).to.front().address, "hanako@example.jp");
  mail.text += "again";  // a forger of the shop's address
  rules({.authserv_ids = {"mx.shop.example"}});
  mail.headers = {"Authentication-Results: mx.shop.example; dmarc=fail"};
  EXPECT_EQ(case_of(*deliver(mail).case_number).channel, domain::Channel::email);
}

TEST_P(Threading, order_numbers_of_further_mails_are_added) {
  TestMail mail = answer();
  mail.text = "注文番号は 20261121-7 です";
  expect_added(deliver(mail));
  EXPECT_THAT(case_of(number_).order_numbers, ElementsAre("20261121-7"));
}

TEST(Dmarc, only_results_of_our_own_servers_count) {
  const auto result = [](std::vector<mail::Header> headers, int hops = 1) {
    mail::Message mail;
    mail.headers = std::move(headers);
    return dmarc_result(mail, {"mx.shop.example"}, hops);
  };
  const mail::Header ours = {"Authentication-Results", "MX.shop.example 1; spf=pass; DMARC=fail"};
  const mail::Header hop = {"Received", "from somewhere"};
  EXPECT_EQ(result({}), Dmarc::none);
  EXPECT_EQ(result({ours}), Dmarc::fail);
  EXPECT_EQ(result({hop, ours}), Dmarc::fail);
  EXPECT_EQ(result({hop, hop, ours}), Dmarc::none) << "below the hop anybody may have written it";
  EXPECT_EQ(result({{"Authentication-Results", "mx.evil.example; dmarc=fail"}}), Dmarc::none);
  EXPECT_EQ(result({{"Authentication-Results", "(mx.shop.example) x; dmarc=fail"}}), Dmarc::none);
  EXPECT_EQ(result({{"Authentication-Results", "mx.shop.example; dmarc=pass"}, ours}), Dmarc::fail);
  EXPECT_EQ(
      result({{"Authentication-Results", "mx.shop.example; x=y (; dmarc=fail); dmarc = pass"}}),
      Dmarc::pass);
}

TEST_P(Threading, the_token_is_found_wherever_mail_programs_leave_it) {
  TestMail by_references = answer();
  by_references.in_reply_to = "";
  by_references.references = "<first@example.jp> <" + answer_.mime_message_id + ">";
  expect_added(deliver(by_references));

  const std::string sub = tokens_.sub_address(stored(answer_.id).sequence, "support@shop.example");
  TestMail by_envelope = answer();  // the Reply-To of our answer, and no thread headers at all
  by_envelope.in_reply_to = "";
  by_envelope.text = "by envelope";
  expect_added(deliver(by_envelope.raw(), {{"support", sub}}));

  TestMail by_header = by_envelope;
  by_header.to = "Shop <" + sub + ">";
  by_header.text = "by header";
  expect_added(deliver(by_header));

  TestMail shouted = by_envelope;  // some servers do not keep the case of letters
  shouted.text = "upper case";
  std::string upper = sub;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  expect_added(deliver(shouted.raw(), {{"support", upper}}));
  EXPECT_EQ(messages_of(number_).size(), 6u);
}

TEST_P(Threading, a_forged_or_altered_token_is_an_ordinary_new_mail) {
  const std::string& id = answer_.mime_message_id;  // c.NUMBER.MAC@shop.example
  const std::size_t mac = id.find('.', 2) + 1;
  int count = 0;
  for (const std::string& forged :
       {altered(id, mac), altered(id, mac + 15), altered(id, 2),
        id.substr(0, mac) + "@shop.example",
        "c." + std::string(16, 'a') + "." + std::string(16, 'a') + "@shop.example",
        std::string("c..@shop.example")}) {
    TestMail mail = answer();
    mail.from = "mallory@example.jp";
    mail.text = "forged " + std::to_string(++count);
    mail.in_reply_to = "<" + forged + ">";
    const std::string local = forged.substr(0, forged.find('@'));
    expect_new(deliver(mail.raw(), {{"support", "support+" + local + "@shop.example"}}));
  }
}

TEST_P(Threading, a_token_in_a_strangers_hand_adds_and_does_not_reopen) {
  TestMail mail = answer();
  mail.from = "stranger@example.jp";
  const IntakeDto decided = deliver(mail);
  expect_added(decided);
  EXPECT_EQ(state(), domain::CaseStatus::resolved);
  EXPECT_THAT(notices(decided), ElementsAre("sender_is_new"));
  EXPECT_THAT(saw(decided, "token"), HasSubstr("new to the case"));
}

TEST_P(Threading, a_reference_counts_for_who_takes_part) {
  TestMail mail;
  mail.text = "An addition";
  mail.in_reply_to = "<first@example.jp>";
  const IntakeDto decided = deliver(mail);
  expect_added(decided);
  EXPECT_EQ(state(), domain::CaseStatus::open);
  TestMail by_references = mail;
  by_references.text = "Another addition";
  by_references.in_reply_to = "<elsewhere@example.jp>";
  by_references.references = "<first@example.jp> <elsewhere@example.jp>";
  by_references.from = "\"Y.\" <YAMADA@Example.JP>";
  expect_added(deliver(by_references));
}

TEST_P(Threading, a_reference_from_a_stranger_is_a_new_case_with_a_hint) {
  TestMail mail;
  mail.from = "stranger@example.jp";
  mail.text = "I got your newsletter";
  mail.in_reply_to = "<first@example.jp>";
  const IntakeDto decided = deliver(mail);
  expect_new(decided);
  EXPECT_THAT(notices(decided), ElementsAre("may_belong_to:" + number_));
  // Each of many strangers gets a case of his own.
  mail.from = "other@example.jp";
  EXPECT_NE(deliver(mail).case_number, decided.case_number);
}

TEST_P(Threading, a_sender_who_failed_dmarc_takes_no_part) {
  rules({.authserv_ids = {"mx.shop.example"}});
  TestMail mail;
  mail.text = "Change my address";
  mail.in_reply_to = "<first@example.jp>";
  mail.headers = {
      "Authentication-Results: mx.shop.example; dkim=none; dmarc=fail (p=none) "
      "header.from=example.jp"};
  const IntakeDto decided = deliver(mail);
  expect_new(decided);
  EXPECT_THAT(notices(decided), ElementsAre("may_belong_to:" + number_));
  mail.text = "Change my address, please";
  mail.headers = {"Authentication-Results: mx.shop.example; dmarc=pass header.from=example.jp"};
  expect_added(deliver(mail));
}

TEST_P(Threading, subjects_decide_nothing) {
  TestMail mail;
  mail.text = "Hello again";
  expect_new(deliver(mail));
  mail.subject = "Re: Question [" + number_ + "]";
  mail.text = "And again";
  expect_new(deliver(mail));
}

TEST_P(Threading, a_merged_case_is_followed_to_where_it_went) {
  TestMail second;
  second.text = "second";
  const std::string middle = *deliver(second).case_number;
  TestMail third;
  third.text = "third";
  const std::string target = *deliver(third).case_number;
  merge(number_, middle);
  merge(middle, target);
  const IntakeDto decided = deliver(answer());
  EXPECT_EQ(decided.outcome, "message_added");
  EXPECT_EQ(decided.case_number, target);
  EXPECT_EQ(messages_of(target).size(), 2u);
  EXPECT_EQ(messages_of(number_).size(), 2u);
  EXPECT_EQ(state(), domain::CaseStatus::closed);
  EXPECT_THAT(saw(decided, "merged"), HasSubstr("was merged into " + target));
}

TEST_P(Threading, cases_merged_in_a_ring_do_not_hold_up_the_mail) {
  TestMail second;
  second.text = "second";
  const std::string other = *deliver(second).case_number;
  merge(number_, other);
  merge(other, number_);
  EXPECT_EQ(deliver(answer()).outcome, "message_added");
}

TEST_P(Threading, our_own_mail_coming_back_is_ignored) {
  TestMail mail = answer();
  mail.from = "support@shop.example";
  mail.headers = {"X-Madoguchi-Loop: hub-of-the-tests"};
  const IntakeDto decided = deliver(mail);
  EXPECT_EQ(decided.outcome, "ignored");
  EXPECT_EQ(decided.reason, "our own mail came back");
  EXPECT_FALSE(decided.case_number);
  EXPECT_FALSE(decided.message_id);
  EXPECT_EQ(messages_of(number_).size(), 2u);
  EXPECT_EQ(state(), domain::CaseStatus::resolved);
  EXPECT_EQ(number("SELECT count(*) FROM cases"), 1);
  // Another hub's agents write to us as people do.
  mail.headers = {"X-Madoguchi-Loop: another-hub"};
  mail.from = "yamada@example.jp";
  expect_added(deliver(mail));
}

TEST_P(Threading, what_machines_send_joins_and_does_not_reopen) {
  const std::vector<std::pair<std::string, std::string>> machines = {
      {"Auto-Submitted: auto-replied", "machine:auto-replied"},
      {"X-Autoreply: yes", "machine:auto-reply-header"},
      {"Return-Path: <>", "machine:null-return-path"},
      {"Precedence: bulk", "machine:precedence-bulk"}};
  for (const auto& machine : machines) {
    TestMail mail = answer();
    mail.text = machine.first;
    mail.headers = {machine.first};
    const IntakeDto decided = deliver(mail);
    expect_added(decided);
    EXPECT_EQ(state(), domain::CaseStatus::resolved) << machine.first;
    EXPECT_THAT(notices(decided), Contains(machine.second));
  }
  // Answers by way of a list are written by people.
  TestMail listed = answer();
  listed.headers = {"List-Id: <family.example.jp>"};
  expect_added(deliver(listed));
  EXPECT_EQ(state(), domain::CaseStatus::open);
}

TEST_P(Threading, a_new_case_is_left_new_by_further_mails) {
  TestMail first;
  first.text = "new one";
  first.message_id = "<new@example.jp>";
  const std::string fresh = *deliver(first).case_number;
  TestMail more;
  more.text = "and more";
  more.in_reply_to = "<new@example.jp>";
  EXPECT_EQ(deliver(more).case_number, fresh);
  EXPECT_EQ(case_of(fresh).status, domain::CaseStatus::new_);
  EXPECT_EQ(case_of(fresh).version, 2);
}

TEST_P(Threading, mails_for_one_case_at_once_are_all_added) {
  std::vector<domain::IntakeId> ids;
  for (int i = 0; i < 8; ++i) {
    TestMail mail = answer();
    mail.text = "at once " + std::to_string(i);
    ids.push_back(receive(mail.raw()));
  }
  run_jobs();
  for (int i = 0; i < 2; ++i) run_jobs_after(std::chrono::seconds(11));
  for (const domain::IntakeId& id : ids) expect_added(status(id));
  EXPECT_EQ(messages_of(number_).size(), 10u);
}

}  // namespace
}  // namespace madoguchi::service
