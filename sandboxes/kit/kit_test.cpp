// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "sandboxes/kit/desk.h"

namespace madoguchi::sandboxes {
namespace {

/// Counts what it did.
class Counter final : public Sandbox {
 public:
  explicit Counter(const Clock& clock) : clock_(clock) {}
  Response handle(const Request& request) override {
    ++done_;
    return json_response({{"done", done_},
                          {"now", to_rfc3339(clock_.now())},
                          {"odd", request.quirks.count("odd") > 0},
                          {"word", "窓口"}});
  }
  std::optional<Response> control(const Request&) override { return std::nullopt; }
  void reset() override { done_ = 0; }

 private:
  const Clock& clock_;
  int done_ = 0;
};

const SandboxType kCounter{"counter", "counts", "curl {url}",
                           [](const Clock& clock) { return std::make_unique<Counter>(clock); }};

class KitTest : public testing::Test {
 protected:
  Served ask(const std::string& method, const std::string& path, const std::string& body = {}) {
    Request request;
    request.method = method;
    request.path = path;
    request.body = body;
    return desk_.serve(std::move(request));
  }
  json::Value json_of(const std::string& method, const std::string& path,
                      const std::string& body = {}) {
    return json::parse(ask(method, path, body).response->body).value();
  }
  int status_of(const std::string& method, const std::string& path, const std::string& body = {}) {
    return ask(method, path, body).response->status;
  }

  SandboxDesk desk_{kCounter};
};

TEST(Exchange, reads_a_request_and_knows_how_long_it_is) {
  const std::string octets =
      "POST /a%20b/c?x=1%262&y=+z&y[]=w HTTP/1.1\r\nHost: here:1\r\ncontent-length:  "
      "5\r\n\r\nhello";
  EXPECT_EQ(length_of_request(octets), octets.size());
  EXPECT_FALSE(length_of_request(octets.substr(0, 40)));
  const Request request = from_wire(octets).value();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/a b/c");
  EXPECT_EQ(request.segments(), (std::vector<std::string>{"a b", "c"}));
  EXPECT_EQ(request.parameter("x"), "1&2");
  EXPECT_EQ(request.parameters("y"), (std::vector<std::string>{" z", "w"}));
  EXPECT_EQ(request.header("CONTENT-LENGTH"), "5");
  EXPECT_EQ(request.host, "here:1");
  EXPECT_EQ(request.body, "hello");
  EXPECT_FALSE(from_wire("hello\r\n\r\n"));
  EXPECT_FALSE(from_wire("GET / HTTP/1.1\r\n"));
}

TEST_F(KitTest, remembers_calls_but_no_headers) {
  Request request;
  request.method = "GET";
  request.path = "/a";
  request.headers = {{"Authorization", "Bearer s3cret"}};
  (void)desk_.serve(request);
  const Served log = ask("GET", "/_sandbox/calls");
  EXPECT_EQ(log.response->body.find("s3cret"), std::string::npos);
  const json::Value calls = json::parse(log.response->body).value();
  EXPECT_EQ(calls["count"], 1);
  EXPECT_EQ(calls["items"][0]["path"], "/a");
  EXPECT_EQ(calls["items"][0]["status"], 200);
  EXPECT_EQ(json_of("DELETE", "/_sandbox/calls")["count"], 0);
}

TEST_F(KitTest, its_clock_is_set_moved_and_let_run) {
  EXPECT_EQ(json_of("POST", "/_sandbox/clock", R"({"now": "2026-11-23T10:00:00+09:00"})")["now"],
            "2026-11-23T01:00:00Z");
  EXPECT_EQ(json_of("POST", "/_sandbox/clock", R"({"advance_seconds": 90})")["now"],
            "2026-11-23T01:01:30Z");
  const Served served = ask("GET", "/a");
  EXPECT_EQ(json::parse(served.response->body).value()["now"], "2026-11-23T01:01:30Z");
  EXPECT_EQ(served.response->headers, (Pairs{{"Date", "Mon, 23 Nov 2026 01:01:30 GMT"}}));
  EXPECT_EQ(status_of("POST", "/_sandbox/clock", R"({"run": true})"), 200);
  EXPECT_NE(json_of("GET", "/a")["now"], "2026-11-23T01:01:30Z");
  for (const char* body : {"", "[]", "{}", R"({"now": "soon"})"}) {
    EXPECT_EQ(status_of("POST", "/_sandbox/clock", body), 400) << body;
  }
}

TEST_F(KitTest, faults_hit_the_calls_they_are_meant_for) {
  EXPECT_EQ(status_of("POST", "/_sandbox/faults",
                      R"([{"kind": "status", "status": 429, "retry_after": 7, "path": "/b",
                           "method": "POST", "skip": 1, "count": 2}])"),
            200);
  EXPECT_EQ(status_of("POST", "/a"), 200);
  EXPECT_EQ(status_of("GET", "/b"), 200);
  EXPECT_EQ(status_of("POST", "/b"), 200);
  const Served hit = ask("POST", "/b/c");
  EXPECT_EQ(hit.response->status, 429);
  EXPECT_EQ(hit.response->headers, (Pairs{{"Retry-After", "7"}}));
  EXPECT_EQ(status_of("POST", "/b"), 429);
  EXPECT_EQ(status_of("POST", "/b"), 200);
  EXPECT_EQ(json_of("GET", "/a")["done"], 5) << "a refused call did nothing";
  EXPECT_TRUE(json_of("GET", "/_sandbox/faults").empty());
}

TEST_F(KitTest, a_dropped_call_was_done) {
  ask("POST", "/_sandbox/faults", R"({"kind": "drop"})");
  EXPECT_EQ(ask("POST", "/a").fault->kind, FaultKind::drop);
  EXPECT_EQ(json_of("GET", "/a")["done"], 2);
}

TEST_F(KitTest, answers_are_spoilt_as_planned) {
  ask("POST", "/_sandbox/faults",
      R"([{"kind": "truncated", "after": 5}, {"kind": "replaced", "body": "<html>"},
          {"kind": "charset"}, {"kind": "packed"}, {"kind": "deep"},
          {"kind": "redirect", "location": "http://10.0.0.1/"}])");
  EXPECT_EQ(ask("GET", "/a").response->body.size(), 5U);
  EXPECT_EQ(ask("GET", "/a").response->body, "<html>");
  EXPECT_FALSE(json::parse(ask("GET", "/a").response->body));
  EXPECT_FALSE(json::parse(ask("GET", "/a").response->body));
  EXPECT_FALSE(json::parse(ask("GET", "/a").response->body));
  EXPECT_EQ(ask("GET", "/a").response->headers, (Pairs{{"Location", "http://10.0.0.1/"}}));
  EXPECT_TRUE(json::parse(ask("GET", "/a").response->body));
}

TEST_F(KitTest, quirks_are_left_to_the_sandbox) {
  ask("POST", "/_sandbox/faults", R"({"kind": "quirk", "name": "odd", "count": 1})");
  EXPECT_EQ(json_of("GET", "/a")["odd"], true);
  EXPECT_EQ(json_of("GET", "/a")["odd"], false);
}

TEST_F(KitTest, chance_can_be_repeated) {
  const auto pattern = [&] {
    std::string seen;
    ask("POST", "/_sandbox/faults", R"({"seed": 42})");
    ask("POST", "/_sandbox/faults", R"({"kind": "status", "probability": 0.5, "count": -1})");
    for (int i = 0; i < 40; ++i) seen += status_of("GET", "/a") == 200 ? '.' : 'x';
    ask("DELETE", "/_sandbox/faults");
    return seen;
  };
  const std::string first = pattern();
  EXPECT_EQ(first, pattern());
  EXPECT_NE(first.find('x'), std::string::npos);
  EXPECT_NE(first.find('.'), std::string::npos);
}

TEST_F(KitTest, says_what_is_wrong_with_a_plan) {
  for (const char* fault :
       {"7", "{}", R"({"kind": "unknown"})", R"({"kind": "status", "status": 7})",
        R"({"kind": "delay", "delay_ms": -1})", R"({"kind": "drop", "colour": 1})",
        R"({"kind": "quirk"})", R"({"kind": "drop", "probability": 2})", "nonsense"}) {
    EXPECT_EQ(status_of("POST", "/_sandbox/faults", fault), 400) << fault;
  }
  EXPECT_TRUE(json_of("GET", "/_sandbox/faults").empty());
  EXPECT_EQ(status_of("GET", "/_sandbox/nothing"), 404);
}

TEST_F(KitTest, goes_back_to_its_beginning) {
  ask("GET", "/a");
  ask("POST", "/_sandbox/faults", R"({"kind": "drop"})");
  EXPECT_EQ(status_of("POST", "/_sandbox/reset"), 200);
  EXPECT_EQ(json_of("GET", "/a")["done"], 1);
}

}  // namespace
}  // namespace madoguchi::sandboxes
