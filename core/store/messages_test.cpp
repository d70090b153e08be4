// SPDX-License-Identifier: Apache-2.0
#include "core/store/messages.h"

#include "core/store/store_test.h"
#include "core/text/bigrams.h"
#include "core/text/fold.h"

namespace madoguchi::store {
namespace {

class StoredMessages : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    case_ = insert(new_case("case")).id;
  }
  domain::Message by_id(const domain::MessageId& id) {
    return read([&](db::Session& session) { return Messages(session).by_id(id); }).value();
  }

  domain::CaseId case_;
};
INSTANTIATE_TEST_SUITE_P(Engines, StoredMessages, testing::engines(), testing::engine_name);

TEST_P(StoredMessages, are_read_back_with_attachments_and_deliveries) {
  sql("INSERT INTO agents (id, name, display_name, role, disabled, version, created_at) VALUES "
      "('a', 'a', '担当 花子', 'agent', 0, 1, 0)");
  domain::Message mail = new_message(case_, "本文\r\nline two");
  mail.kind = domain::MessageKind::reply;
  mail.from = {"窓口", "support@shop.example"};
  mail.to = {{"山田", "yamada@example.jp"}, {"", "second@example.jp"}};
  mail.cc = {{"C", "cc@example.jp"}};
  mail.subject = "Re: 件名";
  mail.text_visible = "本文";
  mail.html = "<p>本文</p>";
  mail.mime_message_id = "c.x@shop.example";
  mail.in_reply_to = "a@example.jp";
  mail.references = {"r1@example.jp", "a@example.jp"};
  mail.sent_at = clock_.now() - std::chrono::hours(1);
  mail.received_at = clock_.now();
  mail.author = domain::AgentId("a");
  mail.notices = {"unsure_charset", "may_belong_to:CS-000001"};
  mail.intake = domain::IntakeId("intake");
  mail.content_key = "key";
  mail.attachments = {
      {domain::AttachmentId("z"), "見積.pdf", "application/pdf", 5, "aa", false, ""},
      {domain::AttachmentId("b"), "logo.png", "image/png", 7, "bb", true, "cid1"}};
  mail.delivery = {{"yamada@example.jp", domain::DeliveryState::queued, "", clock_.now()},
                   {"cc@example.jp", domain::DeliveryState::queued, "", clock_.now()}};
  mail = insert(mail);
  domain::Message call = new_message(case_, "");
  call.kind = domain::MessageKind::call;
  call.call =
      domain::Call{domain::CallDirection::placed, "0312345678", clock_.now(),        std::nullopt,
                   domain::CallOutcome::absent,   std::nullopt, domain::AgentId("a")};
  call = insert(call);
  EXPECT_GT(call.sequence, mail.sequence);

  const domain::Message read_mail = by_id(mail.id);
  EXPECT_EQ(read_mail.sequence, mail.sequence);
  EXPECT_EQ(read_mail.case_id, case_);
  EXPECT_EQ(read_mail.kind, mail.kind);
  EXPECT_EQ(read_mail.from, mail.from);
  EXPECT_EQ(read_mail.to, mail.to);
  EXPECT_EQ(read_mail.cc, mail.cc);
  EXPECT_EQ(read_mail.subject, mail.subject);
  EXPECT_EQ(read_mail.text, mail.text);
  EXPECT_EQ(read_mail.text_visible, mail.text_visible);
  EXPECT_EQ(read_mail.html, mail.html);
  EXPECT_EQ(read_mail.mime_message_id, mail.mime_message_id);
  EXPECT_EQ(read_mail.in_reply_to, mail.in_reply_to);
  EXPECT_EQ(read_mail.references, mail.references);
  EXPECT_EQ(read_mail.sent_at, mail.sent_at);
  EXPECT_EQ(read_mail.received_at, mail.received_at);
  EXPECT_EQ(read_mail.author, mail.author);
  EXPECT_EQ(read_mail.author_name, "担当 花子");
  EXPECT_EQ(read_mail.notices, mail.notices);
  EXPECT_EQ(read_mail.intake, mail.intake);
  EXPECT_EQ(read_mail.content_key, "key");
  EXPECT_EQ(read_mail.created_at, mail.created_at);
  EXPECT_EQ(read_mail.version, 1);
  ASSERT_EQ(read_mail.attachments.size(), 2u);  // in the mail's order
  EXPECT_EQ(read_mail.attachments[0].file_name, "見積.pdf");
  EXPECT_EQ(read_mail.attachments[0].size, 5);
  EXPECT_EQ(read_mail.attachments[1].id, domain::AttachmentId("b"));
  EXPECT_TRUE(read_mail.attachments[1].is_inline);
  EXPECT_EQ(read_mail.attachments[1].content_id, "cid1");
  ASSERT_EQ(read_mail.delivery.size(), 2u);
  EXPECT_EQ(read_mail.delivery[0].address, "cc@example.jp");

  const domain::Message read_call = by_id(call.id);
  ASSERT_TRUE(read_call.call);
  EXPECT_EQ(read_call.call->direction, domain::CallDirection::placed);
  EXPECT_EQ(read_call.call->number, "0312345678");
  EXPECT_EQ(read_call.call->from, clock_.now());
  EXPECT_FALSE(read_call.call->to);
  EXPECT_EQ(read_call.call->outcome, domain::CallOutcome::absent);
  EXPECT_FALSE(read_call.sent_at);
  EXPECT_FALSE(read_call.author);
  EXPECT_TRUE(read_call.attachments.empty());

  write([&](db::Session& session) {
    Messages(session).set_delivery(
        mail.id, {"cc@example.jp", domain::DeliveryState::deferred, "450 later", clock_.now()});
  });
  EXPECT_EQ(by_id(mail.id).delivery[0].state, domain::DeliveryState::deferred);
  EXPECT_EQ(by_id(mail.id).delivery[0].detail, "450 later");
  EXPECT_EQ(by_id(mail.id).delivery[1].state, domain::DeliveryState::queued);
}

TEST_P(StoredMessages, of_a_case_come_in_pages_in_their_order) {
  const domain::CaseId other = insert(new_case("other")).id;
  std::vector<std::int64_t> expected;
  for (int i = 0; i < 5; ++i) {
    expected.push_back(insert(new_message(case_, std::to_string(i))).sequence);
    insert(new_message(other, "x"));
  }
  std::vector<std::int64_t> found;
  std::int64_t after = 0;
  while (true) {
    const auto page =
        read([&](db::Session& session) { return Messages(session).of_case(case_, after, 2); });
    if (page.empty()) break;
    EXPECT_LE(page.size(), 2u);
    for (const domain::Message& message : page) found.push_back(message.sequence);
    after = found.back();
  }
  EXPECT_EQ(found, expected);
}

TEST_P(StoredMessages, are_found_by_what_threading_asks_for) {
  domain::Message first = new_message(case_, "1");
  first.mime_message_id = "one@x";
  first.content_key = "k1";
  first.from = {"", "Ann@Example.JP"};
  first.to = {{"", "support@shop.example"}};
  first.cc = {{"", "\"quoted local\"@example.jp"}, {"", "dots..@docomo.ne.jp"}};
  first = insert(first);
  domain::Message second = new_message(case_, "2");
  second.mime_message_id = "two@x";
  second.from = {"", "bob@example.jp"};
  second = insert(second);
  domain::Message same_id = new_message(case_, "3");
  same_id.mime_message_id = "one@x";
  same_id = insert(same_id);
  domain::Message note = new_message(case_, "4");
  note.kind = domain::MessageKind::note;
  note.to = {{"", "noted@example.jp"}};
  note = insert(note);

  read([&](db::Session& session) {
    Messages messages(session);
    EXPECT_EQ(messages.head_by_sequence(second.sequence)->id, second.id);
    EXPECT_FALSE(messages.head_by_sequence(9999));
    EXPECT_EQ(messages.by_content_key("k1")->id, first.id);
    EXPECT_FALSE(messages.by_content_key("k2"));
    EXPECT_FALSE(messages.by_content_key(""));
    EXPECT_EQ(messages.by_mime_ids({"no@x", "two@x"}).front().id, second.id);
    EXPECT_EQ(messages.by_mime_ids({"one@x", "two@x"}).front().id, same_id.id);  // the newest
    EXPECT_TRUE(messages.by_mime_ids({"no@x", ""}).empty());
    EXPECT_TRUE(messages.by_mime_ids({}).empty());
    EXPECT_EQ(messages.newest_of_case(case_)->id, note.id);
    EXPECT_FALSE(messages.newest_of_case(domain::CaseId("no")));
    EXPECT_EQ(messages.mime_ids_of_case(case_, 20),
              (std::vector<std::string>{"one@x", "two@x", "one@x"}));
    EXPECT_EQ(messages.mime_ids_of_case(case_, 2), (std::vector<std::string>{"two@x", "one@x"}));
    EXPECT_TRUE(messages.takes_part(case_, "ann@example.jp"));
    EXPECT_TRUE(messages.takes_part(case_, "support@shop.example"));
    EXPECT_TRUE(messages.takes_part(case_, "dots..@docomo.ne.jp"));
    EXPECT_FALSE(messages.takes_part(case_, "noted@example.jp"));
    EXPECT_FALSE(messages.takes_part(case_, "nobody@example.jp"));
    EXPECT_FALSE(messages.takes_part(case_, ""));
  });
}

TEST_P(StoredMessages, a_content_key_is_taken_once) {
  domain::Message first = new_message(case_, "1");
  first.content_key = "k";
  insert(first);
  domain::Message second = new_message(case_, "2");
  second.content_key = "k";
  const auto refused = database().in_transaction([&](db::Session& session) -> Result<void> {
    Messages(session).insert(second);
    return {};
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "already-exists");
}

TEST_P(StoredMessages, a_correction_holds_only_at_its_version) {
  domain::Message mine = insert(new_message(case_, "old"));
  domain::Message theirs = mine;
  mine.text = mine.text_visible = "new";
  EXPECT_TRUE(write([&](db::Session& session) { return Messages(session).correct(mine); }));
  EXPECT_EQ(mine.version, 2);
  theirs.text = "other";
  EXPECT_FALSE(write([&](db::Session& session) { return Messages(session).correct(theirs); }));
  EXPECT_EQ(by_id(mine.id).text, "new");
  EXPECT_EQ(by_id(mine.id).text_visible, "new");
  EXPECT_EQ(by_id(mine.id).version, 2);
}

TEST_P(StoredMessages, an_upload_becomes_an_attachment_when_a_message_takes_it) {
  const domain::Attachment file{
      domain::AttachmentId("up"), "f.txt", "text/plain", 3, "cc", false, ""};
  write([&](db::Session& session) {
    Messages(session).insert_upload(file, domain::AgentId("a"), clock_.now());
  });
  const auto upload = [&] {
    return read([&](db::Session& session) { return Messages(session).attachment(file.id); });
  };
  ASSERT_TRUE(upload());
  EXPECT_FALSE(upload()->message);
  EXPECT_EQ(upload()->uploaded_by, domain::AgentId("a"));
  domain::Message message = new_message(case_, "with file");
  message.attachments = {upload()->attachment};
  message = insert(message);
  EXPECT_EQ(upload()->message, message.id);
  EXPECT_EQ(upload()->uploaded_by, domain::AgentId("a"));
  ASSERT_EQ(by_id(message.id).attachments.size(), 1u);
  EXPECT_EQ(by_id(message.id).attachments[0].file_name, "f.txt");
  EXPECT_FALSE(read([&](db::Session& session) {
    return Messages(session).attachment(domain::AttachmentId("no"));
  }));
}

class MessageSearch : public StoredMessages {
 protected:
  static FoundBy found_by(const std::string& text) {
    return {text::fold(text), text::bigrams(text::fold(text))};
  }
  /// A message of the text, findable; its sequence.
  std::int64_t add(const std::string& text, std::optional<domain::CaseId> id = std::nullopt) {
    domain::Message message = new_message(id.value_or(case_), text);
    write([&](db::Session& session) {
      Messages messages(session);
      messages.insert(message);
      messages.index(message.sequence, found_by(text));
    });
    return message.sequence;
  }
  static std::vector<text::Needle> words(const std::vector<std::string>& typed) {
    std::vector<text::Needle> out;
    for (const std::string& word : typed) out.push_back(text::needle_of(text::fold(word)));
    return out;
  }
  std::vector<std::int64_t> search(const std::vector<std::string>& typed,
                                   std::int64_t before = INT64_MAX, int limit = 100) {
    EXPECT_TRUE(database().settle());
    const auto hits = read([&](db::Session& session) {
      return Messages(session).search(words(typed), before, limit);
    });
    std::vector<std::int64_t> out;
    for (const Messages::Hit& hit : hits) out.push_back(hit.sequence);
    return out;
  }
  using Found = std::vector<std::int64_t>;
};
INSTANTIATE_TEST_SUITE_P(Engines, MessageSearch, testing::engines(), testing::engine_name);

TEST_P(MessageSearch, finds_japanese_words_of_any_length) {
  const std::int64_t a = add("ご注文の品を返品したいのですが、可能でしょうか。");
  const std::int64_t b = add("品切れと聞きました");
  const std::int64_t c = add("返事をください");
  EXPECT_EQ(search({"品"}), (Found{b, a}));
  EXPECT_EQ(search({"返"}), (Found{c, a}));
  EXPECT_EQ(search({"い"}), (Found{c, a}));  // the last character of a run too
  EXPECT_EQ(search({"返品"}), Found{a});
  EXPECT_EQ(search({"注文の"}), Found{a});
  EXPECT_EQ(search({"品切れと"}), Found{b});
  EXPECT_EQ(search({"聞きました"}), Found{b});
  EXPECT_EQ(search({"返金"}), Found{});
  EXPECT_EQ(search({"品し切"}), Found{});
}

TEST_P(MessageSearch, finds_a_word_only_where_its_letters_stand_together) {
  const std::int64_t late = add("配送遅延のお詫び");
  const std::int64_t turned = add("遅延配送のお詫び");
  const std::int64_t apart = add("配送の遅延、配送、遅延");
  EXPECT_EQ(search({"配送遅延"}), Found{late});
  EXPECT_EQ(search({"遅延配送"}), Found{turned});
  EXPECT_EQ(search({"配送", "遅延"}), (Found{apart, turned, late}));
  // The pairs of both are there, but not one after the other.
  const std::int64_t trap = add("京東京都へ");
  EXPECT_EQ(search({"東京東"}), Found{});
  EXPECT_EQ(search({"京東京都"}), Found{trap});
}

TEST_P(MessageSearch, makes_no_difference_by_width_kana_and_case) {
  const std::int64_t a = add("ｶﾞｿﾘﾝ代は ＡＢＣ-123 で Order Status を確認");
  for (const char* typed : {"ガソリン", "がそりん", "ｶﾞｿﾘﾝ", "abc", "ＡＢＣ", "Abc", "order",
                            "ORDER", "ｓｔａｔｕｓ", "１２３", "abc-123"}) {
    EXPECT_EQ(search({typed}), Found{a}) << typed;
  }
  EXPECT_EQ(search({"ab"}), Found{});  // words with spaces between them are found whole
  EXPECT_EQ(search({"カソリン"}), Found{});
}

TEST_P(MessageSearch, wants_every_word_and_answers_newest_first) {
  const std::int64_t a = add("返品 交換 refund");
  const std::int64_t b = add("返品 refund");
  const std::int64_t c = add("交換 返品 Refund");
  EXPECT_EQ(search({"返品"}), (Found{c, b, a}));
  EXPECT_EQ(search({"返品", "交換"}), (Found{c, a}));
  EXPECT_EQ(search({"refund", "交", "返品"}), (Found{c, a}));
  EXPECT_EQ(search({"返品", "missing"}), Found{});
  EXPECT_EQ(search({}), Found{});
  // A phrase goes over what a mail program broke in two.
  const std::int64_t d = add("please see the delivery\r\nnote again");
  EXPECT_EQ(search({"delivery note"}), Found{d});
  EXPECT_EQ(search({"note delivery"}), Found{});
}

TEST_P(MessageSearch, goes_on_behind_a_sequence) {
  Found all;
  for (int i = 0; i < 25; ++i) all.insert(all.begin(), add("同じ言葉 word"));
  Found found;
  std::int64_t before = INT64_MAX;
  for (int page = 0; page < 20; ++page) {
    const Found hits = search({"言葉", "word"}, before, 4);
    if (hits.empty()) break;
    EXPECT_LE(hits.size(), 4u);
    found.insert(found.end(), hits.begin(), hits.end());
    before = hits.back();
  }
  EXPECT_EQ(found, all);
}

TEST_P(MessageSearch, reaches_back_behind_many_messages_without_the_word) {
  const std::int64_t old = add("rareword");
  sql("INSERT INTO messages (id, case_id, kind, from_name, from_address, recipients, subject, "
      "body_text, body_visible, body_html, mime_message_id, in_reply_to, reference_ids, notices, "
      "created_at, version) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i "
      "< 9000) SELECT 'bulk-' || i, '" +
      case_.str() + "', 'note', '', '', '{}', '', '', '', '', '', '', '[]', '[]', 0, 1 FROM n");
  const std::int64_t young = add("rareword");
  EXPECT_EQ(search({"rareword"}), (Found{young, old}));
  EXPECT_EQ(search({"rareword"}, young), Found{old});
  EXPECT_EQ(search({"rareword"}, old), Found{});
}

TEST_P(MessageSearch, takes_everything_typed_as_words) {
  const std::int64_t a = add("NEAR and OR not 50% off a_b c\\d 'quote' \"double\" star* x:y (z)");
  const std::int64_t b = add("something else axb");
  for (const char* typed : {"NEAR",   "AND",       "OR", "NOT",        "50%",  "%",   "a_b",
                            "c\\d",   "'quote'",   "'",  "\"double\"", "\"",   "*",   "star*",
                            "x:y",    "(z)",       "(",  "\\",         "\\'",  "^",   "a_b OR",
                            "!&|<->", "NEAR(a b)", "-a", ":*",         "\x01", "{a}", "grams:x"}) {
    const Found hits = search({typed});
    EXPECT_TRUE(std::find(hits.begin(), hits.end(), b) == hits.end()) << typed;
    EXPECT_LE(hits.size(), 1u) << typed;
  }
  EXPECT_EQ(search({"NEAR"}), Found{a});
  EXPECT_EQ(search({"a_b"}), Found{a});
  EXPECT_EQ(search({"50%"}), Found{a});
  EXPECT_EQ(search({"c\\d"}), Found{a});
  EXPECT_EQ(search({"'quote'"}), Found{a});
  EXPECT_EQ(search({"star*"}), Found{a});
  EXPECT_EQ(search({"x:y"}), Found{a});
}

TEST_P(MessageSearch, finds_numbers_however_they_are_written) {
  const std::int64_t a = add("お電話は03-1234-5678まで");
  const std::int64_t b = add("電話 0312345678");
  const std::int64_t c = add("+81 3-1234-5678");
  add("03-1234-5679");
  add("5678 1234 03");
  add("03-1234 は 5678");
  for (const char* typed :
       {"0312345678", "03-1234-5678", "０３（１２３４）５６７８", "+81-3-1234-5678"}) {
    EXPECT_EQ(search({typed}), (Found{c, b, a})) << typed;
  }
  EXPECT_EQ(search({"0312345678", "まで"}), Found{a});
}

TEST_P(MessageSearch, separators_make_no_difference_within_a_phrase) {
  const std::int64_t a = add("order A-100 of 東京、大阪");
  add("A of 100, 大阪 東京, A-1000");
  for (const char* typed : {"a-100", "A 100", "a_100", "東京 大阪", "of 東京", "100 of"}) {
    EXPECT_EQ(search({typed}), Found{a}) << typed;
  }
}

TEST_P(MessageSearch, looks_at_some_kinds_only) {
  const std::int64_t note = add("りんごの件");
  domain::Message call = new_message(case_, "りんごの件で電話");
  call.kind = domain::MessageKind::call;
  write([&](db::Session& session) {
    Messages messages(session);
    messages.insert(call);
    messages.index(call.sequence, found_by(call.text));
  });
  ASSERT_TRUE(database().settle());
  sql("UPDATE messages SET kind = 'note' WHERE seq = " + std::to_string(note));
  const auto of = [&](const std::vector<domain::MessageKind>& kinds) {
    return read([&](db::Session& session) {
      Found found;
      for (const auto& hit : Messages(session).search(words({"りんご"}), INT64_MAX, 9, kinds)) {
        found.push_back(hit.sequence);
      }
      return found;
    });
  };
  EXPECT_EQ(of({}), (Found{call.sequence, note}));
  EXPECT_EQ(of({domain::MessageKind::note}), Found{note});
  EXPECT_EQ(of({domain::MessageKind::note, domain::MessageKind::call}),
            (Found{call.sequence, note}));
  EXPECT_EQ(of({domain::MessageKind::inbound}), Found{});
  EXPECT_TRUE(read([&](db::Session& session) {
    return Messages(session).newer_hit(words({"りんご"}), case_, note, {domain::MessageKind::call});
  }));
  EXPECT_FALSE(read([&](db::Session& session) {
    return Messages(session).newer_hit(words({"りんご"}), case_, note, {domain::MessageKind::note});
  }));
}

TEST_P(MessageSearch, forgets_what_was_corrected) {
  const std::int64_t a = add("誤配送 wrong");
  const std::int64_t b = add("誤配送 too");
  const auto again = [&](std::int64_t sequence, const std::string& old, const std::string& text) {
    write([&](db::Session& session) {
      Messages(session).index_again(sequence, found_by(old), found_by(text));
    });
  };
  again(a, "誤配送 wrong", "破損 right");
  EXPECT_EQ(search({"誤配送"}), Found{b});
  EXPECT_EQ(search({"wrong"}), Found{});
  EXPECT_EQ(search({"破損", "right"}), Found{a});
  again(a, "破損 right", "…");  // nothing left to find it by
  EXPECT_EQ(search({"破損"}), Found{});
  again(a, "…", "破損");
  EXPECT_EQ(search({"破損"}), Found{a});
}

TEST_P(MessageSearch, knows_what_a_crash_left_out) {
  const auto left_out = [&](std::int64_t after) {
    EXPECT_TRUE(database().settle());
    return read([&](db::Session& session) { return Messages(session).not_indexed(after, 10); });
  };
  EXPECT_EQ(left_out(0), Found{});
  add("誤配送");
  EXPECT_EQ(left_out(0), Found{});
  domain::Message one = new_message(case_, "never indexed");
  domain::Message two = new_message(case_, "this neither");
  write([&](db::Session& session) { Messages(session).insert(one); });
  write([&](db::Session& session) { Messages(session).insert(two); });
  // PostgreSQL indexes in the transaction itself.
  if (database().engine() == db::Engine::postgresql) {
    EXPECT_EQ(left_out(0), Found{});
    return;
  }
  EXPECT_EQ(left_out(0), (Found{one.sequence, two.sequence}));
  EXPECT_EQ(left_out(one.sequence), Found{two.sequence});
}

TEST_P(MessageSearch, knows_whether_a_case_has_a_newer_hit) {
  const domain::CaseId other = insert(new_case("other")).id;
  const std::int64_t first = add("配送遅延 and abc");
  add("遅延配送 and abcdef", case_);  // neither word stands here
  add("配送遅延 abc", other);         // another case
  const auto newer = [&](const std::vector<std::string>& typed, std::int64_t after) {
    EXPECT_TRUE(database().settle());
    return read([&](db::Session& session) {
      return Messages(session).newer_hit(words(typed), case_, after);
    });
  };
  EXPECT_FALSE(newer({"配送遅延"}, first));
  EXPECT_FALSE(newer({"abc"}, first));
  EXPECT_TRUE(newer({"abc"}, first - 1));
  EXPECT_TRUE(newer({"配送", "遅延"}, first));
  const std::int64_t last = add("abc 配送遅延");
  EXPECT_TRUE(newer({"abc", "配送遅延"}, first));
  EXPECT_FALSE(newer({"abc", "配送遅延"}, last));
  EXPECT_FALSE(newer({"abc", "xyz"}, 0));
}

}  // namespace
}  // namespace madoguchi::store
