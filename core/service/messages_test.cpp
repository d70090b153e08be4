// SPDX-License-Identifier: Apache-2.0
#include "core/service/messages.h"

#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class UseOfMessages : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    TestMail mail;
    mail.message_id = "<first@example.jp>";
    mail.subject = "Re: RE: re:Question";
    number_ = deliver(mail).case_number.value_or("");
  }
  Result<MessageDto> add(EntryKind kind, const std::string& text) {
    MessageCreateDto wish;
    wish.kind = kind;
    wish.text = text;
    return messages_->add(as_ann(), number_, wish);
  }
  std::int64_t jobs() { return number("SELECT count(*) FROM jobs WHERE kind = 'mail.send'"); }
  static std::string refused(const Result<MessageDto>& answer) {
    if (answer) return "taken";
    return answer.error().fields.empty() ? answer.error().type : answer.error().fields[0].pointer;
  }

  std::string number_;
};
INSTANTIATE_TEST_SUITE_P(Engines, UseOfMessages, testing::engines(), testing::engine_name);

TEST_P(UseOfMessages, a_reply_is_addressed_threaded_and_queued) {
  CasePatchDto patch;
  patch.ccs = std::vector<domain::Cc>{{domain::CcKind::address, "", "C", "cc@example.jp"},
                                      {domain::CcKind::address, "", "", "YAMADA@example.jp"},
                                      {domain::CcKind::customer, "CU-000999", "", ""}};
  ASSERT_TRUE(cases_->patch(as_ann(), number_, patch));
  clock_.advance(std::chrono::seconds(1));
  const Result<MessageDto> made = add(EntryKind::reply, "お待ちください。");
  ASSERT_TRUE(made) << made.error().describe();
  EXPECT_EQ(made->kind, domain::MessageKind::reply);
  EXPECT_EQ(made->from.address, "support@shop.example");
  EXPECT_THAT(made->to, ElementsAre(domain::NamedAddress{"Yamada", "yamada@example.jp"}));
  EXPECT_EQ(made->cc.size(), 2u);
  EXPECT_EQ(made->subject, "Re: Question");
  EXPECT_EQ(made->in_reply_to, "first@example.jp");
  EXPECT_EQ(made->author_name, "ann display");
  EXPECT_EQ(made->sent_at, clock_.now());
  const domain::Message message = stored(made->id);
  EXPECT_THAT(message.references, ElementsAre("first@example.jp"));
  EXPECT_EQ(tokens_.verify(message.mime_message_id), message.sequence);
  EXPECT_THAT(message.mime_message_id, ::testing::EndsWith("@shop.example"));
  ASSERT_EQ(made->delivery.size(), 2u);  // one for each address, however often it is named
  EXPECT_EQ(made->delivery[0].address, "cc@example.jp");
  EXPECT_EQ(made->delivery[1].state, domain::DeliveryState::queued);
  EXPECT_EQ(jobs(), 1);
  EXPECT_EQ(case_of(number_).status, domain::CaseStatus::pending);
  EXPECT_EQ(events(number_).back(), "case.replied");

  const Result<MessageDto> second = add(EntryKind::reply, "届きます。");
  EXPECT_EQ(second->in_reply_to, message.mime_message_id);
  EXPECT_THAT(stored(second->id).references,
              ElementsAre("first@example.jp", message.mime_message_id));
  EXPECT_EQ(second->subject, "Re: Question");
}

TEST_P(UseOfMessages, a_reply_takes_what_the_agent_says_instead) {
  MessageCreateDto wish;
  wish.text = "text";
  wish.html = "<p onclick=x()>text</p><script>x</script>";
  wish.subject = "Own\r\nsubject";
  wish.to = std::vector<domain::NamedAddress>{{"B", "b@example.jp"}};
  wish.cc = std::vector<domain::NamedAddress>{};
  const Result<MessageDto> made = messages_->add(as_ann(), number_, wish);
  ASSERT_TRUE(made) << made.error().describe();
  EXPECT_EQ(made->subject, "Own subject");
  EXPECT_THAT(made->html, Not(HasSubstr("script")));
  EXPECT_THAT(made->html, Not(HasSubstr("onclick")));
  ASSERT_EQ(made->delivery.size(), 1u);
  EXPECT_EQ(made->delivery[0].address, "b@example.jp");
}

TEST_P(UseOfMessages, a_reply_carries_the_mailbox_signature) {
  TestMail mail;
  mail.text = "for sales";
  const MessageDto made = reply(*deliver(mail, {"sales"}).case_number, "Hello.");
  EXPECT_EQ(made.from.address, "sales@shop.example");
  EXPECT_EQ(made.text, "Hello.\n\n-- \nSales team");
  EXPECT_EQ(made.text_visible, "Hello.");
}

TEST_P(UseOfMessages, a_reply_that_cannot_go_out_is_refused) {
  const auto with = [&](auto&& change) {
    MessageCreateDto wish;
    wish.text = "text";
    change(wish);
    return refused(messages_->add(as_ann(), number_, wish));
  };
  using To = std::vector<domain::NamedAddress>;
  EXPECT_EQ(with([](auto& w) { w.to = To{{"", "a@b.jp"}, {"", "none"}}; }), "/to/1/address");
  EXPECT_EQ(with([](auto& w) { w.cc = To{{"", "a b@c.jp"}}; }), "/cc/0/address");
  EXPECT_EQ(with([](auto& w) { w.to = To{}; }), "/to");
  EXPECT_EQ(with([](auto& w) { w.to = To{{"", "a@b.jp\r\nBcc: x@y.jp"}}; }), "/to/0/address");
  EXPECT_EQ(with([](auto& w) { w.attachments = {"none"}; }), "/attachments/0");
  EXPECT_EQ(with([](auto& w) { w.after = "none"; }), "/after");

  CaseCreateDto phone;
  phone.text = "called";
  const std::string nobody = cases_->create(as_ann(), phone)->number;
  EXPECT_EQ(refused(messages_->add(as_ann(), nobody, entry(EntryKind::reply, "text"))), "/to");
  EXPECT_EQ(refused(messages_->add(as_ann(), "CS-000099", entry(EntryKind::reply, "text"))),
            "not-found");
  EXPECT_EQ(jobs(), 0);
  EXPECT_EQ(messages_of(number_).size(), 1u);
}

TEST_P(UseOfMessages, card_numbers_are_refused_everywhere_and_not_echoed) {
  const std::string card = "4111 1111 1111 1111";
  std::vector<MessageCreateDto> wishes(4);
  wishes[0].text = card;
  wishes[1].text = wishes[2].text = "x";
  wishes[1].html = "<p>" + card + "</p>";
  wishes[2].subject = card;
  wishes[3].text = "<p>&#52;</p>４１１１－１１１１－１１１１－１１１１";
  wishes[3].kind = EntryKind::note;
  for (const MessageCreateDto& wish : wishes) {
    const Result<MessageDto> answer = messages_->add(as_ann(), number_, wish);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().type, "pan-detected");
    EXPECT_THAT(answer.error().describe(), Not(HasSubstr("1111")));
  }
  MessageCreateDto hidden;
  hidden.text = "x";
  hidden.html = "<p>&#52;&#49;11111111<b>111111</b></p>";
  EXPECT_EQ(refused(messages_->add(as_ann(), number_, hidden)), "/html");
  const std::string note = add(EntryKind::note, "fine")->id;
  MessagePatchDto patch;
  patch.text = card;
  EXPECT_EQ(messages_->correct(as_ann(), note, patch).error().type, "pan-detected");
  EXPECT_EQ(messages_of(number_).size(), 2u);
}

TEST_P(UseOfMessages, a_note_never_leaves_the_house) {
  const domain::CaseStatus before = case_of(number_).status;
  const Result<MessageDto> note = add(EntryKind::note, "内部メモ");
  ASSERT_TRUE(note);
  EXPECT_THAT(note->delivery, IsEmpty());
  EXPECT_THAT(note->to, IsEmpty());
  EXPECT_EQ(note->mime_message_id, "");
  const Result<MessageDto> call = add(EntryKind::call, "電話");
  EXPECT_THAT(call->delivery, IsEmpty());
  EXPECT_EQ(jobs(), 0);
  run_jobs();
  EXPECT_THAT(sender_.sent(), IsEmpty());
  EXPECT_EQ(case_of(number_).status, before);  // a note moves nothing
  EXPECT_THAT(events(number_), ElementsAre("case.created", "case.noted", "case.called"));
  // Nor does a later reply tell of it.
  const MessageDto answer = reply(number_);
  EXPECT_THAT(stored(answer.id).references, ElementsAre("first@example.jp"));
}

TEST_P(UseOfMessages, an_inbound_entry_by_hand_reopens) {
  ASSERT_TRUE(cases_->resolve(as_ann(), number_));
  const Result<MessageDto> made = add(EntryKind::inbound, "He called again");
  EXPECT_EQ(made->from.address, "yamada@example.jp");
  EXPECT_EQ(case_of(number_).status, domain::CaseStatus::open);
  EXPECT_EQ(jobs(), 0);
}

TEST_P(UseOfMessages, who_answers_is_told_what_came_meanwhile) {
  const std::string seen = messages_of(number_).at(0).id;
  MessageCreateDto wish;
  wish.text = "my answer";
  wish.after = seen;
  ASSERT_TRUE(add(EntryKind::note, "a note is no answer"));
  ASSERT_TRUE(messages_->add(as_ann(), number_, wish));
  const Result<MessageDto> late = messages_->add(as_ann(), number_, wish);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::conflict);
  EXPECT_EQ(late.error().type, "answered-meanwhile");
  const std::string& came = late.error().members.at("messages");
  EXPECT_THAT(came, HasSubstr("my answer"));
  EXPECT_THAT(came, Not(HasSubstr("a note is no answer")));
  EXPECT_TRUE(json::read<json::Raw>(came));
  wish.after = messages_of(number_).back().id;
  EXPECT_TRUE(messages_->add(as_ann(), number_, wish));
  TestMail other;
  other.text = "other";
  wish.after = messages_of(*deliver(other).case_number).at(0).id;
  EXPECT_EQ(refused(messages_->add(as_ann(), number_, wish)), "/after");
  EXPECT_EQ(jobs(), 2);
}

TEST_P(UseOfMessages, the_case_version_holds_for_entries_too) {
  const std::int64_t version = case_of(number_).version;
  ASSERT_TRUE(messages_->add({ann_, version}, number_, entry(EntryKind::note, "one")));
  const Result<MessageDto> stale =
      messages_->add({ann_, version}, number_, entry(EntryKind::note, "two"));
  EXPECT_EQ(stale.error().code, ErrorCode::stale);
  EXPECT_EQ(stale.error().members.count("current"), 1u);
}

TEST_P(UseOfMessages, a_merged_case_takes_no_entries) {
  TestMail other;
  other.text = "other";
  merge(number_, *deliver(other).case_number);
  EXPECT_EQ(refused(add(EntryKind::note, "x")), "case-merged");
  EXPECT_EQ(refused(add(EntryKind::reply, "x")), "case-merged");
}

TEST_P(UseOfMessages, notes_are_corrected_and_mails_never) {
  const MessageDto note = *add(EntryKind::note, "old text");
  MessagePatchDto patch;
  patch.text = "better text";
  const Result<MessageDto> corrected = messages_->correct({ann_, 1}, note.id, patch);
  ASSERT_TRUE(corrected) << corrected.error().describe();
  EXPECT_EQ(corrected->text, "better text");
  EXPECT_EQ(corrected->text_visible, "better text");
  EXPECT_EQ(corrected->version, 2);
  EXPECT_EQ(messages_->get(ann_, note.id)->text, "better text");
  EXPECT_EQ(events(number_).back(), "message.corrected");
  EXPECT_THAT(json::to_string(feed_->page(ann_, {}, 1000).value()), HasSubstr("old text"));
  const Result<MessageDto> stale = messages_->correct({ann_, 1}, note.id, patch);
  EXPECT_EQ(stale.error().code, ErrorCode::stale);
  EXPECT_THAT(stale.error().members.at("current"), HasSubstr("better text"));
  EXPECT_EQ(messages_->correct(as_ann(), note.id, patch)->version, 2);  // no difference

  const MessageDto call = *add(EntryKind::call, "call");
  MessagePatchDto spoken;
  spoken.call = domain::Call{};
  spoken.call->number = "0312345678";
  EXPECT_EQ(messages_->correct(as_ann(), call.id, spoken)->call->number, "0312345678");

  const std::string answer = reply(number_).id;
  for (const std::string& mail : {answer, messages_of(number_).at(0).id}) {
    EXPECT_EQ(refused(messages_->correct(as_ann(), mail, patch)), "mail-is-final");
  }
  EXPECT_EQ(messages_->correct(as_ann(), "none", patch).error().code, ErrorCode::not_found);
}

TEST_P(UseOfMessages, a_corrected_note_is_found_by_its_new_text) {
  const MessageDto note = *add(EntryKind::note, "誤配送の件");
  MessagePatchDto patch;
  patch.text = "破損の件";
  ASSERT_TRUE(messages_->correct(as_ann(), note.id, patch));
  CaseFilter filter;
  filter.q = "破損";
  EXPECT_EQ(cases_->list(ann_, filter, std::nullopt)->items.size(), 1u);
  filter.q = "誤配送";
  EXPECT_EQ(cases_->list(ann_, filter, std::nullopt)->items.size(), 0u);
}

/// A mail that says it is Latin and is Shift_JIS too short to know by.
std::string mislabelled() {
  return "From: \x8E\x52\x93\x63 <yamada@example.jp>\r\nTo: support@shop.example\r\n"
         "Subject: \x8E\x8A\x8B\x7D\r\nMessage-ID: <wrong@example.jp>\r\n"
         "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
         "--b\r\nContent-Type: text/plain; charset=iso-8859-2\r\n\r\n\x94\x6A\x91\xB9\r\n"
         "--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment;"
         " filename=\"\x8E\xCA\x90\x5E.pdf\"\r\n\r\n%PDF\r\n--b--\r\n";
}

TEST_P(UseOfMessages, a_mail_is_read_anew_by_the_charset_a_person_chose) {
  const IntakeDto taken = deliver(mislabelled(), {{"support", "support@shop.example"}});
  ASSERT_TRUE(taken.message_id) << taken.reason;
  const MessageDto before = *messages_->get(ann_, *taken.message_id);
  EXPECT_NE(before.text, "破損");

  const Result<MessageDto> now = messages_->redecode({ann_, 1}, before.id, "x-sjis");
  ASSERT_TRUE(now) << now.error().describe();
  EXPECT_EQ(now->text, "破損");
  EXPECT_EQ(now->text_visible, "破損");
  EXPECT_EQ(now->subject, "至急");
  EXPECT_EQ(now->from.name, "山田");
  EXPECT_EQ(now->from.address, "yamada@example.jp");
  ASSERT_EQ(now->attachments.size(), 1u);
  EXPECT_EQ(now->attachments[0].file_name, "写真.pdf");
  EXPECT_EQ(now->attachments[0].id, before.attachments[0].id);
  EXPECT_EQ(now->version, 2);
  EXPECT_THAT(now->notices, Not(::testing::Contains("unsure_charset")));
  EXPECT_EQ(json::to_string(*messages_->get(ann_, before.id)), json::to_string(*now));
  EXPECT_EQ(events(*taken.case_number).back(), "message.redecoded");
  EXPECT_EQ(case_of(*taken.case_number).subject, "至急");
  EXPECT_EQ(case_of(*taken.case_number).requester.name, "山田");

  CaseFilter filter;
  filter.q = "破損";
  EXPECT_EQ(cases_->list(ann_, filter, std::nullopt)->items.size(), 1u);
  filter.q = "写真";
  EXPECT_EQ(cases_->list(ann_, filter, std::nullopt)->items.size(), 1u);
  filter.q = before.text;
  EXPECT_EQ(cases_->list(ann_, filter, std::nullopt)->items.size(), 0u);

  EXPECT_EQ(messages_->redecode(as_ann(), before.id, "cp932")->version, 2);  // no difference
  EXPECT_EQ(messages_->redecode({ann_, 1}, before.id, "cp932").error().code, ErrorCode::stale);
  EXPECT_NE(messages_->redecode(as_ann(), before.id, "iso-8859-2")->text, "破損");
  EXPECT_EQ(messages_->redecode(as_ann(), before.id, "cp932")->text, "破損");
}

TEST_P(UseOfMessages, what_cannot_be_read_anew_is_refused) {
  const std::string mail = messages_of(number_).at(0).id;
  EXPECT_EQ(refused(messages_->redecode(as_ann(), mail, "no-such-charset")), "/charset");
  EXPECT_EQ(refused(messages_->redecode(as_ann(), mail, "")), "/charset");
  EXPECT_EQ(messages_->redecode(as_ann(), "none", "cp932").error().code, ErrorCode::not_found);
  const MessageDto note = *add(EntryKind::note, "note");
  EXPECT_EQ(refused(messages_->redecode(as_ann(), note.id, "cp932")), "not-a-mail");
}

TEST_P(UseOfMessages, a_selection_is_read_anew_each_by_itself) {
  const IntakeDto taken = deliver(mislabelled(), {{"support", "support@shop.example"}});
  const MessageDto note = *add(EntryKind::note, "note");
  const Result<RedecodedDto> done =
      messages_->redecode(as_ann(), {{"none", *taken.message_id, note.id}, "shift_jis"});
  ASSERT_TRUE(done) << done.error().describe();
  ASSERT_EQ(done->items.size(), 3u);
  EXPECT_TRUE(done->items[0].error);
  EXPECT_EQ(done->items[1].id, *taken.message_id);
  EXPECT_EQ(done->items[1].version, 2);
  EXPECT_EQ(done->items[2].error, "not-a-mail");
  EXPECT_EQ(messages_->get(ann_, *taken.message_id)->text, "破損");
  EXPECT_FALSE(messages_->redecode(as_ann(), {{note.id}, "no-such-charset"}));
}

TEST_P(UseOfMessages, uploads_are_their_owners_until_they_are_sent) {
  const std::string bytes(100'000, 'u');
  const Result<AttachmentDto> upload =
      messages_->upload(as_ann(), "請求書\r\n.pdf", "application/pdf", bytes);
  ASSERT_TRUE(upload) << upload.error().describe();
  EXPECT_EQ(upload->file_name, "請求書 .pdf");
  EXPECT_EQ(upload->size, 100'000);
  const domain::Caller bob = new_agent("bob", domain::Role::supervisor);
  EXPECT_TRUE(messages_->attachment(ann_, upload->id)->bytes == bytes);
  EXPECT_EQ(messages_->attachment(bob, upload->id).error().code, ErrorCode::not_found);
  MessageCreateDto wish;
  wish.text = "attached";
  wish.attachments = {upload->id, upload->id};
  EXPECT_EQ(refused(messages_->add({bob}, number_, wish)), "/attachments/0");
  const Result<MessageDto> made = messages_->add(as_ann(), number_, wish);
  ASSERT_TRUE(made) << made.error().describe();
  ASSERT_EQ(made->attachments.size(), 1u);
  EXPECT_EQ(made->attachments[0].sha256, upload->sha256);
  EXPECT_TRUE(messages_->attachment(bob, upload->id)->bytes == bytes);
  EXPECT_EQ(refused(messages_->add(as_ann(), number_, wish)), "/attachments/0");  // used up
  EXPECT_EQ(messages_->upload(as_ann(), "", "x/y", "").error().code, ErrorCode::invalid);
  EXPECT_EQ(messages_->upload(as_ann(), "", "x/y", "1")->file_name, "attachment");
}

TEST_P(UseOfMessages, are_listed_in_pages) {
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(add(EntryKind::note, std::to_string(i)));
  std::vector<std::string> texts;
  std::int64_t after = 0;
  int pages = 0;
  while (true) {
    const Result<MessageListing> page = messages_->list(ann_, number_, after, 2);
    ASSERT_TRUE(page);
    ++pages;
    for (const MessageDto& item : page->items) texts.push_back(item.text);
    if (!page->next) break;
    after = *page->next;
  }
  EXPECT_EQ(pages, 3);
  ASSERT_EQ(texts.size(), 5u);
  EXPECT_EQ(texts[4], "3");
  EXPECT_EQ(messages_->raw(ann_, messages_of(number_)[1].id).error().code, ErrorCode::not_found);
  EXPECT_EQ(messages_->decision(ann_, messages_of(number_)[1].id).error().code,
            ErrorCode::not_found);
}

}  // namespace
}  // namespace madoguchi::service
