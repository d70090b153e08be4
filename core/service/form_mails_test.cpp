// SPDX-License-Identifier: Apache-2.0
#include "core/service/form_mails.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/service/order_numbers.h"

namespace madoguchi::service {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::vector<std::string> kOwn = {"shop.example"};

mail::Message form(const std::string& from, const std::string& subject, const std::string& text,
                   const std::string& reply_to = {}) {
  mail::Message mail;
  mail.from = {{"", from}};
  mail.subject = subject;
  mail.text = text;
  if (!reply_to.empty()) mail.reply_to = {{"", reply_to}};
  return mail;
}

struct Known {
  const char* name;
  mail::Message mail;
  domain::Requester requester;
  std::vector<std::string> order_numbers;
};

std::vector<Known> known_forms() {
  return {
      {"ec_cube",
       form("form@shop.example", "[雑貨の店] お問い合わせを受け付けました。",
            "鈴木 花子 様\n\nお名前　　　：鈴木 花子 様\nお名前(フリガナ)：スズキ ハナコ\n"
            "郵便番号：〒150-0001\n住所：東京都渋谷区神宮前1-1\n電話番号：03-1234-5678\n"
            "メールアドレス：hanako@example.jp\nお問い合わせ内容：\n注文番号 12345 "
            "が届きません。\n"),
       {"鈴木 花子", "スズキ ハナコ", "hanako@example.jp", "03-1234-5678"},
       {}},
      {"shopify",
       form("mailer@shopify.com", "New customer message on November 21, 2026 at 10:00 am",
            "You received a new message from your online store's contact form.\n\n"
            "Country Code:\nJP\n\nName:\nJane Roe\n\nEmail:\njane@example.com\n\n"
            "Phone:\n+81 90-1234-5678\n\nBody:\nWhere is my order?\n"),
       {"Jane Roe", "", "jane@example.com", "+81 90-1234-5678"},
       {}},
      {"ecforce",
       form("info@shop.example", "お問い合わせがありました",
            "ecforce お問い合わせフォーム\n【お名前】\n佐藤 次郎\n【フリガナ】\nサトウ ジロウ\n"
            "【メールアドレス】\njiro@example.jp\n【電話番号】\n09012345678\n【受注番号】\n"
            "AB12CD34\n【お問い合わせ内容】\n解約したい\n"),
       {"佐藤 次郎", "サトウ ジロウ", "jiro@example.jp", "09012345678"},
       {"AB12CD34"}},
      {"makeshop",
       form("noreply@makeshop.jp", "【お問い合わせ】商品について",
            "■お名前（必須）: 田中 一郎\n■メールアドレス（必須）: ichiro@example.jp\n"
            "■電話番号: 0312345678\n■ご注文番号: 20261121000123\n■お問い合わせ内容: 色違い\n"),
       {"田中 一郎", "", "ichiro@example.jp", "0312345678"},
       {"20261121000123"}},
      {"contact_form_7",
       form("wordpress@blog.example", "Shop \"Hello\"",
            "From: Jane Roe <jane@example.com>\nSubject: Hello\n\nMessage Body:\nHi there\n\n--\n"
            "This e-mail was sent from a contact form on Shop (https://blog.example)\n",
            "jane@example.com"),
       {"Jane Roe", "", "jane@example.com", ""},
       {}},
      {"google_forms",
       form("forms-receipts-noreply@google.com", "お問い合わせフォームの新しい回答",
            "姓\n高橋\n\n名\n三郎\n\nメールアドレス *\nsaburo@example.jp\n\n注文番号\n#1001\n\n"
            "お問い合わせ内容 *\nサイズ交換\n"),
       {"高橋 三郎", "", "saburo@example.jp", ""},
       {"1001"}},
  };
}

TEST(FormMails, the_common_forms_are_recognised) {
  for (const Known& known : known_forms()) {
    std::string saw;
    const std::optional<FormMail> found = find_form_mail(known.mail, {}, kOwn, saw);
    ASSERT_TRUE(found) << known.name << ": " << saw;
    EXPECT_EQ(found->form, known.name);
    EXPECT_EQ(found->requester, known.requester)
        << known.name << found->requester.name << "|" << found->requester.kana << "|"
        << found->requester.address << "|" << found->requester.phone;
    EXPECT_EQ(found->order_numbers, known.order_numbers) << known.name;
  }
}

TEST(FormMails, what_is_no_form_is_none) {
  std::string saw;
  const mail::Message real = known_forms().front().mail;
  mail::Message stranger = real;  // anybody can write such lines
  stranger.from = {{"", "mallory@evil.example"}};
  EXPECT_FALSE(find_form_mail(stranger, {}, kOwn, saw));
  EXPECT_THAT(saw, ::testing::HasSubstr("neither its sender nor its Reply-To"));
  stranger.from = {{"", "mallory@notshop.example"}};
  EXPECT_FALSE(find_form_mail(stranger, {}, {"shop.example"}, saw));
  mail::Message answer = real;  // that quotes the form
  answer.in_reply_to = {"x@shop.example"};
  EXPECT_FALSE(find_form_mail(answer, {}, kOwn, saw));
  EXPECT_FALSE(find_form_mail(form("a@shop.example", "Hi", "お名前：山田\n"), {}, kOwn, saw));
  domain::MailboxRules off;
  off.known_forms = false;
  EXPECT_FALSE(find_form_mail(real, off, kOwn, saw));
  EXPECT_FALSE(find_form_mail({}, {}, kOwn, saw));
}

TEST(FormMails, a_rule_of_the_mailbox_comes_first_and_knows_its_own_labels) {
  domain::MailboxRules rules;
  domain::FormRule rule;
  rule.from = "*@forms.example";
  rule.subject = "*資料請求*";
  rule.name = {"ご請求者"};
  rule.order_number = {"管理コード"};
  rules.forms = {rule};
  std::string saw;
  const auto found = find_form_mail(form("NoReply@Forms.example", "【資料請求】",
                                         "ご請求者：伊藤\n管理コード：Z-77881\n", "ito@example.jp"),
                                    rules, kOwn, saw);
  ASSERT_TRUE(found) << saw;
  EXPECT_EQ(found->form, "rule 1");
  EXPECT_EQ(found->requester, (domain::Requester{"伊藤", "", "ito@example.jp", ""}));
  EXPECT_THAT(found->order_numbers, ElementsAre("Z-77881"));
  EXPECT_FALSE(find_form_mail(form("noreply@forms.example", "別件", ""), rules, kOwn, saw));
}

TEST(OrderNumbers, labels_find_them) {
  EXPECT_THAT(order_numbers("注文番号：１２３４５の件", "", {}), ElementsAre("12345"));
  EXPECT_THAT(order_numbers("", "ご注文番号は A-2026-001 です", {}), ElementsAre("A-2026-001"));
  EXPECT_THAT(order_numbers("", "【注文番号】\nEC-000123\n", {}), ElementsAre("EC-000123"));
  EXPECT_THAT(order_numbers("", "My order number is 998877, thanks", {}), ElementsAre("998877"));
  EXPECT_THAT(order_numbers("Order #1001 confirmed", "Order #1001", {}), ElementsAre("1001"));
  EXPECT_THAT(order_numbers("Re: #20345", "", {}), ElementsAre("20345"));
}

TEST(OrderNumbers, other_numbers_are_none) {
  for (const char* text : {"電話番号：03-1234-5678", "〒150-0001", "送り状番号：1234-5678-9012",
                           "伝票番号 123456789012", "お問い合わせ番号：400123456789",
                           "tracking number: 1Z999AA10123456784", "注文番号：090-1234-5678",
                           "注文番号：090 1234 5678x", "注文番号を忘れました",
                           "2026年11月21日に3個注文しました", "ご注文番号：150-0001"}) {
    EXPECT_THAT(order_numbers("", text, {}), IsEmpty()) << text;
  }
}

TEST(OrderNumbers, patterns_find_them_anywhere_but_not_in_parcels_and_telephones) {
  const std::vector<std::string> patterns = {"ec-########", "#######-###", "???####"};
  EXPECT_THAT(order_numbers("", "ＥＣ－00012345と EC-00012346 です", patterns),
              ElementsAre("EC-00012345", "EC-00012346"));
  EXPECT_THAT(order_numbers("", "abc1234 を注文", patterns), ElementsAre("abc1234"));
  EXPECT_THAT(order_numbers("", "xEC-00012345 EC-000123456 ABC12345", patterns), IsEmpty());
  EXPECT_THAT(order_numbers("", "送り状番号 1234567-890", patterns), IsEmpty());
  EXPECT_THAT(order_numbers("", "1234567-890", patterns), ElementsAre("1234567-890"));
}

TEST(Patterns, fit_the_whole_with_stars_for_anything) {
  EXPECT_TRUE(fits_pattern("*お問合せ*", "【店】お問合せがありました"));
  EXPECT_TRUE(fits_pattern("Form@*", "form@shop.example"));
  EXPECT_FALSE(fits_pattern("form@shop", "form@shop.example"));
  EXPECT_TRUE(fits_pattern("", ""));
  EXPECT_FALSE(fits_pattern("", "x"));
  EXPECT_FALSE(fits_pattern(std::string(300, '*') + "b", std::string(3000, 'a')));
}

}  // namespace
}  // namespace madoguchi::service
