// SPDX-License-Identifier: Apache-2.0
// Whole replies as the usual mail programs write them, each with exactly what must stay visible.
#include <gtest/gtest.h>

#include "core/mail/html.h"
#include "core/mail/message.h"
#include "core/mail/quoted.h"

namespace madoguchi::mail {
namespace {

struct Reply {
  const char* program;
  const char* text;
  const char* visible;
};

constexpr Reply kReplies[] = {
    {"Gmail, English",
     "The blue one, please.\n\nOn Sat, Nov 21, 2026 at 10:00 AM Shop Support <help@shop.example>\n"
     "wrote:\n\n> Which colour would you like?\n>\n> Shop\n",
     "The blue one, please."},
    {"Gmail, English, answer below",
     "On Sat, Nov 21, 2026 at 10:00 AM Shop <help@shop.example> wrote:\n\n> Which size?\n\nM.\n",
     "M."},
    {"Gmail, Japanese",
     "青でお願いします。\n\n2026年11月21日(土) 10:00 サンプル商店 <help@shop.example>:\n\n"
     "> 色はどちらにしますか。\n>\n> サンプル商店\n",
     "青でお願いします。"},
    {"Gmail, Japanese, long name",
     "了解です。\n\n2026年11月21日(土) 10:00 サンプル商店カスタマーサポート窓口\n"
     "<help@shop.example>:\n\n> ご確認ください。",
     "了解です。"},
    {"Gmail on a phone with its own signature",
     "写真を送ります。\n\niPhoneから送信\n\n2026年11月21日(土) 10:00 窓口 <help@shop.example>:\n"
     "> 写真をお願いします",
     "写真を送ります。"},
    {"Gmail, German",
     "Passt, danke.\n\nAm Sa., 21. Nov. 2026 um 10:00 Uhr schrieb Laden\n"
     "<hilfe@laden.example>:\n\n> Passt es?\n",
     "Passt, danke."},
    {"Gmail, French",
     "C'est bon.\n\nLe sam. 21 nov. 2026 à 10:00, Boutique <aide@b.example> a écrit :\n\n> Oui ?",
     "C'est bon."},
    {"Gmail, Spanish",
     "Perfecto.\n\nEl sáb, 21 nov 2026 a las 10:00, Tienda (<a@t.example>) escribió:\n\n> Vale",
     "Perfecto."},
    {"Gmail, Italian",
     "Va bene.\n\nIl giorno sab 21 nov 2026 alle ore 10:00 Negozio <a@n.example> ha scritto:\n\n> "
     "x",
     "Va bene."},
    {"Gmail, Portuguese",
     "Obrigado.\n\nEm sáb., 21 de nov. de 2026 às 10:00, Loja <a@l.example> escreveu:\n\n> x",
     "Obrigado."},
    {"Gmail, Dutch", "Goed zo.\n\nOp za 21 nov 2026 om 10:00 schreef Winkel <a@w.example>:\n\n> x",
     "Goed zo."},
    {"Gmail, Swedish", "Tack.\n\nDen lör 21 nov. 2026 kl 10:00 skrev Butik <a@b.example>:\n\n> x",
     "Tack."},
    {"Gmail, Polish", "Dobrze.\n\nsob., 21 lis 2026 o 10:00 Sklep <a@s.example> napisał(a):\n\n> x",
     "Dobrze."},
    {"Gmail, Czech",
     "Ano.\n\nso 21. 11. 2026 v 10:00 odesílatel Obchod <a@o.example> napsal:\n\n> x", "Ano."},
    {"Gmail, Turkish",
     "Tamam.\n\nMağaza <a@m.example>, 21 Kas 2026 Cmt, 10:00 tarihinde şunu yazdı:\n\n> x",
     "Tamam."},
    {"Gmail, Russian",
     "Хорошо.\n\nсб, 21 нояб. 2026 г. в 10:00, Магазин <a@m.example> написал:\n\n> x", "Хорошо."},
    {"Gmail, Korean",
     "네.\n\n2026년 11월 21일 (토) 오전 10:00, 상점 <a@s.example>님이 작성:\n\n> x", "네."},
    {"Gmail, Chinese", "好的。\n\n商店 <a@s.example> 于2026年11月21日周六 10:00写道：\n\n> x",
     "好的。"},
    {"Apple Mail, English",
     "Received, thanks!\n\n> On 21 Nov 2026, at 10:00, Shop <help@shop.example> wrote:\n>\n"
     "> Did it arrive?\n",
     "Received, thanks!"},
    {"Apple Mail, Japanese",
     "届きました。\n\n> 2026/11/21 10:00、サンプル商店 <help@shop.example>のメール:\n> \n"
     "> 届きましたでしょうか。\n",
     "届きました。"},
    {"iPhone, Japanese",
     "届きました。\n\niPhoneから送信\n\n2026/11/21 10:00、サンプル商店 "
     "<help@shop.example>のメール:\n\n"
     "﻿> 届きましたか",
     "届きました。"},
    {"iPhone, English",
     "Yes.\n\nSent from my iPhone\n\n> On Nov 21, 2026, at 10:00, Shop <h@s.example> wrote:\n> \n> "
     "?",
     "Yes."},
    {"Outlook, English",
     "Please cancel it.\n\n-----Original Message-----\nFrom: Shop <help@shop.example>\n"
     "Sent: Saturday, November 21, 2026 10:00 AM\nTo: Jane\nSubject: Your order\n\nHello Jane,\n",
     "Please cancel it."},
    {"Outlook, English, without dashes",
     "Please cancel it.\n\nFrom: Shop <help@shop.example>\nSent: Saturday, November 21, 2026\n"
     "To: Jane <jane@e.example>\nCc: Bob\nSubject: Your order\n\nHello Jane,\n",
     "Please cancel it."},
    {"Outlook, English, ruled",
     "Cancel it.\n\n________________________________\nFrom: Shop <h@s.example>\n"
     "Sent: Saturday\nTo: Jane\nSubject: x\n\nHello",
     "Cancel it."},
    {"Outlook, Japanese",
     "取り消してください。\n\n-----元のメッセージ-----\n差出人: 窓口 <h@s.example>\n"
     "送信日時: 2026年11月21日土曜日 10:00\n宛先: 山田\n件名: ご注文\n\n山田様\n",
     "取り消してください。"},
    {"Outlook, Japanese, without dashes",
     "取り消してください。\n\n差出人: 窓口 <h@s.example>\n送信日時: 2026年11月21日 10:00\n"
     "宛先: 山田 <y@e.example>\n件名: RE: ご注文\n\n山田様",
     "取り消してください。"},
    {"Outlook, Japanese, full-width colons",
     "承知しました。\n\n差出人： 窓口\n送信： 2026年11月21日\n宛先： 山田\n件　名： ご注文\n\n本文",
     "承知しました。"},
    {"Outlook from Word",
     "OK\n\n*From:* Shop <h@s.example>\n*Sent:* Saturday\n*To:* Jane\n*Subject:* x\n\nHello", "OK"},
    {"Outlook, German", "Gut.\n\nVon: Laden\nGesendet: Samstag\nAn: Eva\nBetreff: x\n\nHallo",
     "Gut."},
    {"Outlook, French", "Bien.\n\nDe : Boutique\nEnvoyé : samedi\nÀ : Eve\nObjet : x\n\nBonjour",
     "Bien."},
    {"Outlook, Dutch", "Goed.\n\nVan: W\nVerzonden: zaterdag\nAan: E\nOnderwerp: x\n\nHoi",
     "Goed."},
    {"Outlook, Polish", "Tak.\n\nOd: S\nWysłano: sobota\nDo: E\nTemat: x\n\nHej", "Tak."},
    {"Outlook, Russian", "Да.\n\nОт: М\nОтправлено: суббота\nКому: Е\nТема: x\n\nПривет", "Да."},
    {"Outlook, Korean", "네.\n\n보낸 사람: 상점\n보낸 날짜: 토요일\n받는 사람: 이\n제목: x\n\n안녕",
     "네."},
    {"Outlook, Chinese", "好。\n\n发件人: 商店\n发送时间: 星期六\n收件人: 李\n主题: x\n\n你好",
     "好。"},
    {"Outlook on a phone",
     "Thanks\n\nGet Outlook for iOS<https://e.example/o>\n________________________________\n"
     "From: Shop\nSent: Saturday\nTo: J\nSubject: x\n\nHello",
     "Thanks"},
    {"Thunderbird, English", "On 11/21/26 10:00, Shop wrote:\n> Size?\nM\n> Colour?\nRed\n",
     "M\n\nRed"},
    {"Thunderbird, Japanese",
     "On 2026/11/21 10:00, サンプル商店 wrote:\n> サイズは\nMです\n> 色は\n赤です\n",
     "Mです\n\n赤です"},
    {"Thunderbird, older Japanese",
     "はい。\n\n(2026/11/21 10:00), サンプル商店 wrote:\n> よろしいですか", "はい。"},
    {"Thunderbird, German", "Ja.\n\nAm 21.11.2026 um 10:00 schrieb Laden:\n> Gut?", "Ja."},
    {"Yahoo!メール",
     "返品します。\n\n----- Original Message -----\nFrom: 窓口 <h@s.example>\nTo: y@e.example\n"
     "Date: 2026/11/21, Sat 10:00\nSubject: ご案内\n\n山田様\n",
     "返品します。"},
    {"Yahoo!メール, newer",
     "返品します。\n\n2026年11月21日土曜日 10:00、窓口 <h@s.example> "
     "のメール:\n\n山田様\nご案内です。",
     "返品します。"},
    {"Yahoo!メール アプリ",
     "返品します。\n\nYahoo!メールアプリから送信\n\n2026/11/21 10:00、窓口 "
     "<h@s.example>のメール:\n> ご案内",
     "返品します。"},
    {"docomo, no header", "わかりました\n\n>商品を発送しました\n>サンプル商店\n", "わかりました"},
    {"au, full-width marks", "わかりました\n＞商品を発送しました\n＞サンプル商店", "わかりました"},
    {"SoftBank, mark and space", "届いてません(>_<)\n\n> 商品を発送しました\n> 商店",
     "届いてません(>_<)"},
    {"docomo, original mail", "わかりました\n\n-----Original Message-----\n発送しました",
     "わかりました"},
    {"au, Japanese marker", "わかりました\n\n----元のメッセージ----\n発送しました", "わかりました"},
    {"phone, full-width rule", "はい\n\n――――元のメール――――\n発送しました", "はい"},
    {"Android",
     "Ok\n\n-------- Original message --------\nFrom: Shop\nDate: 21/11/2026\nTo: J\n\nHi", "Ok"},
    {"Android, Japanese",
     "はい\n\n-------- 元のメッセージ --------\n差出人: 窓口\n日付: 土曜\n\n本文", "はい"},
    {"Android, signature", "はい\n\nAndroidから送信", "はい"},
    {"Becky!",
     "確認しました。\n\nOn Sat, 21 Nov 2026 10:00:00 +0900\n窓口 <h@s.example> wrote:\n\n"
     "> ご確認ください。\n\n-- \n山田 <y@e.example>\n",
     "確認しました。"},
    {"written by, polite", "窓口さんは書きました：\n＞ご希望は？\n交換です。", "交換です。"},
    {"written by, date", "交換です。\n\n2026/11/21 (土) 10:00、窓口さんは書きました:\n> 希望は",
     "交換です。"},
    {"webmail, quoting", "Yes.\n\nQuoting Shop <h@s.example>:\n\n> Sure?", "Yes."},
    {"webmail, at", "Yes.\n\nAt 10:00 AM 11/21/2026, Shop wrote:\n>Sure?", "Yes."},
    {"Lotus", "Yes.\n\nShop <h@s.example> wrote on 11/21/2026 10:00:00 AM:\n\n> Sure?", "Yes."},
    {"QQ Mail", "好的\n\n------------------ 原始邮件 ------------------\n发件人: x\n\n旧", "好的"},
    {"quote of a quote",
     "Third.\n\nOn 2026/11/21 10:00, A wrote:\n> Second.\n>\n> On 2026/11/20, B "
     "wrote:\n>> First.\n",
     "Third."},
    {"signature and quote",
     "Hi,\n\nit broke.\n\n-- \nJane Doe\nTel +44 20 0000 0000\n\nOn 2026/11/21 "
     "10:00, Shop wrote:\n> Well?",
     "Hi,\n\nit broke."},
    {"signature above answers",
     "See below.\n-- \nJane\n\nOn 2026/11/21 10:00, Shop wrote:\n> "
     "Size?\nM\n",
     "See below.\n\nM"},
    {"signature between rules",
     "返品希望です。\n\n━━━━━━━━━━━━\n山田 花子\n〒000-0000 見本県見本市\nTEL 000-0000-0000\n"
     "━━━━━━━━━━━━\n",
     "返品希望です。"},
    {"signature by repetition",
     "まだ届きません。\n\n株式会社見本 山田\nyamada@mihon.example\n\n2026年11月21日(土) 10:00 窓口 "
     "<h@s.example>:\n> 発送しました。\n>\n> 2026年11月20日(金) 9:00 山田 <yamada@mihon.example>:\n"
     ">> 届きません。\n>>\n>> 株式会社見本 山田\n>> yamada@mihon.example\n",
     "まだ届きません。"},
    {"CRLF", "Yes.\r\n\r\nOn 2026/11/21 10:00, Shop wrote:\r\n> Sure?\r\n", "Yes."},
    {"Apple forward, Japanese",
     "ご確認ください。\n\n転送されたメッセージ:\n\n差出人: 商店\n件名: 案内\n日付: 土曜\n\n> 本文",
     "ご確認ください。\n\n転送されたメッセージ:\n\n差出人: 商店\n件名: 案内\n日付: 土曜\n\n> 本文"},
    {"Gmail forward, German",
     "Bitte prüfen.\n\n---------- Weitergeleitete Nachricht ---------\nVon: x\nBetreff: y\n\n> z",
     "Bitte prüfen.\n\n---------- Weitergeleitete Nachricht ---------\nVon: x\nBetreff: y\n\n> z"},
};

TEST(VisibleReply, every_program_and_language) {
  for (const Reply& reply : kReplies) {
    EXPECT_EQ(visible_text(reply.text), reply.visible) << reply.program;
  }
}

TEST(VisibleReply, what_only_resembles_a_quote_stays) {
  for (const char* text : {
           "On the box was written:\nfragile\nIs that right?",
           "On 2026/11/21 I ordered two dresses.\nOne is missing.\nCan you help?",
           "次のものを注文しました:\nワンピース\n靴",
           "2026年11月21日 10:00 に電話しました。\n担当の方は不在でした。",
           "2026/11/21\n注文番号: 123\n商品: 靴",
           "11:30 ごろ届く予定:\n靴と帽子",
           "From: 東京\nTo: 大阪\nの送料はいくらですか。",
           "件名：注文の取り消し\n注文番号：123\n理由：サイズ違い",
           "お名前：山田\n日時：11月21日\n内容：返品",
           "手紙に「返品できる」と書きました。確認してください。",
           "温度は 5 > 3 です。\nA -> B -> C",
           "(>_<) 壊れていました",
           "・色: 青\n・サイズ: M\n■数量: 2",
           "--- 追記 ---\n靴も欲しいです。",
           "=== Order ===\n1 dress\n2 shoes",
           "iPhoneから送信したのですが、届いていますか。",
           "Sent is the wrong word:\nI never sent it.",
           "He wrote:\nplease call me\nbut nobody called.",
           "Am Samstag habe ich geschrieben:\nkeine Antwort.",
           "De : je ne sais pas\nmerci",
           "転送してください:\n住所は下のとおり",
           "To: すみません\nCc: みなさん",
           "ー追伸ー\nまた買います。",
           "１．注文した日\n２．届いた日",
       }) {
    EXPECT_EQ(visible_text(text), text);
    EXPECT_TRUE(hidden_ranges(text).empty()) << text;
  }
}

TEST(VisibleReply, a_repeated_question_is_no_signature) {
  const std::string text =
      "届きません。\n\n注文番号 123 です\n連絡は y@e.example へお願いします\n\n"
      "2026/11/21 10:00、窓口 <h@s.example>のメール:\n> 注文番号 123 です\n> 連絡は y@e.example "
      "へお願いします";
  EXPECT_EQ(visible_text(text),
            "届きません。\n\n注文番号 123 です\n連絡は y@e.example へお願いします");
}

TEST(VisibleReply, a_forward_by_its_subject_stays_whole) {
  Message mail;
  mail.text = "見てください\n\n差出人: x\n送信日時: y\n宛先: z\n件名: w\n\n本文";
  mail.subject = "FW: w";
  EXPECT_EQ(visible_text(mail), mail.text);
  mail.subject = "RE: FW: w";
  EXPECT_EQ(visible_text(mail), "見てください");
  for (const char* subject :
       {"Fwd: a", "転送: a", "[Fwd: a]", "WG: a", "TR : a", "ＦＷ：a", "【転送】a"})
    EXPECT_TRUE(is_forward_subject(subject)) << subject;
  for (const char* subject : {"Re: Fwd: a", "fwd", "転送について", "forward: a", ""})
    EXPECT_FALSE(is_forward_subject(subject)) << subject;
}

TEST(VisibleReply, ranges_and_visible_text_agree) {
  for (const Reply& reply : kReplies) {
    const std::string_view text = reply.text;
    std::size_t last = 0;
    std::string kept;
    for (const HiddenRange& range : hidden_ranges(text)) {
      ASSERT_LT(range.begin, range.end);
      ASSERT_LE(last, range.begin);
      ASSERT_LE(range.end, text.size());
      kept += text.substr(last, range.begin - last);
      last = range.end;
    }
    kept += text.substr(last);
    const auto letters = [](std::string_view all) {
      std::string out;
      for (const char c : all) {
        if (c != '\n' && c != '\r') out += c;
      }
      return out;
    };
    EXPECT_EQ(letters(kept), letters(visible_text(text))) << reply.program;
  }
  const std::string text = "Yes.\n> Sure?\n-- \nJane\n";
  const std::vector<HiddenRange> expected = {{5, 13, HiddenRange::Reason::quote},
                                             {13, 22, HiddenRange::Reason::signature}};
  EXPECT_EQ(hidden_ranges(text), expected);
}

constexpr Reply kHtmlReplies[] = {
    {"Gmail",
     "<div dir=ltr>Yes.</div><br><div class=\"gmail_quote gmail_quote_container\"><div dir=ltr "
     "class=gmail_attr>La 21.11.2026, Magazin &lt;<a href=mailto:h@s.example>h@s.example</a>&gt; "
     "zice asa:<br></div><blockquote class=gmail_quote>Sure?</blockquote></div>",
     "Yes."},
    {"Gmail forward",
     "<div>Look.</div><div class=gmail_quote><div class=gmail_attr>---------- Forwarded message "
     "---------<br>From: x</div><p>text</p></div>",
     "Look.\n---------- Forwarded message ---------\nFrom: x\n\ntext"},
    {"Apple Mail",
     "<body>Yes.<br><div><blockquote type=\"cite\"><div>On 21 Nov 2026, at 10:00, Shop "
     "wrote:</div><br><div>Sure?</div></blockquote></div></body>",
     "Yes."},
    {"Apple forward",
     "Look.<blockquote type=\"cite\"><div>Begin forwarded message:</div><div>From: x</div>"
     "</blockquote>",
     "Look.\nBegin forwarded message:\nFrom: x"},
    {"Outlook",
     "<div>Yes.</div><hr><div id=\"divRplyFwdMsg\"><b>Από:</b> x<br><b>Στάλθηκε:</b> y<br></div>"
     "<div>Sure?</div>",
     "Yes."},
    {"Outlook on the web",
     "<div>Yes.</div><div id=appendonsend></div><hr><div id=divRplyFwdMsg><b>From:</b> x</div>"
     "<div>Sure?</div>",
     "Yes."},
    {"Thunderbird",
     "<p>Yes.</p><div class=moz-cite-prefix>Στις 21/11/2026 10:00, ο Shop έγραψε:<br></div>"
     "<blockquote type=cite cite=\"mid:x@s.example\"><p>Sure?</p></blockquote>",
     "Yes."},
    {"Yahoo",
     "<div>Yes.</div><div id=yahoo_quoted_1 class=yahoo_quoted><div>21 nov., Shop:</div><div>Sure?"
     "</div></div>",
     "Yes."},
    {"answers inside",
     "<blockquote type=cite>Size?</blockquote><p>M</p><blockquote "
     "type=cite>Colour?</blockquote><p>Red</p>",
     "M\n\nRed"},
    {"only resembles", "<p class=my_gmail_quotes>Yes.</p><p id=divRply>No.</p>", "Yes.\n\nNo."},
};

TEST(VisibleReply, html_says_what_is_quoted) {
  for (const Reply& reply : kHtmlReplies) {
    Message mail;
    mail.html = reply.text;
    mail.text = html_to_text(reply.text);
    EXPECT_EQ(visible_text(mail), reply.visible) << reply.program << "\n" << mail.text;
  }
}

TEST(VisibleReply, html_helps_where_the_plain_text_shows_no_quote) {
  Message mail;
  mail.text = "Ναι.\n\nΑπό: Shop\nΣτάλθηκε: Σάββατο\nΠρος: x\n\nSure about it?\nBest";
  mail.html =
      "<p>Ναι.</p><div id=appendonsend></div><div id=divRplyFwdMsg>Από: Shop<br>Στάλθηκε: Σάββατο"
      "<br>Προς: x</div><p>Sure about it?</p><p>Best</p>";
  EXPECT_EQ(visible_text(mail), "Ναι.");
  mail.html = "<p>other words</p><div id=appendonsend></div><p>nothing of it</p>";
  EXPECT_EQ(visible_text(mail), mail.text);
}

}  // namespace
}  // namespace madoguchi::mail
