// SPDX-License-Identifier: Apache-2.0
#include "core/connector/connector_type.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace madoguchi::connector {
namespace {

ConnectorType sample() {
  ConnectorType type;
  type.name = "sample";
  type.options = {
      {.name = "host", .presence = Presence::required},
      {.name = "port",
       .kind = OptionKind::integer,
       .default_value = "25",
       .minimum = 1,
       .maximum = 65535},
      {.name = "security",
       .kind = OptionKind::choice,
       .default_value = "none",
       .choices = {"none", "tls"}},
      {.name = "ca_file", .kind = OptionKind::file},
      {.name = "password", .kind = OptionKind::secret},
  };
  type.validate = [](const Settings& settings) -> std::vector<FieldError> {
    if (settings.text("security") == "tls" && settings.integer("port") == 25) {
      return {{"/options/port", {"not 25", "25 以外"}}};
    }
    return {};
  };
  return type;
}

std::vector<std::string> complaints(const Settings& settings) {
  std::vector<std::string> pointers;
  const Result<Settings> result = checked(sample(), settings);
  if (!result) {
    for (const FieldError& field : result.error().fields) pointers.push_back(field.pointer);
  }
  return pointers;
}

TEST(ConnectorType, fills_in_defaults) {
  const Result<Settings> settings = checked(sample(), {{{"host", "mail.example"}}, {}});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->text("host"), "mail.example");
  EXPECT_EQ(settings->integer("port"), 25);
  EXPECT_EQ(settings->text("security"), "none");
  EXPECT_EQ(settings->text("ca_file"), "");
}

TEST(ConnectorType, names_everything_that_is_wrong_at_once) {
  EXPECT_THAT(
      complaints({{{"port", "70000"},
                   {"security", "maybe"},
                   {"ca_file", "relative.pem"},
                   {"colour", "red"}},
                  {{"token", Secret("x")}}}),
      testing::UnorderedElementsAre("/options/host", "/options/port", "/options/security",
                                    "/options/ca_file", "/options/colour", "/secrets/token"));
  EXPECT_THAT(complaints({{{"host", "h"}, {"port", "25x"}}, {}}),
              testing::ElementsAre("/options/port"));
}

TEST(ConnectorType, a_secret_does_not_stand_among_the_options) {
  EXPECT_THAT(complaints({{{"host", "h"}, {"password", "seen by everyone"}}, {}}),
              testing::ElementsAre("/options/password"));
  EXPECT_THAT(complaints({{{"host", "h"}}, {{"password", Secret("sealed")}}}), testing::IsEmpty());
}

TEST(ConnectorType, asks_the_connector_once_single_values_are_good) {
  EXPECT_THAT(complaints({{{"host", "h"}, {"security", "tls"}}, {}}),
              testing::ElementsAre("/options/port"));
}

TEST(ConnectorType, ABooleanIsTrueOrFalse) {
  ConnectorType type;
  type.options = {{.name = "on", .kind = OptionKind::boolean, .default_value = "false"}};
  EXPECT_FALSE(checked(type, {}).value().flag("on"));
  EXPECT_TRUE(checked(type, {{{"on", "true"}}, {}}).value().flag("on"));
  for (const char* wrong : {"yes", "1", "TRUE"}) {
    const Result<Settings> result = checked(type, {{{"on", wrong}}, {}});
    ASSERT_FALSE(result) << wrong;
    EXPECT_EQ(result.error().fields.at(0).pointer, "/options/on");
  }
}

TEST(ConnectorType, AUrlHasNothingThatHidesWhereItLeads) {
  ConnectorType type;
  type.options = {{.name = "base", .kind = OptionKind::url}};
  for (const char* right : {"https://shop.example", "https://shop.example:8443/api/v2",
                            "http://127.0.0.1:18080", "https://[2001:db8::1]/"}) {
    EXPECT_TRUE(checked(type, {{{"base", right}}, {}})) << right;
  }
  for (const char* wrong :
       {"shop.example", "ftp://shop.example", "https://", "https:///x", "https://:443/",
        "https://user@shop.example", "https://shop.example/?q=1", "https://shop.example/#x",
        "https://shop.example/a b", "https://shop.example/\r\nX: y", "https://店.example"}) {
    EXPECT_FALSE(checked(type, {{{"base", wrong}}, {}})) << wrong;
  }
}

}  // namespace
}  // namespace madoguchi::connector
