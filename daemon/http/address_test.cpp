// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/address.h"

#include <gtest/gtest.h>

#include "daemon/http/response.h"

namespace madoguchi::http {
namespace {

TrustedProxies proxies(const std::vector<std::string>& ranges) {
  auto parsed = TrustedProxies::parse(ranges);
  EXPECT_TRUE(parsed);
  return *parsed;
}

Request forwarded(const std::vector<std::pair<std::string, std::string>>& fields) {
  Request request;
  for (const auto& [name, value] : fields) request.headers.add(name, value);
  return request;
}

TEST(IpAddress, KnowsBothSpellings) {
  EXPECT_EQ(IpAddress::parse("::ffff:192.0.2.1")->text(), "192.0.2.1");
  EXPECT_EQ(IpAddress::parse("2001:DB8::1")->text(), "2001:db8::1");
  EXPECT_TRUE(IpAddress::parse("127.3.2.1")->is_loopback());
  EXPECT_TRUE(IpAddress::parse("::1")->is_loopback());
  EXPECT_FALSE(IpAddress::parse("128.0.0.1")->is_loopback());
  EXPECT_EQ(IpAddress::parse("2001:db8:0:1::1")->allotment(),
            IpAddress::parse("2001:db8:0:1::2")->allotment());
  EXPECT_NE(IpAddress::parse("192.0.2.1")->allotment(), IpAddress::parse("192.0.2.2")->allotment());
  for (const char* text : {"", "1.2.3", "1.2.3.4:80", "0x7f.1", "localhost", "::g"}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
}

TEST(TrustedProxies, MatchRanges) {
  const auto trusted = proxies({"10.0.0.0/8", "192.0.2.7", "2001:db8::/33", "0.0.0.0/32"});
  for (const char* inside : {"10.255.0.1", "192.0.2.7", "2001:db8:7fff::1", "0.0.0.0"}) {
    EXPECT_TRUE(trusted.trusts(IpAddress::parse(inside))) << inside;
  }
  for (const char* outside : {"11.0.0.1", "192.0.2.8", "2001:db8:8000::1", "0.0.0.1", "::"}) {
    EXPECT_FALSE(trusted.trusts(IpAddress::parse(outside))) << outside;
  }
  EXPECT_FALSE(trusted.trusts(std::nullopt));
  EXPECT_TRUE(proxies({"unix"}).trusts(std::nullopt));
  for (const char* bad :
       {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "::/129", "host", ""}) {
    EXPECT_FALSE(TrustedProxies::parse({bad})) << bad;
  }
}

TEST(Origin, IsTheConnectionWhenTheProxyIsNotTrusted) {
  auto request = forwarded({{"X-Forwarded-For", "192.0.2.1"}, {"X-Forwarded-Proto", "https"}});
  note_origin(request, IpAddress::parse("198.51.100.1"), false, proxies({"10.0.0.0/8"}));
  EXPECT_EQ(request.peer, "198.51.100.1");
  EXPECT_FALSE(request.secure);
}

TEST(Origin, IsTheLastAddressThatNoTrustedProxyHas) {
  auto request = forwarded({{"x-forwarded-for", "127.0.0.1, 6.6.6.6"},
                            {"X-Forwarded-For", "192.0.2.1,10.0.0.2"},
                            {"X-Forwarded-Proto", "https"}});
  note_origin(request, IpAddress::parse("10.0.0.1"), false, proxies({"10.0.0.0/8"}));
  EXPECT_EQ(request.peer, "192.0.2.1");
  EXPECT_TRUE(request.secure);
}

TEST(Origin, StopsAtWhatIsNoAddress) {
  auto request = forwarded({{"X-Forwarded-For", "192.0.2.1, unknown, 10.0.0.2"}});
  note_origin(request, IpAddress::parse("10.0.0.1"), false, proxies({"10.0.0.0/8"}));
  EXPECT_EQ(request.peer, "10.0.0.2");
}

TEST(Origin, AForwardedRequestIsNotLocal) {
  auto direct = forwarded({});
  note_origin(direct, IpAddress::parse("127.0.0.1"), false, proxies({}));
  EXPECT_TRUE(direct.loopback);
  auto behind = forwarded({{"X-Forwarded-For", "192.0.2.1"}});
  note_origin(behind, IpAddress::parse("127.0.0.1"), false, proxies({}));
  EXPECT_FALSE(behind.loopback);
  EXPECT_EQ(behind.peer, "127.0.0.1");
  auto unix_peer = forwarded({{"X-Forwarded-For", "192.0.2.1"}});
  note_origin(unix_peer, std::nullopt, false, proxies({"unix"}));
  EXPECT_EQ(unix_peer.peer, "192.0.2.1");
}

TEST(Date, IsImfFixdate) {
  EXPECT_EQ(http_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(1709164800), "Thu, 29 Feb 2024 00:00:00 GMT");
}

TEST(Message, SplitsTheTarget) {
  Request request;
  request.target = "/a/b?c=d?e";
  EXPECT_EQ(request.path(), "/a/b");
  EXPECT_EQ(request.query(), "c=d?e");
  request.target = "/a";
  EXPECT_EQ(request.path(), "/a");
  EXPECT_EQ(request.query(), "");
}

}  // namespace
}  // namespace madoguchi::http
