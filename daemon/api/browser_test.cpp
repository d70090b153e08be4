// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/browser.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace madoguchi::api {
namespace {

class TextBody final : public http::Body {
 public:
  explicit TextBody(std::string text) : text_(std::move(text)) {}
  std::string_view view() const override { return text_; }

 private:
  std::string text_;
};

using Lines = std::vector<std::pair<std::string, std::string>>;

http::Request request(http::Method method, const Lines& lines, std::string body = "{}") {
  http::Request made;
  made.method = method;
  made.target = "/api/v1/cases";
  made.headers.add("Host", "hub.shop.example");
  for (const auto& line : lines) made.headers.add(line.first, line.second);
  made.body = std::make_unique<TextBody>(std::move(body));
  made.secure = true;
  return made;
}

service::SignedIn who() {
  service::SignedIn made;
  made.csrf_token = "right";
  return made;
}

std::string why_not(const http::Request& asked, bool takes_raw = false,
                    std::string_view public_url = {}) {
  const Result<void> answer = check_browser(asked, takes_raw, public_url, who());
  if (answer) return "";
  EXPECT_EQ(answer.error().code, ErrorCode::forbidden);
  EXPECT_EQ(answer.error().type, "csrf");
  return answer.error().detail;
}

const std::pair<std::string, std::string> kJson{"Content-Type", "application/json; charset=utf-8"};
const std::pair<std::string, std::string> kToken{"X-CSRF-Token", "right"};
const std::pair<std::string, std::string> kOrigin{"Origin", "https://hub.shop.example"};

TEST(Browser, a_write_of_our_own_page_passes) {
  using http::Method;
  EXPECT_EQ(why_not(request(Method::post, {kJson, kToken, kOrigin})), "");
  EXPECT_EQ(why_not(request(Method::post, {kJson, kToken, {"Sec-Fetch-Site", "same-origin"}})), "");
  EXPECT_EQ(
      why_not(request(Method::patch, {kJson, kToken, {"Origin", "https://HUB.shop.example"}})), "");
  EXPECT_EQ(why_not(request(Method::del, {kToken, kOrigin}, "")), "");
  // Behind a proxy that asks for another host.
  EXPECT_EQ(why_not(request(Method::post, {kJson, kToken, {"Origin", "https://desk.example"}}),
                    false, "https://desk.example"),
            "");
  // Bytes by a route that takes them.
  EXPECT_EQ(why_not(request(Method::post, {{"Content-Type", "image/png"}, kToken}), true), "");
}

TEST(Browser, a_write_of_anybody_else_does_not) {
  const std::pair<std::string, std::string> form{"Content-Type",
                                                 "application/x-www-form-urlencoded"};
  const std::pair<std::string, std::string> plain{"Content-Type", "text/plain"};
  const std::vector<Lines> refused = {
      {kJson, kToken},                                         // no Origin
      {kJson, kToken, {"Origin", "https://evil.example"}},     // another
      {kJson, kToken, {"Origin", "http://hub.shop.example"}},  // without TLS
      {kJson, kToken, {"Origin", "https://hub.shop.example:444"}},
      {kJson, kToken, {"Origin", "https://hub.shop.example.evil.example"}},
      {kJson, kToken, {"Origin", ""}},
      {kJson, kToken, {"Origin", "null"}},
      {kJson, kToken, kOrigin, {"Sec-Fetch-Site", "cross-site"}},
      {kJson, kToken, {"Sec-Fetch-Site", "same-site"}},
      {kJson, kToken, {"Sec-Fetch-Site", "none"}},
      {form, kToken, kOrigin},
      {plain, kToken, kOrigin},
      {{"Content-Type", "multipart/form-data; boundary=x"}, kToken, kOrigin},
      {kToken, kOrigin},  // a body of no type
      {kJson, kOrigin},   // no token
      {kJson, kOrigin, {"X-CSRF-Token", ""}},
      {kJson, kOrigin, {"X-CSRF-Token", "wrong"}},
      {kJson, kOrigin, {"X-CSRF-Token", "right "}},
  };
  for (const Lines& lines : refused) {
    std::string what;
    for (const auto& line : lines) what += line.first + ": " + line.second + "\n";
    EXPECT_NE(why_not(request(http::Method::post, lines)), "") << what;
    EXPECT_NE(why_not(request(http::Method::put, lines)), "") << what;
  }
  EXPECT_NE(why_not(request(http::Method::del, {kOrigin}, "")), "");
  const Lines upload = {{"Content-Type", "image/png"}};
  EXPECT_NE(why_not(request(http::Method::post, upload), true), "");
  EXPECT_NE(
      why_not(request(http::Method::post, {kToken, {"Origin", "https://evil.example"}}), true), "");
}

TEST(Browser, reading_is_for_our_own_pages_and_links) {
  using http::Method;
  EXPECT_EQ(why_not(request(Method::get, {})), "");
  EXPECT_EQ(why_not(request(Method::get, {{"Sec-Fetch-Site", "same-origin"}})), "");
  EXPECT_EQ(why_not(request(Method::get,
                            {{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "navigate"}})),
            "");
  EXPECT_NE(
      why_not(request(Method::get, {{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "cors"}})),
      "");
  EXPECT_NE(why_not(request(Method::get, {{"Origin", "https://evil.example"}})), "");
  EXPECT_NE(why_not(request(Method::get, {{"Sec-Fetch-Site", "same-site"}})), "");
}

TEST(Browser, cookies_are_found_by_their_whole_name_and_once) {
  const auto cookie = [](const Lines& lines) {
    const http::Request asked = request(http::Method::get, lines);
    return std::string(cookie_of(asked, kSessionCookie).value_or("none"));
  };
  EXPECT_EQ(cookie({}), "none");
  EXPECT_EQ(cookie({{"Cookie", "__Host-sid=abc"}}), "abc");
  EXPECT_EQ(cookie({{"Cookie", "a=b; __Host-sid=abc;c=d"}}), "abc");
  EXPECT_EQ(cookie({{"Cookie", "sid=abc; x__Host-sid=abc; __Host-sid2=abc"}}), "none");
  EXPECT_EQ(cookie({{"Cookie", "__Host-sid=abc; __Host-sid=def"}}), "none");
  EXPECT_EQ(cookie({{"Cookie", "__Host-sid=abc"}, {"Cookie", "__Host-sid=def"}}), "none");
  EXPECT_EQ(cookie({{"Cookie", ";;=;__Host-sid"}}), "none");
  EXPECT_EQ(set_cookie("__Host-sid", "abc"),
            "__Host-sid=abc; Path=/; Secure; HttpOnly; SameSite=Lax");
  EXPECT_EQ(set_cookie("__Host-sid", ""),
            "__Host-sid=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
}

}  // namespace
}  // namespace madoguchi::api
