// SPDX-License-Identifier: Apache-2.0
#include "connectors/smtp/dialogue.h"

#include <gtest/gtest.h>

namespace madoguchi::connectors::smtp {
namespace {

using connector::SendOutcome;

TEST(SmtpDialogue, joins_the_lines_of_a_reply) {
  Dialogue dialogue({"a@b.example"});
  dialogue.on_command("MAIL FROM:<x@y.example>\r\n");
  dialogue.on_reply_line("550-5.7.1 first\r\n");
  EXPECT_FALSE(dialogue.last().came());
  dialogue.on_reply_line("550 5.7.1 second\r\n");
  EXPECT_EQ(dialogue.last().code, 550);
  EXPECT_EQ(dialogue.report("").at(0).detail, "550 5.7.1 first 5.7.1 second");
  EXPECT_EQ(dialogue.report("").at(0).outcome, SendOutcome::failed);
}

TEST(SmtpDialogue, asking_to_sign_in_is_about_settings_and_defers) {
  Dialogue dialogue({"a@b.example"});
  dialogue.on_command("MAIL FROM:<x@y.example>\r\n");
  dialogue.on_reply_line("530 5.7.0 authentication required\r\n");
  EXPECT_EQ(dialogue.report("").at(0).outcome, SendOutcome::deferred);
}

TEST(SmtpDialogue, words_after_a_farewell_change_nothing) {
  Dialogue dialogue({"a@b.example"});
  dialogue.on_command("MAIL FROM:<x@y.example>\r\n");
  dialogue.on_reply_line("250 ok\r\n");
  dialogue.on_command("RCPT TO:<a@b.example>\r\n");
  dialogue.on_reply_line("450 4.2.0 later\r\n");
  dialogue.on_command("QUIT\r\n");
  dialogue.on_reply_line("221 bye\r\n");
  EXPECT_EQ(dialogue.report("").at(0).smtp_code, 450);
}

TEST(SmtpDialogue, shows_the_words_of_any_server_safely) {
  EXPECT_EQ(presentable("a\x1b[31mb\r\nc"), "a [31mb  c");
  EXPECT_EQ(presentable("\xE5\xAE\x9B\xE5\x85\x88 \xFF\xC0\xAF"), "\xE5\xAE\x9B\xE5\x85\x88 ???");
  EXPECT_EQ(presentable("x\xE5"), "x?");
  std::string cut = "a";
  for (int i = 0; i < 300; ++i) cut += "\xE5\xAE\x9B";
  EXPECT_EQ(presentable(cut).size(), 499U);
}

}  // namespace
}  // namespace madoguchi::connectors::smtp
