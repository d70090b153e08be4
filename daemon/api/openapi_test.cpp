// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/openapi.h"

#include "core/domain/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/json/value.h"
#include "daemon/api/sample_routes.h"

namespace madoguchi::api {
namespace {

class OpenApi : public ::testing::Test {
 protected:
  std::string at(std::string_view pointer) const {
    const json::Value* found = json::find(document_, pointer);
    return found == nullptr ? "(none)" : found->dump();
  }
  /// Every "$ref" below `value`.
  static void references(const json::Value& value, std::vector<std::string>& found) {
    for (const auto& item : value.items()) {
      if (item.key() == "$ref") found.push_back(item.value().get<std::string>());
      if (item.value().is_structured()) references(item.value(), found);
    }
  }

  sample::Things things_;
  RouteTable table_ = sample::routes(things_);
  json::Value document_ = json::parse(openapi(table_, "1.2.3")).value();
};

TEST_F(OpenApi, HasEveryRoute) {
  EXPECT_EQ(at("/openapi"), "\"3.1.0\"");
  EXPECT_EQ(at("/info/version"), "\"1.2.3\"");
  std::size_t operations = 0;
  for (const auto& path : document_["paths"].items()) operations += path.value().size();
  EXPECT_EQ(operations, table_.all().size());
  EXPECT_EQ(at("/paths/~1api~1v1~1things~1{number}/patch/operationId"), "\"patchThing\"");
  EXPECT_EQ(at("/paths/~1livez/get/security"), "[]");
  EXPECT_NE(at("/paths/~1app~1{rest}/get"), "(none)");
}

TEST_F(OpenApi, DescribesBodiesAndAnswers) {
  const std::string post = "/paths/~1api~1v1~1things/post";
  EXPECT_EQ(at(post + "/requestBody/content/application~1json/schema/$ref"),
            "\"#/components/schemas/NewThing\"");
  EXPECT_EQ(at(post + "/responses/201/content/application~1json/schema/$ref"),
            "\"#/components/schemas/Thing\"");
  EXPECT_EQ(at("/components/schemas/NewThing/additionalProperties"), "false");
  EXPECT_EQ(at("/components/schemas/NewThing/required"), R"(["title"])");
  EXPECT_EQ(at("/components/schemas/Thing/required"), R"(["number","title","state","version"])");
  EXPECT_EQ(at("/components/schemas/ThingPage/properties/items/items/$ref"),
            "\"#/components/schemas/Thing\"");
  EXPECT_NE(at("/paths/~1api~1v1~1raw/post/requestBody/content/message~1rfc822"), "(none)");
  EXPECT_NE(at("/paths/~1api~1v1~1raw/post/responses/200"), "(none)");
  EXPECT_EQ(at("/paths/~1api~1v1~1things~1{number}~1finish/post/responses/204/content"), "(none)");
}

TEST_F(OpenApi, DescribesParametersAndFailures) {
  const std::string list = "/paths/~1api~1v1~1things/get";
  EXPECT_EQ(at(list + "/parameters/0/name"), "\"limit\"");
  EXPECT_EQ(at(list + "/parameters/0/schema/maximum"), "200");
  EXPECT_EQ(at(list + "/parameters/2/schema/items/enum"), R"(["open","done"])");
  EXPECT_EQ(at(list + "/x-permission"), "\"cases_read\"");
  const std::string patch = "/paths/~1api~1v1~1things~1{number}/patch";
  for (const char* status : {"400", "401", "403", "404", "412", "422", "428", "500", "503"}) {
    EXPECT_NE(at(patch + "/responses/" + status), "(none)") << status;
  }
  EXPECT_EQ(at(list + "/responses/428"), "(none)");
}

TEST_F(OpenApi, EveryReferenceResolves) {
  std::vector<std::string> found;
  references(document_, found);
  EXPECT_GT(found.size(), 20U);
  for (const std::string& reference : found) {
    EXPECT_NE(json::find(document_, reference.substr(1)), nullptr) << reference;
  }
}

TEST_F(OpenApi, IsTheSameEachTime) {
  sample::Things others;
  EXPECT_EQ(openapi(table_, "1"), openapi(sample::routes(others), "1"));
}

TEST(PermissionNames, AllHaveOne) {
  for (unsigned bit = 0; bit < 32; ++bit) {
    const auto permission = static_cast<domain::Permission>(bit);
    const bool known = domain::permissions_of(domain::Role::admin).has(permission);
    EXPECT_EQ(enum_name(permission).empty(), !known) << bit;
  }
}

}  // namespace
}  // namespace madoguchi::api
