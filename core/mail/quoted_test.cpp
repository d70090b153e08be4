// SPDX-License-Identifier: Apache-2.0
#include "core/mail/quoted.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>

namespace madoguchi::mail {
namespace {

TEST(VisibleText, every_introduction_is_cut_with_what_it_introduces) {
  const char* const introductions[] = {
      "On Sat, Nov 21, 2026 at 10:00 AM Shop <shop@example.jp> wrote:\n\n> old\n> old",
      "On Sat, Nov 21, 2026 at 10:00 AM Shop with a long name\n<shop@example.jp> wrote:\n\n> old",
      "On Nov 21, 2026, at 10:00, Shop\n<shop@example.jp>\nwrote:\n> old",
      "On 2026/11/21 10:00, Shop wrote:\n> old",
      "2026年11月21日(土) 10:00 山田 <a@b.example>:\n\n> 前のメール\n> 続き",
      "2026年11月21日(土) 10:00 窓口サポート担当\n<support@example.jp>:\n> 前",
      "2026年11月21日(土) 10:00 山田太郎:\n> 前",
      "2026/11/21 10:00、山田 <a@b.example>のメール:\n\n> 前",
      "2026/11/21 10:00、山田 <a@b.example>のメール：\n\n前のメール",
      "2026年11月21日(土) 10:00、山田さん(a@b.example)のメッセージ:\n\n前のメール",
      "2026/11/21 10:00、山田さんは書きました:\n> 前",
      "山田さんは書きました：\n＞前\n＞ 続き",
      "a@b.exampleさんは書きました。\n> 前",
      "(2026/11/21 10:00), Shop wrote:\n> old",
      "Shop <shop@example.jp> wrote:\n> old",
      "Shop wrote:\n> old",
      "Le sam. 21 nov. 2026 à 10:00, Shop <s@e.example> a écrit :\n> vieux",
      "Am 21.11.2026 um 10:00 schrieb Shop:\n> alt",
      "El sáb, 21 nov 2026 a las 10:00, Shop (<s@e.example>) escribió:\n> viejo",
      "Il giorno sab 21 nov 2026 alle ore 10:00 Shop <s@e.example> ha\nscritto:\n> vecchio",
      "在 2026年11月21日 10:00，Shop <s@e.example> 写道：\n> 旧",
      "2026년 11월 21일 (토) 오전 10:00, Shop <s@e.example>님이 작성:\n> 옛",
      "-----Original Message-----\nFrom: Shop <s@e.example>\nSent: Saturday\nTo: x\nSubject: "
      "y\n\nold",
      "----- 元のメッセージ -----\n差出人: x\n\n前",
      "-----元のメッセージ-----\n前",
      "________________________________\nFrom: Shop <s@e.example>\nSent: Saturday, November 21, "
      "2026 10:00\nTo: x <x@y.example>\nSubject: Re: y\n\nold",
      "差出人: 窓口 <s@e.example>\n送信日時: 2026年11月21日 10:00\n宛先: 山田\n件名: Re: "
      "ご注文\n\n前",
      "差出人 : 窓口\n日時 : 2026/11/21\n件名 : x\n前",
      "*From:* Shop\n*Sent:* Saturday\n*To:* x\n*Subject:* y\n\nold",
      "Von: Shop\nGesendet: Samstag\nAn: x\nBetreff: y\n\nalt",
      "> old\n> old",
      "＞前\n＞前",
      "  > old",
      "-- \nYamada Taro\nTEL 03-1234-5678",
      "-- \nYamada\n\nOn 2026/11/21 10:00, Shop wrote:\n> old",
      "--\n山田",
      "Sent from my iPhone",
      "iPhoneから送信\n\n2026/11/21 10:00、山田 <a@b.example>のメール:\n\n> 前",
      "Get Outlook for iOS<https://aka.ms/x>",
      "Androidから送信",
      "━━━━━━━━━━━━\n株式会社サンプル 山田\n〒100-0001 東京都\nTEL: 03-1234-5678\n━━━━━━━━━━━━",
      "------------------------\nYamada\nhttp://example.com\n",
  };
  for (const char* introduction : introductions) {
    EXPECT_EQ(visible_text("返品したいです。\n\nよろしく\n\n" + std::string(introduction) + "\n"),
              "返品したいです。\n\nよろしく")
        << introduction;
  }
}

TEST(VisibleText, answers_between_quoted_lines_stay) {
  EXPECT_EQ(
      visible_text("On 2026/11/21 10:00, Shop wrote:\n> Size?\nM\n\n> Colour?\n\n\nRed\n\n> bye"),
      "M\n\nRed");
  EXPECT_EQ(visible_text("> Size?\r\nM please\r\n"), "M please");
}

TEST(VisibleText, a_forward_is_not_a_quote) {
  for (const char* forwarded : {
           "FYI\n\n---------- Forwarded message ---------\nFrom: x <x@y.example>\nDate: "
           "Sat\nSubject: y\nTo: z\n\n> text\nmore\n-- \nx",
           "確認してください\n\n---------- 転送されたメッセージ ----------\n差出人: x\n日付: "
           "y\n件名: z\n\n本文",
           "Begin forwarded message:\n\nFrom: x\nSubject: y\nDate: z\n\ntext",
           "-------- Forwarded Message --------\nSubject: x\n\ntext",
       }) {
    EXPECT_EQ(visible_text(forwarded), forwarded);
  }
  EXPECT_EQ(visible_text("FYI\n-- \nYamada\n\n---------- Forwarded message ---------\ntext"),
            "FYI\n\n---------- Forwarded message ---------\ntext");
}

TEST(VisibleText, what_only_looks_like_a_quote_stays) {
  for (const char* text : {
           "お名前: 山田\nメール: a@b.example\n電話: 03-1234-5678",
           "----------------\nお名前: 山田\n注文番号: 123\nTEL: 03-1234-5678\n----------------",
           "On Monday I ordered a dress.\nPlease tell me when it comes:\n- colour\n- size",
           "11月21日に注文しました。\nよろしくお願いします。",
           "2026年11月21日に注文した商品:\nワンピース",
           "問題は次のとおり書きました。\n以上",
           "To: すみません\nFrom: 山田",
           "Bob wrote:\nnothing quoted follows",
           "a -> b\n1 > 0",
           "手順\n--\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16",
           "件名: 返品\n本文です",
           "iPhoneから送信できません。どうすればよいですか",
       }) {
    EXPECT_EQ(visible_text(text), text);
  }
}

TEST(VisibleText, never_empty_when_there_is_text) {
  EXPECT_EQ(visible_text("> only\n> quoted"), "> only\n> quoted");
  EXPECT_EQ(visible_text("-----Original Message-----\nFrom: x\n\ntext\n"),
            "-----Original Message-----\nFrom: x\n\ntext");
  EXPECT_EQ(visible_text("-- \nYamada"), "-- \nYamada");
  EXPECT_EQ(visible_text("Sent from my iPhone\n"), "Sent from my iPhone");
  EXPECT_EQ(visible_text(""), "");
  EXPECT_EQ(visible_text(" \n\xE3\x80\x80\n"), "");
}

TEST(VisibleText, any_lines_are_survived_in_linear_time) {
  const char* const pieces[] = {"> x\n",     "\n",           "On 2026/11/21 10:00\n",
                                "wrote:\n",  "From: x\n",    "--\n",
                                "-- \n",     "━━━━━━━━━━\n", "TEL 1\n",
                                "text\n",    "＞\n",         "2026年\n",
                                "Sent: x\n", "\xFF\xE3\n",   "----- \n"};
  std::mt19937 random(20261122);
  for (int round = 0; round < 1000; ++round) {
    std::string text;
    for (int i = 0; i < 20; ++i) text += pieces[random() % std::size(pieces)];
    text += "end";
    EXPECT_NE(visible_text(text), "");
  }
  for (const char* piece : pieces) {
    std::string text = "start\n";
    while (text.size() < 50'000) text += piece;
    const auto start = std::chrono::steady_clock::now();
    EXPECT_NE(visible_text(text), "");
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30)) << piece;
  }
}

}  // namespace
}  // namespace madoguchi::mail
