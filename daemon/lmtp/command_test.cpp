// SPDX-License-Identifier: Apache-2.0
#include "daemon/lmtp/command.h"

#include <gtest/gtest.h>

#include <string>

namespace madoguchi::lmtp {
namespace {

TEST(LmtpCommand, knows_verbs_in_any_case) {
  EXPECT_EQ(parse_command("LHLO mx.example").verb, Verb::lhlo);
  EXPECT_EQ(parse_command("lhlo  mx.example ").argument, "mx.example");
  EXPECT_EQ(parse_command("mAiL FROM:<>").verb, Verb::mail);
  EXPECT_EQ(parse_command("EHLO x").verb, Verb::other_hello);
  EXPECT_EQ(parse_command("").verb, Verb::unknown);
  EXPECT_EQ(parse_command("MAILFROM:<>").verb, Verb::unknown);
  EXPECT_EQ(parse_command("DATAX").verb, Verb::unknown);
}

TEST(LmtpCommand, takes_a_path_apart) {
  const auto path = parse_path("from:<a@b.example> SIZE=100  BODY=8BITMIME SMTPUTF8", "FROM:");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->address, "a@b.example");
  ASSERT_EQ(path->parameters.size(), 3U);
  EXPECT_EQ(path->parameters[0].name, "SIZE");
  EXPECT_EQ(path->parameters[0].value, "100");
  EXPECT_EQ(path->parameters[2].name, "SMTPUTF8");
  EXPECT_EQ(path->parameters[2].value, "");
}

TEST(LmtpCommand, takes_odd_paths) {
  const auto address = [](std::string_view text) {
    const auto path = parse_path(text, "TO:");
    return path ? std::string(path->address) : std::string("(none)");
  };
  EXPECT_EQ(address("TO:<>"), "");
  EXPECT_EQ(address("TO: <a@b.example>"), "a@b.example");
  EXPECT_EQ(address("TO:<@x.example,@y.example:a@b.example>"), "a@b.example");
  EXPECT_EQ(address("TO:<\"a>b\"@c.example>"), "\"a>b\"@c.example");
  EXPECT_EQ(address("TO:<\"a\\\">b\"@c.example>"), "\"a\\\">b\"@c.example");
  EXPECT_EQ(address("TO:<a..b.@docomo.example>"), "a..b.@docomo.example");
  for (const char* bad : {"TO:a@b.example", "TO:<a@b.example", "TO:", "FROM:<a@b.example>",
                          "TO:<a@b.example>SIZE=1", "TO:<\"a@b.example>", "TO:<@x.example>", ""}) {
    EXPECT_EQ(address(bad), "(none)") << bad;
  }
}

TEST(LmtpCommand, tells_addresses_from_other_things) {
  for (const char* good :
       {"a@b.example", "a..b@docomo.example", "dot.@docomo.example", "-x@y.example",
        "\"a b\"@c.example", "\"a@b\"@c.example", "\"q\\\"q\"@c.example", "a+b@c.example",
        "a@[192.0.2.1]", "a@[IPv6:2001:db8::1]", "\xE7\xAA\x93@\xE5\x8F\xA3.example"}) {
    EXPECT_TRUE(is_address(good)) << good;
  }
  for (const char* bad :
       {"", "a", "@b.example", "a@", "a b@c.example", "a@b@c.example", "a@b c.example",
        "\"a@c.example", "\"\"@c.example", "\"a\"b@c.example", "a\tb@c.example", "a\x7f@c.example",
        "\xE7\xAA@c.example", "\xC0\xAF@c.example", "\xED\xA0\x80@c.example", "a@[", "a@[]",
        "<a@b.example"}) {
    EXPECT_FALSE(is_address(bad)) << bad;
  }
  EXPECT_FALSE(is_address(std::string(320, 'a') + "@b.example"));
  EXPECT_FALSE(is_address(std::string("a\0b@c.example", 13)));
}

}  // namespace
}  // namespace madoguchi::lmtp
