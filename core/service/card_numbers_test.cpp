// SPDX-License-Identifier: Apache-2.0
// What is left of a mail that held a card number (S7). All numbers are the schemes' test numbers.
#include <filesystem>

#include "core/mail/card_numbers.h"
#include "core/mail/read.h"
#include "core/service/raw_mail.h"
#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kCard = "4111 1111 1111 1111";
constexpr const char* kMasked = "**** **** **** 1111";

class CardNumbers : public ServiceTest {
 protected:
  store::IntakeRecord record(const std::string& id) {
    return database()
        .read([&](db::Session& session) -> Result<store::IntakeRecord> {
          return store::Intake(session).by_id(domain::IntakeId(id)).value();
        })
        .value();
  }
  [[nodiscard]] bool sqlite() const { return GetParam() == db::Engine::sqlite; }
  std::string raw(const std::string& intake) { return open_raw(*env_, record(intake)).value(); }
  /// Files below the folder of the blobs.
  std::vector<std::string> files() {
    std::vector<std::string> names;
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator
             one(test_database().folder() / "blobs", error),
         end;
         !error && one != end; ++one) {
      if (one->is_regular_file()) names.push_back(one->path().filename().string());
    }
    return names;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, CardNumbers, testing::engines(), testing::engine_name);

TEST_P(CardNumbers, the_mail_that_came_is_gone_and_the_masked_one_is_served) {
  TestMail mail;
  mail.text = std::string("My card: ") + kCard + " CVV 123";
  const domain::IntakeId id = receive(mail.raw());
  ASSERT_EQ(raw(id.str()), mail.raw());
  run_jobs();
  EXPECT_EQ(raw(id.str()), mail::mask_mail(mail.raw()));
  EXPECT_THAT(raw(id.str()), HasSubstr(std::string("My card: ") + kMasked + " CVV ***"));
  const IntakeDto decided = status(id);
  const domain::Caller bob = new_agent("bob", domain::Role::agent);
  EXPECT_EQ(messages_->raw(bob, *decided.message_id)->bytes, raw(id.str()));
  EXPECT_THAT(messages_of(*decided.case_number).at(0).notices, ElementsAre("card_number_masked"));
  EXPECT_THAT(events(*decided.case_number), Contains("message.card_number_masked"));
}

TEST_P(CardNumbers, a_big_mail_goes_from_its_file_too) {
  TestMail mail;
  mail.text = kCard;
  mail.files = {{"a.bin", std::string(300'000, 'x')}};
  const domain::IntakeId id = receive(mail.raw());
  EXPECT_EQ(files().size(), sqlite() ? 1U : 0U);
  run_jobs();
  ASSERT_EQ(status(id).outcome, "case_opened");
  EXPECT_THAT(files(), Not(Contains(id.str())));
  EXPECT_EQ(raw(id.str()), mail::mask_mail(mail.raw()));
  EXPECT_EQ(number("SELECT count(*) FROM jobs WHERE kind = 'intake.remove_original'"),
            sqlite() ? 1 : 0);
  EXPECT_EQ(env_->blobs.remove_strays().value(), 0);
  EXPECT_EQ(raw(id.str()), mail::mask_mail(mail.raw()));
}

TEST_P(CardNumbers, a_mail_without_one_stays_as_it_came) {
  TestMail mail;
  mail.text = "Tracking number: 4111111111111111, JAN 4901234567894";
  const IntakeDto decided = deliver(mail);
  EXPECT_EQ(raw(decided.intake_id), mail.raw());
  EXPECT_THAT(messages_of(*decided.case_number).at(0).notices, IsEmpty());
  EXPECT_THAT(events(*decided.case_number), Not(Contains("message.card_number_masked")));
}

TEST_P(CardNumbers, text_files_and_their_names_are_masked_others_are_left) {
  TestMail mail;
  mail.files = {{std::string("card ") + kCard + ".txt", std::string("number ") + kCard},
                {"x.bin", std::string("number ") + kCard}};
  const IntakeDto decided = deliver(mail);
  const MessageDto message = messages_of(*decided.case_number).at(0);
  ASSERT_EQ(message.attachments.size(), 2U);
  EXPECT_EQ(message.attachments[0].file_name, std::string("card ") + kMasked + ".txt");
  EXPECT_EQ(messages_->attachment(ann_, message.attachments[0].id)->bytes,
            std::string("number ") + kMasked);
  EXPECT_EQ(messages_->attachment(ann_, message.attachments[1].id)->bytes,
            std::string("number ") + kCard);
  EXPECT_THAT(message.notices, ElementsAre("card_number_masked"));
}

TEST_P(CardNumbers, a_header_nobody_shows_counts_too) {
  TestMail mail;
  mail.headers = {std::string("X-Comment: ") + kCard};
  const IntakeDto decided = deliver(mail);
  EXPECT_THAT(raw(decided.intake_id), HasSubstr(std::string("X-Comment: ") + kMasked));
  EXPECT_THAT(messages_of(*decided.case_number).at(0).notices, ElementsAre("card_number_masked"));
}

TEST_P(CardNumbers, every_outcome_keeps_the_masked_mail_only) {
  TestMail mail;
  mail.text = kCard;
  mail.message_id = "<same@example.jp>";
  const IntakeDto first = deliver(mail);
  const IntakeDto again = deliver(mail);
  EXPECT_EQ(again.outcome, "duplicate");
  mail.headers = {"X-Madoguchi-Loop: " + env_->hub_id};
  mail.message_id = "<loop@example.jp>";
  const IntakeDto loop = deliver(mail);
  EXPECT_EQ(loop.outcome, "ignored");
  for (const IntakeDto& one : {first, again, loop}) {
    EXPECT_THAT(raw(one.intake_id), Not(HasSubstr(kCard)));
    EXPECT_THAT(raw(one.intake_id), HasSubstr(kMasked));
  }
}

TEST_P(CardNumbers, redecode_reads_the_masked_mail) {
  TestMail mail;
  mail.text = std::string("caf\xE9 ") + kCard;
  mail.headers = {"Content-Type: text/plain; charset=iso-8859-1"};
  const IntakeDto decided = deliver(mail);
  const Result<MessageDto> read =
      messages_->redecode(as_ann(), *decided.message_id, "windows-1250");
  ASSERT_TRUE(read) << read.error().describe();
  EXPECT_THAT(read->text, HasSubstr(kMasked));
  EXPECT_THAT(read->notices, Contains("card_number_masked"));
}

TEST_P(CardNumbers, a_charset_that_shows_one_later_masks_the_mail_then) {
  // Full-width digits that a wrong label hid.
  const std::string digits =
      "\x82\x53\x82\x50\x82\x50\x82\x50\x82\x50\x82\x50\x82\x50\x82\x50"
      "\x82\x50\x82\x50\x82\x50\x82\x50\x82\x50\x82\x50\x82\x50\x82\x50";
  const std::string raw_mail =
      "From: a@example.jp\r\nTo: support@shop.example\r\nSubject: x\r\n"
      "Content-Type: text/plain; charset=koi8-r\r\n\r\n" +
      digits + "\r\n";
  const IntakeDto decided = deliver(raw_mail, {{"support", ""}});
  const Result<MessageDto> read = messages_->redecode(as_ann(), *decided.message_id, "shift_jis");
  ASSERT_TRUE(read) << read.error().describe();
  EXPECT_THAT(read->text, HasSubstr("＊＊＊＊＊＊＊＊＊＊＊＊１１１１"));
  EXPECT_THAT(raw(decided.intake_id), Not(HasSubstr(digits)));
  EXPECT_THAT(read->notices, Contains("card_number_masked"));
}

TEST_P(CardNumbers, mails_of_earlier_releases_are_masked_after_them) {
  TestMail mail;
  mail.text = kCard;
  const IntakeDto decided = deliver(mail);
  // As a release left it that masked only what it showed.
  const std::string& id = decided.intake_id;
  const std::string sealed = env_->keys.seal(mail.raw(), "intake|raw|" + id + "|1");
  write([&](db::Session& session) {
    session.run({"test", "DELETE FROM blobs WHERE id = $1"}, {id});
    session.run({"test", "UPDATE intake SET raw = $2 WHERE id = $1"}, {id, db::Bytes{sealed}});
  });
  ASSERT_THAT(raw(decided.intake_id), HasSubstr(kCard));
  write([&](db::Session& session) {
    runner_->put(session, {"intake.mask_original", "old", decided.intake_id});
  });
  run_jobs();
  EXPECT_EQ(raw(decided.intake_id), mail::mask_mail(mail.raw()));
  EXPECT_EQ(number("SELECT count(*) FROM intake WHERE raw IS NOT NULL"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM jobs WHERE key = 'old' AND state = 'done'"), 1);
}

TEST_P(CardNumbers, files_of_agents_are_refused) {
  const std::string text = std::string("number ") + kCard;
  for (const char* name : {"a.txt", "b.csv", "c.html"}) {
    const Result<AttachmentDto> refused = messages_->upload(as_ann(), name, "text/plain", text);
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().type, "pan-detected");
  }
  EXPECT_TRUE(messages_->upload(as_ann(), "a.txt", "text/plain", "order 12345"));
}

TEST_P(CardNumbers, a_code_beside_a_masked_number_is_refused) {
  const std::string number = *deliver(TestMail()).case_number;
  const Result<MessageDto> refused = messages_->add(
      as_ann(), number, entry(EntryKind::note, "card ************1111, セキュリティコード 123"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "pan-detected");
  EXPECT_TRUE(messages_->add(as_ann(), number, entry(EntryKind::note, "card ************1111")));
}

}  // namespace
}  // namespace madoguchi::service
