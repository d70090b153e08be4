// SPDX-License-Identifier: Apache-2.0
#include "connectors/smtp/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/smtp/connector.h"

namespace madoguchi::connectors::smtp {
namespace {

using connector::Settings;

std::vector<std::string> complaints(std::map<std::string, std::string> options,
                                    const std::string& password = "") {
  Settings settings{std::move(options), {}};
  if (!password.empty()) settings.secrets["password"] = Secret(password);
  const Result<Settings> result = connector::checked(type(), settings);
  std::vector<std::string> pointers;
  if (!result) {
    for (const FieldError& field : result.error().fields) pointers.push_back(field.pointer);
  }
  return pointers;
}

TEST(SmtpOptions, takes_names_and_addresses) {
  for (const char* host : {"mail.example", "127.0.0.1", "::1", "2001:db8::25", "a-b_c.example"}) {
    EXPECT_THAT(complaints({{"host", host}}), testing::IsEmpty()) << host;
  }
  for (const char* host : {"mail.example:25", "mail.example/x", "user@mail.example", "[::1]", "a b",
                           "a\r\nb", "::x"}) {
    EXPECT_THAT(complaints({{"host", host}}), testing::ElementsAre("/options/host")) << host;
  }
}

TEST(SmtpOptions, a_password_goes_in_the_clear_only_within_this_machine) {
  const std::string secret = "x";
  EXPECT_THAT(complaints({{"host", "mail.example"}, {"user", "u"}}, secret),
              testing::ElementsAre("/options/security"));
  EXPECT_THAT(complaints({{"host", "127.evil.example"}, {"user", "u"}}, secret),
              testing::ElementsAre("/options/security"));
  EXPECT_THAT(complaints({{"host", "127.0.0.1"}, {"user", "u"}}, secret), testing::IsEmpty());
  EXPECT_THAT(complaints({{"host", "mail.example"}, {"user", "u"}, {"security", "tls"}}, secret),
              testing::IsEmpty());
}

TEST(SmtpOptions, user_and_password_go_together) {
  EXPECT_THAT(complaints({{"host", "localhost"}, {"user", "u"}}),
              testing::ElementsAre("/secrets/password"));
  EXPECT_THAT(complaints({{"host", "localhost"}}, "x"), testing::ElementsAre("/options/user"));
}

TEST(SmtpOptions, reads_what_was_checked) {
  const Result<Settings> settings = connector::checked(
      type(), {{{"host", "h.example"}, {"port", "465"}, {"security", "tls"}}, {}});
  ASSERT_TRUE(settings);
  const Options options = read_options(*settings);
  EXPECT_EQ(options.host, "h.example");
  EXPECT_EQ(options.port, 465);
  EXPECT_EQ(options.security, Security::tls);
  EXPECT_EQ(options.connect_timeout, std::chrono::seconds(30));
}

}  // namespace
}  // namespace madoguchi::connectors::smtp
