// SPDX-License-Identifier: Apache-2.0
// Big contents: out of files, and whole in memory only where there is room.
#include "core/service/content.h"

#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

using domain::DeliveryState;
using ::testing::SizeIs;

std::string octets(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 + i / 253);
  return bytes;
}

class BigContents : public ServiceTest {
 protected:
  static constexpr std::size_t kFile = 3'000'000;

  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    TestMail mail;
    mail.message_id = "<big@example.jp>";
    mail.files = {{"big.bin", octets(kFile)}, {"small.bin", "small"}};
    raw_ = mail.raw();
    const IntakeDto taken = deliver(raw_, {{"support", "support@shop.example"}});
    ASSERT_TRUE(taken.message_id) << taken.reason;
    number_ = *taken.case_number;
    message_ = *messages_->get(ann_, *taken.message_id);
  }
  static std::string whole(const Result<Content>& content) {
    if (!content) return content.error().describe();
    return content->file ? content->file->read(0, content->file->size()) : content->bytes;
  }

  std::string raw_;
  std::string number_;
  MessageDto message_;
};
INSTANTIATE_TEST_SUITE_P(Engines, BigContents, testing::engines(), testing::engine_name);

TEST_P(BigContents, are_downloaded_by_way_of_a_file_whatever_else_is_in_memory) {
  const auto all = memory_.take(kMemoryForContents, std::chrono::milliseconds(0));
  ASSERT_TRUE(all);
  const Result<Content> raw = messages_->raw(ann_, message_.id);
  EXPECT_TRUE(whole(raw) == raw_) << whole(raw).substr(0, 200);
  ASSERT_TRUE(raw && raw->file);
  EXPECT_TRUE(raw->bytes.empty());
  EXPECT_EQ(raw->media_type, "message/rfc822");
  ASSERT_THAT(message_.attachments, SizeIs(2));
  const Result<Content> big = messages_->attachment(ann_, message_.attachments[0].id);
  EXPECT_TRUE(whole(big) == octets(kFile));
  ASSERT_TRUE(big && big->file);
  EXPECT_EQ(big->file_name, "big.bin");
  const Result<Content> small = messages_->attachment(ann_, message_.attachments[1].id);
  ASSERT_TRUE(small);
  EXPECT_EQ(small->bytes, "small");
  EXPECT_EQ(small->file, nullptr);
}

TEST_P(BigContents, are_sent_when_there_is_room_for_them) {
  const Result<AttachmentDto> upload =
      messages_->upload(as_ann(), "reply.bin", "application/octet-stream", octets(kFile));
  ASSERT_TRUE(upload) << upload.error().describe();
  MessageCreateDto wish = entry(EntryKind::reply, "See the file.");
  wish.attachments = {upload->id};
  const Result<MessageDto> reply = messages_->add(as_ann(), number_, wish);
  ASSERT_TRUE(reply) << reply.error().describe();
  const auto state = [&] { return messages_->get(ann_, reply->id)->delivery.at(0).state; };
  auto all = memory_.take(kMemoryForContents, std::chrono::milliseconds(0));
  ASSERT_TRUE(all);
  run_jobs();
  EXPECT_EQ(state(), DeliveryState::queued);
  EXPECT_THAT(sender_.sent(), SizeIs(0));
  all.reset();
  run_jobs_after(std::chrono::seconds(10));
  EXPECT_EQ(state(), DeliveryState::sent);
  EXPECT_THAT(sender_.sent(), SizeIs(1));
}

TEST_P(BigContents, are_read_anew_only_with_room) {
  EXPECT_TRUE(messages_->redecode(as_ann(), message_.id, "shift_jis"));
  const auto all = memory_.take(kMemoryForContents, std::chrono::milliseconds(0));
  const Result<MessageDto> refused = messages_->redecode(as_ann(), message_.id, "utf-8");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_EQ(refused.error().type, "overloaded");
}

TEST_P(BigContents, that_cannot_be_kept_for_a_download_are_an_error) {
  env_->scratch = "/nowhere";
  const Result<Content> raw = messages_->raw(ann_, message_.id);
  ASSERT_FALSE(raw);
  EXPECT_EQ(raw.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(messages_->attachment(ann_, message_.attachments.at(1).id));
}

}  // namespace
}  // namespace madoguchi::service
