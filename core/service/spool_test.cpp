// SPDX-License-Identifier: Apache-2.0
#include "core/service/spool.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

namespace fs = std::filesystem;

class Spooled : public ServiceTest {
 protected:
  fs::path folder() { return test_database().folder() / "spool"; }
  Spool spool() { return Spool(folder(), keys_); }
  std::vector<fs::path> files() {
    std::vector<fs::path> out;
    std::error_code none;
    for (fs::directory_iterator entry(folder(), none), end; entry != end; ++entry) {
      out.push_back(entry->path());
    }
    return out;
  }
  int take_up() { return spool().take_up(*intake_, *log_); }
  std::int64_t messages() {
    run_jobs();
    return number("SELECT count(*) FROM messages");
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Spooled, testing::engines(), testing::engine_name);

TEST_P(Spooled, mails_wait_sealed_and_are_taken_up) {
  EXPECT_EQ(take_up(), 0);  // there is no folder yet
  TestMail mail;
  ASSERT_TRUE(spool().write(ids_, "sales", "sender@example.jp", mail.raw()));
  ASSERT_EQ(files().size(), 1u);
  std::ifstream stream(files()[0], std::ios::binary);
  const std::string sealed{std::istreambuf_iterator<char>(stream), {}};
  EXPECT_EQ(sealed.find("parcel"), std::string::npos);
  EXPECT_EQ(sealed.find("sender@"), std::string::npos);
  const std::string id = files()[0].stem().string();
  EXPECT_EQ(take_up(), 1);
  EXPECT_TRUE(files().empty());
  EXPECT_EQ(messages(), 1);
  const IntakeDto decided = status(domain::IntakeId(id));
  EXPECT_EQ(decided.outcome, "case_opened");
  EXPECT_EQ(case_of(*decided.case_number).mailbox, "sales");
  EXPECT_EQ(messages_->raw(ann_, *decided.message_id)->bytes, mail.raw());
}

TEST_P(Spooled, a_file_left_behind_by_a_crash_is_not_a_second_mail) {
  TestMail big;
  big.files = {{"f", std::string(400'000, 'f')}};
  for (const TestMail& mail : {TestMail{}, big}) {
    ASSERT_TRUE(spool().write(ids_, "support", "", mail.raw()));
    const fs::path file = files().at(0);
    const fs::path kept = test_database().folder() / file.filename();
    fs::copy_file(file, kept);
    EXPECT_EQ(take_up(), 1);
    const auto put_back = [&] {
      fs::copy_file(kept, file);
      EXPECT_EQ(take_up(), 1);
      EXPECT_TRUE(files().empty());
    };
    put_back();  // before it was decided
    const std::int64_t count = messages();
    put_back();  // and after
    EXPECT_EQ(messages(), count);
    write([&](db::Session& session) { session.run({"test", "DELETE FROM jobs"}); });
    put_back();  // and after its job was forgotten
    EXPECT_EQ(messages(), count);
    const IntakeDto decided = status(domain::IntakeId(file.stem().string()));
    EXPECT_EQ(decided.outcome, "case_opened");
    EXPECT_EQ(case_of(*decided.case_number).mailboxes->size(), 1u);
  }
  EXPECT_EQ(messages(), 2);
}

TEST_P(Spooled, what_cannot_be_taken_stays_and_blocks_nothing) {
  ASSERT_TRUE(spool().write(ids_, "gone", "", "From: a@b.jp\r\n\r\nx"));
  ASSERT_TRUE(spool().write(ids_, "", "", "From: a@b.jp\r\n\r\nwhich mailbox?"));
  std::ofstream(folder() / "damaged.mail") << "not sealed";
  std::ofstream(folder() / "half.mail.aBc123") << "being written";
  ASSERT_TRUE(spool().write(ids_, "support", "", "From: a@b.jp\r\n\r\nfine"));
  EXPECT_EQ(take_up(), 1);
  EXPECT_EQ(messages(), 1);
  EXPECT_EQ(files().size(), 4u);
  EXPECT_EQ(take_up(), 0);
  EXPECT_EQ(files().size(), 4u);
  // Once the reason is gone they go in: here there is only one mailbox, of that name.
  ASSERT_TRUE(settings_->apply({{"gone", EmailAddress::parse("g@shop.example").value(), "", ""}}));
  EXPECT_EQ(take_up(), 2);
  EXPECT_EQ(messages(), 3);
}

TEST_P(Spooled, a_file_under_another_name_is_not_opened) {
  ASSERT_TRUE(spool().write(ids_, "support", "", "From: a@b.jp\r\n\r\nx"));
  fs::rename(files().at(0), folder() / "other.mail");
  EXPECT_EQ(take_up(), 0);
  EXPECT_EQ(messages(), 0);
}

TEST_P(Spooled, every_byte_of_a_mail_is_kept) {
  std::string raw = "Subject: x\n\n";
  for (int i = 0; i < 1000; ++i) raw += static_cast<char>(i);
  ASSERT_TRUE(spool().write(ids_, "support", "", raw));
  const std::string id = files().at(0).stem().string();
  EXPECT_EQ(take_up(), 1);
  EXPECT_EQ(messages(), 1);
  EXPECT_TRUE(messages_->raw(ann_, *status(domain::IntakeId(id)).message_id)->bytes == raw);
}

TEST_P(Spooled, an_unwritable_folder_is_a_temporary_failure) {
  std::ofstream(folder()) << "a file where the folder should be";
  const Result<void> written = spool().write(ids_, "support", "", "x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace madoguchi::service
