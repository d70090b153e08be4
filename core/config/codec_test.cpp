// SPDX-License-Identifier: Apache-2.0
#include "core/config/codec.h"

#include <gtest/gtest.h>

#include "core/config/database_url.h"
#include "core/config/listen_address.h"

namespace madoguchi::config {
namespace {

using namespace std::chrono_literals;

template <class V>
std::optional<V> read(const Codec<V>& codec, std::string_view toml) {
  const auto root = parse_toml("v = " + std::string(toml));
  EXPECT_TRUE(root) << toml;
  auto value = codec.read(std::get<Table>(root->value).front().value);
  if (!value) return std::nullopt;
  return *value;
}

TEST(Codec, DurationsHaveAUnit) {
  const auto codec = duration(0ms, std::chrono::hours(24 * 365));
  EXPECT_EQ(read(codec, "'500ms'"), 500ms);
  EXPECT_EQ(read(codec, "'10s'"), 10s);
  EXPECT_EQ(read(codec, "'5m'"), 5min);
  EXPECT_EQ(read(codec, "'12h'"), 12h);
  EXPECT_EQ(read(codec, "'7d'"), 168h);
  EXPECT_EQ(read(codec, "'0s'"), 0s);
  for (const char* bad :
       {"10", "'10'", "''", "'s'", "'-1s'", "'1.5s'", "'1 s'", "' 1s'", "'1S'", "'1s '", "'1w'",
        "'99999999999999999999s'", "'9223372036854775807d'", "'366d'", "true"}) {
    EXPECT_FALSE(read(codec, bad)) << bad;
  }
  EXPECT_EQ(to_text(90s), "90s");
  EXPECT_EQ(to_text(std::chrono::milliseconds(120min)), "2h");
  EXPECT_EQ(to_text(1500ms), "1500ms");
  EXPECT_EQ(to_text(0ms), "0ms");
}

TEST(Codec, SizesHaveAUnit) {
  const auto codec = size({0}, {std::uint64_t{1} << 40U});
  EXPECT_EQ(read(codec, "'1000B'")->bytes, 1000U);
  EXPECT_EQ(read(codec, "'64KiB'")->bytes, 65536U);
  EXPECT_EQ(read(codec, "'50MiB'")->bytes, 52428800U);
  EXPECT_EQ(read(codec, "'2GiB'")->bytes, 2147483648U);
  for (const char* bad : {"5", "'5'", "'5MB'", "'5mib'", "'-1B'", "'9999999999GiB'", "'MiB'"}) {
    EXPECT_FALSE(read(codec, bad)) << bad;
  }
  EXPECT_EQ(to_text(ByteSize{52428800}), "50MiB");
  EXPECT_EQ(to_text(ByteSize{1025}), "1025B");
}

TEST(Codec, IntegersAreWholeAndInRange) {
  const auto codec = integer<std::uint16_t>(1, 65535);
  EXPECT_EQ(read(codec, "1"), 1);
  EXPECT_EQ(read(codec, "0xFFFF"), 65535);
  for (const char* bad : {"0", "65536", "-1", "1.0", "'1'", "9223372036854775807"}) {
    EXPECT_FALSE(read(codec, bad)) << bad;
  }
}

TEST(Codec, TextIsOneLineAndLinesMayBeMore) {
  EXPECT_EQ(read(text(), "'a b'"), "a b");
  for (const char* bad : {"''", "\"a\\nb\"", "\"\\u0000\"", "\"\\u007f\"", "1", "1979-05-27"}) {
    EXPECT_FALSE(read(text(), bad)) << bad;
  }
  EXPECT_FALSE(read(text(2), "'abc'"));
  EXPECT_EQ(read(lines(), "\"a\\nb\\t\""), "a\nb\t");
  EXPECT_EQ(read(lines(), "''"), "");
  EXPECT_FALSE(read(lines(), "\"\\u001b\""));
}

TEST(Codec, HostsRangesAndOrigins) {
  for (const char* good :
       {"'a'", "'mail.shop.example'", "'10.0.0.1'", "'::1'", "'xn--p8j9a0d.jp'"}) {
    EXPECT_TRUE(read(host(), good)) << good;
  }
  for (const char* bad :
       {"''", "'a b'", "'a:25'", "'[::1]'", "'-a'", "'.a'", "'a..b'", "'例.jp'"}) {
    EXPECT_FALSE(read(host(), bad)) << bad;
  }
  for (const char* good : {"'10.0.0.0/8'", "'127.0.0.1/32'", "'::1/128'", "'0.0.0.0/0'"}) {
    EXPECT_TRUE(read(address_range(), good)) << good;
  }
  for (const char* bad : {"'10.0.0.1'", "'10.0.0.0/33'", "'::/129'", "'10.0.0/8'", "'a/8'", "'/8'",
                          "'10.0.0.0/'", "'10.0.0.0/-1'", "'10.0.0.0/8 '"}) {
    EXPECT_FALSE(read(address_range(), bad)) << bad;
  }
  EXPECT_EQ(read(origin(), "'https://hub.shop.example/'"), "https://hub.shop.example");
  EXPECT_EQ(read(origin(), "'http://[::1]:8080'"), "http://[::1]:8080");
  EXPECT_EQ(read(origin(), "'https://a:443'"), "https://a:443");
  for (const char* bad : {"'hub.shop.example'", "'ftp://a'", "'https://'", "'https://a/b'",
                          "'https://a:0'", "'https://a:'", "'https://u@a'", "'https://a?x'",
                          "'https://[::1'", "'https://::1'", "'https://a//'", "'HTTPS://a'"}) {
    EXPECT_FALSE(read(origin(), bad)) << bad;
  }
}

TEST(ListenAddress, HasThreeForms) {
  const auto v4 = ListenAddress::parse("127.0.0.1:8080").value();
  EXPECT_EQ(v4.host(), "127.0.0.1");
  EXPECT_EQ(v4.port(), 8080);
  EXPECT_TRUE(v4.is_local());
  const auto v6 = ListenAddress::parse("[::1]:0").value();
  EXPECT_EQ(v6.host(), "::1");
  EXPECT_EQ(v6.port(), 0);
  EXPECT_TRUE(v6.is_local());
  const auto socket = ListenAddress::parse("unix:/run/a.sock").value();
  EXPECT_EQ(socket.path(), "/run/a.sock");
  EXPECT_TRUE(socket.is_unix() && socket.is_local());
  for (const char* wide : {"0.0.0.0:80", "[::]:80", "10.0.0.1:80", "hub.example:80",
                           "[::ffff:127.0.0.1]:80", "localhost.example:80"}) {
    EXPECT_FALSE(ListenAddress::parse(wide).value().is_local()) << wide;
  }
  EXPECT_TRUE(ListenAddress::parse("localhost:80").value().is_local());
  EXPECT_TRUE(ListenAddress::parse("127.1.2.3:80").value().is_local());
}

TEST(ListenAddress, RefusesTheRest) {
  for (const std::string& bad :
       {std::string(), std::string("8080"), std::string(":8080"), std::string("127.0.0.1"),
        std::string("127.0.0.1:"), std::string("127.0.0.1:65536"), std::string("127.0.0.1:-1"),
        std::string("127.0.0.1:80x"), std::string("::1:80"), std::string("[::1]"),
        std::string("[1.2.3.4]:80"), std::string("[]:80"), std::string("a b:80"),
        std::string("unix:"), std::string("unix:/"), std::string("unix:relative"),
        "unix:/" + std::string(107, 'x'), std::string("unix:/a\0b", 9)}) {
    EXPECT_FALSE(ListenAddress::parse(bad)) << bad;
  }
}

TEST(DatabaseUrl, KnowsBothEngines) {
  EXPECT_EQ(DatabaseUrl::parse("sqlite:///var/x.db").value().engine(), DatabaseEngine::sqlite);
  for (const char* good :
       {"postgresql://madoguchi@db/madoguchi", "postgresql:///db?host=/run/postgresql",
        "postgresql://u@a,b:5433/db?target_session_attrs=read-write", "postgresql://[::1]:5432/db",
        "postgresql://u@h/db?passfile=/etc/pgpass"}) {
    const auto url = DatabaseUrl::parse(good);
    ASSERT_TRUE(url) << good;
    EXPECT_EQ(url->engine(), DatabaseEngine::postgresql);
  }
}

TEST(DatabaseUrl, RefusesTheRestAndPasswords) {
  for (const char* bad :
       {"", "sqlite://relative.db", "sqlite:///", "sqlite:///dir/", "sqlite:///a?x", "mysql://a/b",
        "postgresql://", "postgres://a/b", "postgresql://u:secret@h/db", "postgresql://u:@h/db",
        "postgresql://h/db?password=x", "postgresql://h/db?a=b&password=x",
        "postgresql://h/db?%70assword=x", "postgresql://h/db x", "sqlite:///a\nb"}) {
    EXPECT_FALSE(DatabaseUrl::parse(bad)) << bad;
  }
}

}  // namespace
}  // namespace madoguchi::config
