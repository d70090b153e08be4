// SPDX-License-Identifier: Apache-2.0
#include "core/net/recorder.h"

#include <gtest/gtest.h>

namespace madoguchi::net {
namespace {

TEST(Recorder, keeps_the_shape_and_nothing_that_says_who) {
  HttpRequest request;
  request.method = "POST";
  request.url = Url::parse(
                    "https://s.example/api/v2/customers/email/a%40b.example"
                    "?page=2&emails=hanako%40b.example&api_key=k3y")
                    .value();
  request.headers = {{"Authorization", "Bearer t0ken"}, {"Content-Type", "application/json"}};
  request.body = R"({"status_cds": ["open"], "token": "s3cret", "since": "2026-11-23T00:00:00Z"})";
  HttpAnswer answer;
  answer.status = 200;
  answer.headers = {{"Set-Cookie", "c00kie"}, {"X-RateLimit-Remaining", "12"}};
  answer.body = R"({"id": 4711, "last_name": "佐藤", "first_name": "Hanako", "tel": "090-1234-5678",
                    "pan": 4111111111111111, "status_cd": "ongoing", "color_cd": "a b@c",
                    "messages": [{"body": "届きません", "is_html": false, "note": null}]})";
  const std::string text = scrubbed_exchange(request, answer);
  for (const char* secret : {"a%40b", "a@b", "hanako", "Hanako", "k3y", "t0ken", "s3cret", "c00kie",
                             "佐藤", "090", "4111", "a b@c", "届き"}) {
    EXPECT_EQ(text.find(secret), std::string::npos) << secret << "\n" << text;
  }
  for (const char* shape : {"\"page\": \"2\"", "\"open\"", "2026-11-23T00:00:00Z", "4711",
                            "\"ongoing\"", "\"text of 5\"", "\"X-RateLimit-Remaining\": \"12\"",
                            "/api/v2/customers/email/text of", "\"is_html\": false"}) {
    EXPECT_NE(text.find(shape), std::string::npos) << shape << "\n" << text;
  }
}

TEST(Recorder, says_what_was_no_json_and_what_no_answer) {
  HttpAnswer answer;
  answer.body = "<html>佐藤</html>";
  EXPECT_NE(scrubbed_exchange({}, answer).find("octets that are no JSON"), std::string::npos);
  EXPECT_EQ(scrubbed_exchange({}, answer).find("佐藤"), std::string::npos);
  const HttpResult none =
      tl::unexpected<HttpFailure>(HttpFailure{HttpTrouble::late, "at 10.0.0.1"});
  EXPECT_NE(scrubbed_exchange({}, none).find("\"trouble\": \"late\""), std::string::npos);
}

}  // namespace
}  // namespace madoguchi::net
