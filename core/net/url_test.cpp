// SPDX-License-Identifier: Apache-2.0
#include "core/net/url.h"

#include <gtest/gtest.h>

namespace madoguchi::net {
namespace {

TEST(Url, takes_what_can_be_asked) {
  const Url url = Url::parse("HTTPS://Shop.Example/a/b?c=%20").value();
  EXPECT_EQ(url.host, "shop.example");
  EXPECT_EQ(url.port, 443);
  EXPECT_EQ(url.target, "/a/b?c=%20");
  EXPECT_EQ(url.str(), "https://shop.example/a/b?c=%20");
  EXPECT_EQ(url.without_query(), "https://shop.example/a/b");
  EXPECT_EQ(Url::parse("http://[::1]:8080").value().str(), "http://[::1]:8080/");
  EXPECT_EQ(Url::parse("https://shop.example.?a").value().str(), "https://shop.example/?a");
  EXPECT_EQ(Url::parse("https://1.2.3.4:443").value().authority(), "1.2.3.4");
  EXPECT_TRUE(Url::parse("https://1.2.3.4").value().is_address());
  EXPECT_FALSE(Url::parse("https://4.shop.example").value().is_address());
}

TEST(Url, refuses_everything_else) {
  for (const char* text : {"",
                           "https://",
                           "shop.example",
                           "ftp://shop.example/",
                           "file:///etc/hosts",
                           "https://user@shop.example/",
                           "https://user:word@shop.example/",
                           "https://shop.example#a",
                           "https://shop.example/ a",
                           "https://shop.example\r\nX: y",
                           "https://shop.example:0/",
                           "https://shop.example:65536/",
                           "https://shop.example:8x/",
                           "https://shop..example/",
                           "https://.example/",
                           "https://窓口.example/",
                           "https://127.1/",
                           "https://0x7f000001/",
                           "https://2130706433/",
                           "https://0177.0.0.1/",
                           "https://0/",
                           "https://1.2.3.4.5/",
                           "https://a.0x1/",
                           "https://[::1",
                           "https://[::1]x/",
                           "https://[1.2.3.4]/",
                           "https://[fe80::1%25eth0]/",
                           "https://a\\@b/",
                           "https:/shop.example"}) {
    EXPECT_FALSE(Url::parse(text)) << text;
  }
  EXPECT_FALSE(Url::parse("https://shop.example/" + std::string(8000, 'a')));
}

TEST(Url, goes_on_below_its_own_path) {
  const Url base = Url::parse("https://shop.example/api/?old=1").value();
  EXPECT_EQ(base.below("/v2/mails", {{"q", "a b&c"}, {"名", "窓"}}).str(),
            "https://shop.example/api/v2/mails?q=a%20b%26c&%E5%90%8D=%E7%AA%93");
  EXPECT_EQ(base.below("v2").str(), "https://shop.example/api/v2");
}

TEST(Url, knows_plain_https) {
  EXPECT_TRUE(is_plain_https("https://shop.example/"));
  EXPECT_FALSE(is_plain_https("http://shop.example/"));
  EXPECT_FALSE(is_plain_https("https://u@shop.example/"));
}

}  // namespace
}  // namespace madoguchi::net
