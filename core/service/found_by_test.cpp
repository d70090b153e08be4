// SPDX-License-Identifier: Apache-2.0
#include "core/service/found_by.h"

#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(FoundBy, the_words_of_a_mail_its_sender_and_its_files) {
  domain::Message mail;
  mail.subject = "ご注文の件";
  mail.from.name = "ヤマダ";
  mail.text = "ＡＢＣ";
  domain::Attachment file;
  file.file_name = "請求書.PDF";
  mail.attachments = {file};
  EXPECT_EQ(found_by(mail).folded, "ご注文の件\nやまだ\nabc\n請求書.pdf");
  EXPECT_EQ(found_by(mail).grams, found_by(mail).grams);
  mail.kind = domain::MessageKind::note;
  EXPECT_THAT(found_by(mail).folded, Not(HasSubstr("やまだ"))) << "agents are no search words";
  mail.text = std::string(1'000'000, 'x');
  EXPECT_LE(found_by(mail).folded.size(), 64u * 1024);
}

class FoundAgain : public ServiceTest {
 protected:
  std::vector<std::string> found(const std::string& words) {
    CaseFilter filter;
    filter.q = words;
    const Result<CaseListing> listing = cases_->list(ann_, filter, std::nullopt);
    EXPECT_TRUE(listing) << listing.error().describe();
    std::vector<std::string> numbers;
    for (const CaseDto& item : listing->items) numbers.push_back(item.number);
    return numbers;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, FoundAgain, testing::engines(), testing::engine_name);

TEST_P(FoundAgain, what_a_crash_left_out_of_the_index) {
  const std::string number = *deliver(TestMail()).case_number;
  // Committed, and the process died before it was indexed.
  write([&](db::Session& session) {
    store::Messages messages(session);
    for (const char* text : {"一つ目の遅延", "", "二つ目の遅延"}) {
      domain::Message note;
      note.id = ids_.make<domain::MessageId>();
      note.case_id =
          store::Cases(session).by_sequence(*domain::parse_case_number(number))->value.id;
      note.kind = domain::MessageKind::note;
      note.text = text;
      note.created_at = clock_.now();
      messages.insert(note);
    }
  });
  EXPECT_THAT(found("二つ目"), IsEmpty());
  // Two starts: the second finds nothing more to do.
  for (int start = 0; start < 2; ++start) ASSERT_TRUE(index_left_out(database()));
  if (database().engine() == db::Engine::postgresql) {
    EXPECT_THAT(found("二つ目"), IsEmpty()) << "there the index is written in the transaction";
    return;
  }
  EXPECT_THAT(found("一つ目"), ElementsAre(number));
  EXPECT_THAT(found("二つ目"), ElementsAre(number));
}

}  // namespace
}  // namespace madoguchi::service
