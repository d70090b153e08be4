// SPDX-License-Identifier: Apache-2.0
#include "core/mail/address_list.h"

#include <gtest/gtest.h>

namespace madoguchi::mail {

void PrintTo(const Address& address, std::ostream* out) {
  *out << address.name << " <" << address.address << ">";
}

namespace {

struct Case {
  std::string_view field;
  std::vector<Address> list;
};

TEST(ParseAddresses, ReadsWhatPeopleSend) {
  const Case cases[] = {
      {"", {}},
      {"a@b.jp", {{"", "a@b.jp"}}},
      {" <a@b.jp> ", {{"", "a@b.jp"}}},
      {"Taro Yamada <a@b.jp>", {{"Taro Yamada", "a@b.jp"}}},
      {"\"Yamada, Taro\" <a@b.jp>", {{"Yamada, Taro", "a@b.jp"}}},
      {"\"Taro \\\"T\\\" Y\" <a@b.jp>", {{"Taro \"T\" Y", "a@b.jp"}}},
      {"Yamada, Taro <a@b.jp>", {{"Yamada, Taro", "a@b.jp"}}},
      {"a@b.jp (Taro)", {{"Taro", "a@b.jp"}}},
      {"a@b.jp (Taro (jr))", {{"Taro (jr)", "a@b.jp"}}},
      {"a@b.jp, Taro <c@d.jp>,e@f.jp", {{"", "a@b.jp"}, {"Taro", "c@d.jp"}, {"", "e@f.jp"}}},
      {"a@b.jp; c@d.jp", {{"", "a@b.jp"}, {"", "c@d.jp"}}},
      {"team: a@b.jp, Taro <c@d.jp>;, e@f.jp",
       {{"", "a@b.jp"}, {"Taro", "c@d.jp"}, {"", "e@f.jp"}}},
      {"undisclosed-recipients:;", {}},
      {"a..b@docomo.ne.jp", {{"", "a..b@docomo.ne.jp"}}},
      {"\"a..b\"@docomo.ne.jp", {{"", "a..b@docomo.ne.jp"}}},
      {"Taro <\"a..b\"@docomo.ne.jp>", {{"Taro", "a..b@docomo.ne.jp"}}},
      {"<a.@docomo.ne.jp>", {{"", "a.@docomo.ne.jp"}}},
      {"-a@ezweb.ne.jp", {{"", "-a@ezweb.ne.jp"}}},
      {"=?iso-2022-jp?B?GyRCOzNFRBsoQg==?= <a@b.jp>", {{"山田", "a@b.jp"}}},
      {"\"=?utf-8?B?5bGx55Sw?=\" <a@b.jp>", {{"山田", "a@b.jp"}}},
      {"=?utf-8?Q?Yamada,_Taro?= <a@b.jp>", {{"Yamada, Taro", "a@b.jp"}}},
      {"=?utf-8?B?5bGx?=\r\n =?utf-8?B?55Sw?= <a@b.jp>", {{"山田", "a@b.jp"}}},
      {"=?utf-8?B?5bGx55SwIDxhQGIuanA+?=", {{"山田", "a@b.jp"}}},  // address encoded, too
      {"\"\x95\x5C\x8E\xA6\" <a@b.jp>, c@d.jp", {{"表示", "a@b.jp"}, {"", "c@d.jp"}}},
      {"\x1B$B;3ED\x1B(B <a@b.jp>", {{"山田", "a@b.jp"}}},
      {"\"\x1B$B$\"$<\x1B(B\" <a@b.jp>", {{"あぜ", "a@b.jp"}}},  // JIS bytes that look like "<
      {"山田 太郎 <a@b.jp>", {{"山田 太郎", "a@b.jp"}}},
      {"'a@b.jp' <a@b.jp>", {{"a@b.jp", "a@b.jp"}}},
      {"\"unclosed <a@b.jp>", {{"unclosed", "a@b.jp"}}},
      {"(unclosed <a@b.jp>", {{"(unclosed", "a@b.jp"}}},
      {"Taro <a@b.jp", {{"Taro", "a@b.jp"}}},
      {"<<a@b.jp>>", {{"", "a@b.jp"}}},
      {"Taro <a@b.jp>>", {{"Taro", "a@b.jp"}}},
      {"<@x,@y:a@b.jp>", {{"", "a@b.jp"}}},
      {"a @ b.jp", {{"", "a@b.jp"}}},
      {"Taro a@b.jp", {{"Taro", "a@b.jp"}}},
      {"mailto:a@b.jp", {{"", "a@b.jp"}}},
      {"a@[192.0.2.1]", {{"", "a@[192.0.2.1]"}}},
      {"Taro", {{"Taro", ""}}},
      {"Taro <>", {{"Taro", ""}}},
      {"<>", {}},
      {",,,", {}},
      {"Taro <no-address>", {{"Taro", ""}}},
  };
  for (const Case& c : cases) EXPECT_EQ(parse_addresses(c.field), c.list) << c.field;
}

TEST(ParseAddresses, StopsAtTheLimit) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += "a" + std::to_string(i) + "@b.jp, ";
  bool limited = false;
  EXPECT_EQ(parse_addresses(many, {}, 10, &limited).size(), 10U);
  EXPECT_TRUE(limited);
}

TEST(ParseMessageIds, ReadsWhatPeopleSend) {
  using List = std::vector<std::string>;
  EXPECT_EQ(parse_message_ids("<a@b> <c@d>"), (List{"a@b", "c@d"}));
  EXPECT_EQ(parse_message_ids("<a@b>\r\n\t<c@d>"), (List{"a@b", "c@d"}));
  EXPECT_EQ(parse_message_ids("<a@b><c@d>"), (List{"a@b", "c@d"}));
  EXPECT_EQ(parse_message_ids("<a @b>"), (List{"a@b"}));
  EXPECT_EQ(parse_message_ids("a@b c@d"), (List{"a@b", "c@d"}));
  EXPECT_EQ(parse_message_ids("Message of today <a@b"), (List{"a@b"}));
  EXPECT_EQ(parse_message_ids(""), List{});
  bool limited = false;
  EXPECT_EQ(parse_message_ids("<a@b> <c@d> <e@f>", 2, &limited), (List{"c@d", "e@f"}));
  EXPECT_TRUE(limited);
}

}  // namespace
}  // namespace madoguchi::mail
