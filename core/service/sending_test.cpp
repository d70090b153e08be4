// SPDX-License-Identifier: Apache-2.0
// Replies that are held back, drafts, uploads.
#include "core/service/sending.h"

#include "core/mail/read.h"
#include "core/service/delivery_reports.h"
#include "core/service/drafts.h"
#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

using domain::DeliveryState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::string kPng = std::string("\x89PNG\r\n\x1a\n") + "image";

class HeldBack : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    sending_ = std::make_unique<SendingService>(*env_);
    drafts_ = std::make_unique<DraftService>(*env_);
    runner_->add(sending_->job_kind());
    bob_ = new_agent("bob", domain::Role::agent);
    TestMail mail;
    mail.message_id = "<first@example.jp>";
    number_ = deliver(mail).case_number.value_or("");
  }
  void rules(const domain::OutgoingRules& outgoing, const std::string& signature = {}) {
    const auto address = [](const char* text) { return EmailAddress::parse(text).value(); };
    DeclaredMailbox support{"support", address("support@shop.example"), "", signature};
    support.outgoing = outgoing;
    ASSERT_TRUE(settings_->apply({support, {"sales", address("sales@shop.example"), "", ""}}));
  }
  Result<MessageDto> answer(const domain::Caller& caller, MessageCreateDto wish) {
    return messages_->add({caller}, number_, wish);
  }
  MessageDto by_bob(const std::string& text = "It is on its way.") {
    const Result<MessageDto> made = answer(bob_, entry(EntryKind::reply, text));
    EXPECT_TRUE(made) << made.error().describe();
    return made.value_or(MessageDto());
  }
  DeliveryState state(const std::string& id) {
    return messages_->get(ann_, id)->delivery.at(0).state;
  }
  static std::string refused(const Result<MessageDto>& result) {
    return result ? "taken" : result.error().type;
  }
  static std::string pointer(const Result<MessageDto>& result) {
    return result ? "taken" : result.error().fields.at(0).pointer;
  }

  std::unique_ptr<SendingService> sending_;
  std::unique_ptr<DraftService> drafts_;
  domain::Caller bob_;
  std::string number_;
};
INSTANTIATE_TEST_SUITE_P(Engines, HeldBack, testing::engines(), testing::engine_name);

TEST_P(HeldBack, a_reply_waits_for_its_undo_time_and_then_goes_out) {
  rules({10});
  const MessageDto made = by_bob();
  EXPECT_EQ(made.delivery.at(0).state, DeliveryState::scheduled);
  EXPECT_EQ(made.send_at, clock_.now() + std::chrono::seconds(10));
  EXPECT_EQ(made.mime_message_id, "");
  EXPECT_EQ(case_of(number_).status, domain::CaseStatus::new_);  // not answered yet
  run_jobs_after(std::chrono::seconds(9));
  EXPECT_THAT(sender_.sent(), IsEmpty());
  run_jobs_after(std::chrono::seconds(1));
  ASSERT_THAT(sender_.sent(), SizeIs(1));
  const MessageDto sent = *messages_->get(ann_, made.id);
  EXPECT_EQ(sent.delivery.at(0).state, DeliveryState::sent);
  EXPECT_EQ(mail::read(sender_.sent()[0].raw).message_id, sent.mime_message_id);
  EXPECT_EQ(tokens_.verify(sent.mime_message_id), stored(made.id).sequence);
  EXPECT_EQ(sent.sent_at, clock_.now());
  EXPECT_EQ(sent.in_reply_to, "first@example.jp");
  EXPECT_EQ(case_of(number_).status, domain::CaseStatus::pending);
  EXPECT_THAT(events(number_), ElementsAre("case.created", "case.reply_scheduled", "case.replied"));
  EXPECT_EQ(feed_of(ann_).back().actor_name, "hub");
  EXPECT_EQ(refused(sending_->cancel({bob_}, made.id)), "already-sent");
}

TEST_P(HeldBack, a_reply_that_was_called_back_never_goes_out) {
  rules({10}, "Support <team>");
  const AttachmentDto file = *messages_->upload({bob_}, "f.txt", "text/plain", "file content");
  MessageCreateDto wish = entry(EntryKind::reply, "Wait, no.");
  wish.html = "<p>Wait, no.</p>";
  wish.attachments = {file.id};
  wish.bcc = {{"", "hidden@example.jp"}};
  const MessageDto made = *answer(bob_, wish);
  EXPECT_THAT(made.html, HasSubstr("Support &lt;team&gt;"));
  clock_.advance(std::chrono::seconds(9));
  EXPECT_EQ(sending_->cancel({new_agent("eve")}, made.id).error().code, ErrorCode::forbidden);
  const Result<MessageDto> cancelled = sending_->cancel({bob_, 1}, made.id);
  ASSERT_TRUE(cancelled) << cancelled.error().describe();
  EXPECT_EQ(cancelled->version, 2);
  for (const domain::Delivery& one : cancelled->delivery) {
    EXPECT_EQ(one.state, DeliveryState::draft);
    EXPECT_EQ(one.detail, "cancelled");
  }
  run_jobs_after(std::chrono::hours(1));
  EXPECT_THAT(sender_.sent(), IsEmpty());
  EXPECT_EQ(state(made.id), DeliveryState::draft);
  EXPECT_EQ(case_of(number_).status, domain::CaseStatus::new_);
  EXPECT_EQ(refused(sending_->cancel({bob_}, made.id)), "already-withdrawn");

  // It is a draft again, whole, and can be sent from there.
  const Result<DraftDto> draft = drafts_->get(bob_, number_);
  ASSERT_TRUE(draft) << draft.error().describe();
  EXPECT_EQ(draft->text, "Wait, no.");
  EXPECT_EQ(draft->html, "<p>Wait, no.</p>");
  EXPECT_THAT(draft->bcc, ElementsAre(domain::NamedAddress{"", "hidden@example.jp"}));
  ASSERT_THAT(draft->attachments, SizeIs(1));
  EXPECT_EQ(draft->attachments[0].sha256, file.sha256);
  wish.attachments = {draft->attachments[0].id};
  wish.draft_version = draft->version;
  wish.delay_seconds = 0;
  // What was called back is no answer: nobody is told that the case was answered meanwhile.
  wish.after = messages_of(number_).at(0).id;
  const Result<MessageDto> again = answer(bob_, wish);
  ASSERT_TRUE(again) << again.error().describe();
  EXPECT_EQ(drafts_->get(bob_, number_).error().code, ErrorCode::not_found);
  run_jobs();
  ASSERT_THAT(sender_.sent(), SizeIs(1));
  EXPECT_EQ(mail::read(sender_.sent()[0].raw).attachments.at(0).bytes, "file content");
  EXPECT_THAT(stored(again->id).references, ElementsAre("first@example.jp"));
}

TEST_P(HeldBack, calling_back_and_letting_go_in_one_moment_is_one_of_both) {
  for (int i = 0; i < 10; ++i) {
    const std::size_t before = sender_.sent().size();
    MessageCreateDto wish = entry(EntryKind::reply, "now or never " + std::to_string(i));
    wish.delay_seconds = 5;
    wish.to = std::vector<domain::NamedAddress>{{"", "a@example.jp"}, {"", "b@example.jp"}};
    const MessageDto made = *answer(bob_, wish);
    clock_.advance(std::chrono::seconds(5));
    runner_->wake();
    const Result<MessageDto> cancelled = sending_->cancel({bob_}, made.id);
    run_jobs();
    const std::size_t sent = sender_.sent().size() - before;
    EXPECT_EQ(sent, cancelled ? 0u : 1u);
    EXPECT_EQ(refused(cancelled), cancelled ? "taken" : "already-sent");
    const MessageDto after = *messages_->get(ann_, made.id);
    for (const domain::Delivery& one : after.delivery) {
      EXPECT_EQ(one.state, cancelled ? DeliveryState::draft : DeliveryState::sent);
    }
  }
}

TEST_P(HeldBack, a_reply_that_waits_behind_another_can_be_called_back) {
  sender_.answer("yamada@example.jp", {FakeSender::Outcome::deferred});
  const MessageDto first = by_bob("first");
  run_jobs();
  ASSERT_EQ(state(first.id), DeliveryState::deferred);
  const MessageDto second = by_bob("second");
  ASSERT_EQ(second.delivery.at(0).state, DeliveryState::queued);
  // A try was begun: what became of it is for the mail servers to say.
  EXPECT_EQ(refused(sending_->cancel({bob_}, first.id)), "already-sent");
  const Result<MessageDto> cancelled = sending_->cancel({bob_}, second.id);
  ASSERT_TRUE(cancelled) << cancelled.error().describe();
  EXPECT_EQ(cancelled->mime_message_id, "");
  EXPECT_EQ(case_of(number_).status, domain::CaseStatus::open);
  run_jobs_after(std::chrono::hours(1));
  EXPECT_THAT(sender_.sent(), SizeIs(2));
  EXPECT_EQ(state(first.id), DeliveryState::sent);
  EXPECT_EQ(state(second.id), DeliveryState::draft);
  EXPECT_EQ(drafts_->get(bob_, number_)->text, "second");
}

TEST_P(HeldBack, mailboxes_of_the_facade_have_rules_for_replies_too) {
  MailboxCreateDto wish{"extra", EmailAddress::parse("extra@shop.example").value(), {}, ""};
  wish.outgoing.undo_seconds = 30;
  ASSERT_EQ(settings_->create_mailbox(as_ann(), wish)->outgoing.undo_seconds, 30);
  MailboxPatchDto patch;
  patch.outgoing = domain::OutgoingRules{0, {domain::Role::agent}, 5, domain::MailCharset::utf_8};
  ASSERT_TRUE(settings_->patch_mailbox({ann_, 1}, "extra", patch));
  const domain::OutgoingRules now = settings_->mailbox(ann_, "extra")->outgoing;
  EXPECT_EQ(now, *patch.outgoing);
  const Result<domain::OutgoingRules> odd = json::read<domain::OutgoingRules>(
      R"({"undo_seconds": 601, "approval_for": ["nobody"], "attachments_bytes": -1})");
  ASSERT_FALSE(odd);
  EXPECT_THAT(odd.error().fields, SizeIs(3));
}

TEST_P(HeldBack, card_numbers_are_refused_in_names_too) {
  const std::string card = "4111 1111 1111 1111";
  MessageCreateDto wish = entry(EntryKind::reply, "text");
  wish.bcc = {{card, "a@example.jp"}};
  EXPECT_EQ(pointer(answer(bob_, wish)), "/bcc/0/name");
  wish.bcc.clear();
  wish.to = std::vector<domain::NamedAddress>{{"", "a@example.jp"}, {card, "b@example.jp"}};
  EXPECT_EQ(refused(answer(bob_, wish)), "pan-detected");
  DraftSaveDto draft;
  draft.to = std::vector<domain::NamedAddress>{{card, ""}};
  EXPECT_EQ(drafts_->save({bob_}, number_, draft).error().type, "pan-detected");
  const Result<AttachmentDto> upload = messages_->upload({bob_}, card + ".txt", "x/y", "bytes");
  ASSERT_FALSE(upload);
  EXPECT_EQ(upload.error().type, "pan-detected");
}

TEST_P(HeldBack, a_scheduled_reply_holds_up_no_other_and_answers_no_later_mail) {
  MessageCreateDto later = entry(EntryKind::reply, "tomorrow");
  later.send_at = clock_.now() + std::chrono::hours(24);
  ASSERT_TRUE(answer(bob_, later));
  const MessageDto now = *answer(ann_, entry(EntryKind::reply, "now"));
  run_jobs();
  EXPECT_EQ(state(now.id), DeliveryState::sent);
  clock_.advance(std::chrono::hours(1));
  TestMail further;
  further.in_reply_to = "<" + now.mime_message_id + ">";
  further.text = "One more thing.";
  EXPECT_EQ(deliver(further).case_number, number_);
  EXPECT_EQ(case_of(number_).status, domain::CaseStatus::open);
  run_jobs_after(std::chrono::hours(24));
  EXPECT_THAT(sender_.sent(), SizeIs(2));
  EXPECT_EQ(case_of(number_).status, domain::CaseStatus::open);

  later.send_at = clock_.now() + std::chrono::hours(24 * 91);
  EXPECT_EQ(pointer(answer(bob_, later)), "/send_at");
  later.send_at = clock_.now() - std::chrono::hours(1);
  EXPECT_EQ(answer(bob_, later)->delivery.at(0).state, DeliveryState::queued);
}

TEST_P(HeldBack, a_reply_goes_out_when_somebody_else_has_approved_it) {
  rules({0, {domain::Role::agent}});
  const MessageDto made = by_bob();
  EXPECT_EQ(made.delivery.at(0).state, DeliveryState::awaiting_approval);
  ASSERT_TRUE(made.approval);
  EXPECT_EQ(made.approval->state, domain::ApprovalState::requested);
  run_jobs_after(std::chrono::hours(1));
  EXPECT_THAT(sender_.sent(), IsEmpty());
  EXPECT_EQ(events(number_).back(), "case.approval_requested");
  EXPECT_EQ(sending_->approve({bob_}, made.id, {}).error().code, ErrorCode::forbidden);
  EXPECT_EQ(sending_->approve({ann_, 7}, made.id, {}).error().code, ErrorCode::stale);

  const Result<MessageDto> approved = sending_->approve(as_ann(), made.id, {made.id});
  ASSERT_TRUE(approved) << approved.error().describe();
  EXPECT_EQ(approved->delivery.at(0).state, DeliveryState::queued);
  EXPECT_EQ(approved->approval->state, domain::ApprovalState::granted);
  EXPECT_EQ(approved->approval->by_name, "ann");
  run_jobs();
  EXPECT_THAT(sender_.sent(), SizeIs(1));
  EXPECT_EQ(case_of(number_).status, domain::CaseStatus::pending);
  EXPECT_THAT(events(made.id), ElementsAre("message.approved", "message.delivery"));
  EXPECT_EQ(refused(sending_->approve(as_ann(), made.id, {})), "not-awaiting-approval");
  EXPECT_EQ(refused(sending_->reject(as_ann(), made.id, {"too late"})), "not-awaiting-approval");

  // Roles that are not named need none; who wants one asks.
  EXPECT_EQ(answer(ann_, entry(EntryKind::reply, "mine"))->delivery.at(0).state,
            DeliveryState::queued);
  MessageCreateDto asks = entry(EntryKind::reply, "please look");
  asks.ask_approval = true;
  const MessageDto own = *answer(ann_, asks);
  EXPECT_EQ(sending_->approve(as_ann(), own.id, {}).error().code, ErrorCode::forbidden);
  EXPECT_EQ(refused(sending_->approve(as_ann(), messages_of(number_).at(0).id, {})), "not-a-reply");
}

TEST_P(HeldBack, what_came_before_the_approval_is_shown_to_the_approver) {
  rules({0, {domain::Role::agent}});
  const MessageDto made = by_bob();
  TestMail further;
  further.in_reply_to = "<first@example.jp>";
  further.text = "Never mind, it came.";
  ASSERT_EQ(deliver(further).case_number, number_);
  const Result<MessageDto> refused_one = sending_->approve(as_ann(), made.id, {made.id});
  ASSERT_FALSE(refused_one);
  EXPECT_EQ(refused_one.error().type, "answered-meanwhile");
  EXPECT_THAT(refused_one.error().members.at("messages"), HasSubstr("Never mind, it came."));
  EXPECT_TRUE(sending_->approve(as_ann(), made.id, {messages_of(number_).back().id}));
}

TEST_P(HeldBack, a_returned_reply_is_its_authors_draft_again) {
  rules({0, {domain::Role::agent}});
  const MessageDto made = by_bob("Rude words.");
  const Result<MessageDto> returned = sending_->reject(as_ann(), made.id, {"Say it kindly."});
  ASSERT_TRUE(returned) << returned.error().describe();
  EXPECT_EQ(returned->delivery.at(0).state, DeliveryState::draft);
  EXPECT_EQ(returned->approval->state, domain::ApprovalState::returned);
  EXPECT_EQ(returned->approval->reason, "Say it kindly.");
  EXPECT_EQ(messages_->get(bob_, made.id)->approval->reason, "Say it kindly.");
  EXPECT_EQ(drafts_->get(bob_, number_)->text, "Rude words.");
  EXPECT_EQ(events(made.id).back(), "message.returned");
  run_jobs_after(std::chrono::hours(1));
  EXPECT_THAT(sender_.sent(), IsEmpty());
  EXPECT_EQ(case_of(number_).status, domain::CaseStatus::new_);
  EXPECT_EQ(refused(sending_->reject(as_ann(), made.id, {"4111 1111 1111 1111"})), "pan-detected");
  // A draft that is there stays as it is.
  const MessageDto second = by_bob("Other words.");
  ASSERT_TRUE(sending_->cancel({bob_}, second.id));
  EXPECT_EQ(drafts_->get(bob_, number_)->text, "Rude words.");
}

TEST_P(HeldBack, an_approved_reply_still_waits_for_its_time) {
  rules({0, {domain::Role::agent}});
  MessageCreateDto wish = entry(EntryKind::reply, "tomorrow");
  wish.send_at = clock_.now() + std::chrono::hours(24);
  const MessageDto made = *answer(bob_, wish);
  EXPECT_EQ(sending_->approve(as_ann(), made.id, {})->delivery.at(0).state,
            DeliveryState::scheduled);
  run_jobs_after(std::chrono::hours(23));
  EXPECT_THAT(sender_.sent(), IsEmpty());
  run_jobs_after(std::chrono::hours(1));
  EXPECT_EQ(state(made.id), DeliveryState::sent);
}

TEST_P(HeldBack, blind_copies_arrive_and_are_named_nowhere) {
  MessageCreateDto wish = entry(EntryKind::reply, "text");
  wish.cc = std::vector<domain::NamedAddress>{{"", "cc@example.jp"}};
  wish.bcc = {{"Secret", "bcc@example.jp"}, {"", "CC@example.jp"}};
  const MessageDto made = *answer(bob_, wish);
  EXPECT_THAT(made.bcc, SizeIs(2));
  run_jobs();
  ASSERT_THAT(sender_.sent(), SizeIs(1));
  EXPECT_THAT(sender_.sent()[0].envelope.recipients,
              ElementsAre("bcc@example.jp", "cc@example.jp", "yamada@example.jp"));
  EXPECT_THAT(sender_.sent()[0].raw, Not(HasSubstr("bcc@example.jp")));
  EXPECT_THAT(sender_.sent()[0].raw, Not(HasSubstr("Secret")));
  EXPECT_THAT(messages_->get(ann_, made.id)->bcc, SizeIs(2));
  wish.bcc = {{"", "none"}};
  EXPECT_EQ(pointer(answer(bob_, wish)), "/bcc/0/address");
}

TEST_P(HeldBack, images_travel_beside_the_html_that_shows_them) {
  const AttachmentDto image = *messages_->upload({bob_}, "logo.png", "text/plain; x=y", kPng);
  EXPECT_EQ(image.media_type, "image/png");
  ASSERT_NE(image.content_id, "");
  const AttachmentDto beside = *messages_->upload({bob_}, "photo.png", "image/png", kPng + "2");
  const AttachmentDto file = *messages_->upload({bob_}, "f.pdf", "Application/PDF", "%PDF");
  EXPECT_EQ(file.media_type, "application/pdf");
  EXPECT_EQ(file.content_id, "");
  MessageCreateDto wish = entry(EntryKind::reply, "See the logo.");
  wish.html = "<p>See</p><img src=\"cid:" + image.content_id + "\">";
  wish.attachments = {beside.id, file.id};
  EXPECT_EQ(pointer(answer(bob_, wish)), "/html");
  wish.attachments.push_back(image.id);
  const Result<MessageDto> made = answer(bob_, wish);
  ASSERT_TRUE(made) << made.error().describe();
  run_jobs();
  const mail::Message mail = mail::read(sender_.sent().at(0).raw);
  EXPECT_THAT(sender_.sent()[0].raw, HasSubstr("multipart/related"));
  ASSERT_THAT(mail.attachments, SizeIs(3));
  int shown = 0;
  for (const mail::Attachment& one : mail.attachments) {
    EXPECT_EQ(one.is_inline, one.file_name == "logo.png") << one.file_name;
    if (one.content_id == image.content_id) ++shown;
  }
  EXPECT_EQ(shown, 1);
  EXPECT_THAT(mail.html, HasSubstr("cid:" + image.content_id));
}

TEST_P(HeldBack, what_went_to_a_customer_is_in_the_customers_deliveries) {
  DeliveryService deliveries(*env_);
  write([](db::Session& session) {
    session.run({"test",
                 "INSERT INTO customers (id, number, name, version, created_at) VALUES "
                 "('c1', 'C-1', 'Yamada', 1, 0), ('c2', 'C-2', 'Other', 1, 0)"});
    session.run({"test",
                 "INSERT INTO customer_emails (customer_id, address, address_key) VALUES "
                 "('c1', 'Yamada@example.jp', 'yamada@example.jp'), "
                 "('c1', 'home@example.jp', 'home@example.jp')"});
  });
  MessageCreateDto home = entry(EntryKind::reply, "to the other address");
  home.bcc = {{"", "HOME@example.jp"}};
  home.to = std::vector<domain::NamedAddress>{{"", "friend@example.jp"}};
  const MessageDto blind = *answer(bob_, home);
  clock_.advance(std::chrono::seconds(1));
  const MessageDto sent = by_bob("full content");
  MessageCreateDto waits = entry(EntryKind::reply, "not yet");
  waits.delay_seconds = 60;
  const MessageDto later = *answer(bob_, waits);
  run_jobs();
  const Result<DeliveryListing> first = deliveries.of_customer(ann_, "C-1", std::nullopt, 1);
  ASSERT_TRUE(first) << first.error().describe();
  ASSERT_THAT(first->items, SizeIs(1));
  ASSERT_TRUE(first->next);
  const Result<DeliveryListing> second = deliveries.of_customer(ann_, "C-1", first->next, 1);
  ASSERT_THAT(second->items, SizeIs(1));
  EXPECT_FALSE(second->next);
  std::vector<std::string> ids = {first->items[0].message_id, second->items[0].message_id};
  EXPECT_THAT(ids, ::testing::UnorderedElementsAre(blind.id, sent.id));
  EXPECT_EQ(first->items[0].subject, "Re: Question");
  EXPECT_EQ(deliveries.of_customer(ann_, "C-1", sent.id)->text, "full content");
  EXPECT_EQ(deliveries.of_customer(ann_, "C-1", later.id).error().code, ErrorCode::not_found);
  EXPECT_EQ(deliveries.of_customer(ann_, "C-2", sent.id).error().code, ErrorCode::not_found);
  EXPECT_THAT(deliveries.of_customer(ann_, "C-2", std::nullopt, 9)->items, IsEmpty());
  EXPECT_EQ(deliveries.of_customer(ann_, "C-9", std::nullopt, 9).error().code,
            ErrorCode::not_found);
  const domain::Caller elsewhere =
      new_agent("sales", domain::Role::agent, std::vector<std::string>{"sales"});
  EXPECT_THAT(deliveries.of_customer(elsewhere, "C-1", std::nullopt, 9)->items, IsEmpty());
  EXPECT_EQ(deliveries.of_customer(elsewhere, "C-1", sent.id).error().code, ErrorCode::not_found);
}

TEST_P(HeldBack, attachments_over_the_mailboxs_limit_are_refused) {
  domain::OutgoingRules outgoing;
  outgoing.attachments_bytes = 10;
  rules(outgoing);
  MessageCreateDto wish = entry(EntryKind::reply, "text");
  wish.attachments = {messages_->upload({bob_}, "a", "x/y", "123456")->id,
                      messages_->upload({bob_}, "b", "x/y", "12345")->id};
  EXPECT_EQ(pointer(answer(bob_, wish)), "/attachments");
  wish.attachments.pop_back();
  EXPECT_TRUE(answer(bob_, wish));
  for (const char* name : {"setup.exe", "Invoice.PDF.JS", "x.Scr"}) {
    const Result<AttachmentDto> refused_one = messages_->upload({bob_}, name, "x/y", "MZ");
    ASSERT_FALSE(refused_one) << name;
    EXPECT_EQ(refused_one.error().fields.at(0).pointer, "/file_name");
  }
}

TEST_P(HeldBack, unused_uploads_are_forgotten_with_their_contents) {
  const std::string big(100'000, 'b');
  const AttachmentDto unused = *messages_->upload({bob_}, "a", "x/y", big);
  const AttachmentDto twin = *messages_->upload({ann_}, "a", "x/y", "the same");
  const AttachmentDto sent = *messages_->upload({bob_}, "b", "x/y", "the same");
  const AttachmentDto kept = *messages_->upload({bob_}, "c", "x/y", "in a draft");
  MessageCreateDto wish = entry(EntryKind::reply, "text");
  wish.attachments = {sent.id};
  ASSERT_TRUE(answer(bob_, wish));
  DraftSaveDto draft;
  draft.attachments = {kept.id};
  ASSERT_TRUE(drafts_->save({bob_}, number_, draft));
  clock_.advance(std::chrono::hours(23));
  EXPECT_EQ(messages_->forget_uploads(), 0);
  clock_.advance(std::chrono::hours(2));
  EXPECT_EQ(messages_->forget_uploads(), 2);
  EXPECT_EQ(messages_->attachment(bob_, unused.id).error().code, ErrorCode::not_found);
  EXPECT_EQ(messages_->attachment(ann_, twin.id).error().code, ErrorCode::not_found);
  EXPECT_EQ(messages_->attachment(bob_, sent.id)->bytes, "the same");
  EXPECT_EQ(messages_->attachment(bob_, kept.id)->bytes, "in a draft");
  EXPECT_EQ(number("SELECT count(*) FROM blobs WHERE id = '" + unused.sha256 + "'"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM blob_chunks WHERE blob_id = '" + unused.sha256 + "'"), 0);
  // The same content again is there again.
  const AttachmentDto again = *messages_->upload({bob_}, "a", "x/y", big);
  EXPECT_TRUE(messages_->attachment(bob_, again.id)->bytes == big);
  // Out of its draft, an upload waits a day more.
  ASSERT_TRUE(drafts_->remove({bob_, 1}, number_));
  EXPECT_EQ(messages_->forget_uploads(), 0);
  clock_.advance(std::chrono::hours(25));
  EXPECT_EQ(messages_->forget_uploads(), 2);
}

TEST_P(HeldBack, drafts_are_kept_per_case_and_agent) {
  EXPECT_EQ(drafts_->get(bob_, number_).error().code, ErrorCode::not_found);
  DraftSaveDto draft;
  draft.text = "Half a sen";
  draft.html = "<p onclick=x()>Half a sen</p>";
  draft.to = std::vector<domain::NamedAddress>{{"", "half-written@"}};
  draft.after = messages_of(number_).at(0).id;
  const Result<DraftDto> saved = drafts_->save({bob_}, number_, draft);
  ASSERT_TRUE(saved) << saved.error().describe();
  EXPECT_EQ(saved->version, 1);
  EXPECT_EQ(saved->case_number, number_);
  EXPECT_EQ(saved->html, "<p>Half a sen</p>");
  EXPECT_EQ(saved->to->at(0).address, "half-written@");
  EXPECT_EQ(drafts_->save({bob_}, number_, draft).error().code, ErrorCode::precondition_required);
  draft.text = "Half a sentence";
  EXPECT_EQ(drafts_->save({bob_, 1}, number_, draft)->version, 2);
  const Result<DraftDto> late = drafts_->save({bob_, 1}, number_, draft);
  EXPECT_EQ(late.error().code, ErrorCode::stale);
  EXPECT_THAT(late.error().members.at("current"), HasSubstr("Half a sentence"));
  EXPECT_EQ(drafts_->get(bob_, number_)->text, "Half a sentence");

  EXPECT_EQ(drafts_->get(ann_, number_).error().code, ErrorCode::not_found);
  EXPECT_EQ(drafts_->save({ann_, 1}, number_, draft).error().code, ErrorCode::stale);
  ASSERT_TRUE(drafts_->save(as_ann(), number_, draft));
  EXPECT_EQ(drafts_->remove({bob_, 1}, number_).error().code, ErrorCode::stale);
  EXPECT_TRUE(drafts_->remove({bob_, 2}, number_));
  EXPECT_EQ(drafts_->remove({bob_, 2}, number_).error().code, ErrorCode::not_found);
  EXPECT_TRUE(drafts_->get(ann_, number_));
  EXPECT_EQ(drafts_->save({bob_}, "CS-000099", draft).error().code, ErrorCode::not_found);
  draft.attachments = {messages_->upload(as_ann(), "a", "x/y", "ann's")->id};
  EXPECT_EQ(drafts_->save({bob_}, number_, draft).error().code, ErrorCode::invalid);
  draft.attachments.clear();
  draft.text = "4111 1111 1111 1111";
  EXPECT_EQ(drafts_->save({bob_}, number_, draft).error().type, "pan-detected");
}

TEST_P(HeldBack, sending_a_draft_empties_it_unless_it_was_saved_anew) {
  DraftSaveDto draft;
  draft.text = "one";
  ASSERT_TRUE(drafts_->save({bob_}, number_, draft));
  draft.text = "two, in the other window";
  ASSERT_TRUE(drafts_->save({bob_, 1}, number_, draft));
  MessageCreateDto wish = entry(EntryKind::reply, "one");
  wish.draft_version = 1;
  const Result<MessageDto> stale = answer(bob_, wish);
  EXPECT_EQ(stale.error().code, ErrorCode::stale);
  EXPECT_THAT(stale.error().members.at("current"), HasSubstr("the other window"));
  EXPECT_THAT(messages_of(number_), SizeIs(1));
  wish.draft_version = 2;
  ASSERT_TRUE(answer(bob_, wish));
  EXPECT_EQ(drafts_->get(bob_, number_).error().code, ErrorCode::not_found);
  EXPECT_EQ(answer(bob_, wish).error().code, ErrorCode::stale);
}

}  // namespace
}  // namespace madoguchi::service
