// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "core/json/document.h"
#include "daemon/api/cursor.h"
#include "daemon/api/sample_routes.h"
#include "daemon/api/uri.h"

namespace madoguchi::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class MemoryBody final : public http::Body {
 public:
  explicit MemoryBody(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string_view view() const override { return bytes_; }

 private:
  std::string bytes_;
};

class KeepingResponder final : public http::Responder {
 public:
  explicit KeepingResponder(std::vector<http::Response>& answers) : answers_(answers) {}
  void send(http::Response response) override { answers_.push_back(std::move(response)); }
  std::shared_ptr<http::Stream> stream(http::Response head) override {
    answers_.push_back(std::move(head));
    return nullptr;
  }

 private:
  std::vector<http::Response>& answers_;
};

/// The token is the name of the role.
class RoleTokens final : public Authenticator {
 public:
  Result<service::SignedIn> authenticate(const http::Request& head, bool) override {
    const std::string_view token = head.headers.find("Authorization").value_or("");
    domain::Caller caller;
    caller.agent = domain::AgentId(std::string(token));
    if (token == "Bearer viewer") {
      caller.role = domain::Role::viewer;
    } else if (token == "Bearer agent") {
      caller.role = domain::Role::agent;
    } else if (token == "Bearer admin") {
      caller.role = domain::Role::admin;
    } else {
      return fail(Error::unauthenticated("no such token"));
    }
    return service::SignedIn{caller};
  }
};

class MemoryIdempotency final : public IdempotencyStore {
 public:
  using Name = std::tuple<std::string, std::string, std::string, std::string>;
  struct Entry {
    std::string request;
    std::optional<http::Response> answer;
  };

  Result<Claim> begin(const IdempotencyKey& key, std::string_view query,
                      std::string_view body) override {
    std::string request = std::string(query) + '\n' + std::string(body);
    const auto found = entries.find(name(key));
    if (found == entries.end()) {
      entries[name(key)] = {std::move(request), std::nullopt};
      return Claim{};
    }
    if (found->second.request != request) return Claim{Claim::State::other_body};
    if (!found->second.answer) return Claim{Claim::State::running};
    return Claim{Claim::State::replay, *found->second.answer};
  }
  Result<void> keep(const IdempotencyKey& key, const http::Response& answer) override {
    entries[name(key)].answer = answer;
    return {};
  }
  Result<void> release(const IdempotencyKey& key) override {
    entries.erase(name(key));
    return {};
  }

  std::map<Name, Entry> entries;

 private:
  static Name name(const IdempotencyKey& key) {
    return {key.caller.str(), key.method, key.path, key.key};
  }
};

class CountingIds final : public IdSource {
 public:
  std::string next() override { return "id-" + std::to_string(++count_); }

 private:
  int count_ = 0;
};

class DispatcherTest : public ::testing::Test {
 protected:
  using Extra = std::vector<std::pair<std::string, std::string>>;

  static http::Request request(http::Method method, std::string target, std::string body,
                               const Extra& extra) {
    http::Request one;
    one.method = method;
    one.target = std::move(target);
    for (const auto& header : extra) one.headers.add(header.first, header.second);
    const bool typed = one.headers.find("Content-Type").has_value();
    if (!body.empty() && !typed) one.headers.add("Content-Type", "application/json");
    one.body = std::make_unique<MemoryBody>(std::move(body));
    return one;
  }

  http::Response call(http::Method method, std::string target, std::string body = {},
                      Extra extra = {}, const std::string& role = "agent") {
    answers_.clear();
    if (!role.empty()) extra.emplace_back("Authorization", "Bearer " + role);
    dispatcher_.handle(request(method, std::move(target), std::move(body), extra),
                       std::make_unique<KeepingResponder>(answers_));
    return answers_.empty() ? http::Response{0, {}, {}} : answers_.front();
  }
  http::Response get(std::string target, Extra extra = {}, const std::string& role = "agent") {
    return call(http::Method::get, std::move(target), {}, std::move(extra), role);
  }
  http::Response post(std::string target, std::string body = {}, Extra extra = {},
                      const std::string& role = "agent") {
    return call(http::Method::post, std::move(target), std::move(body), std::move(extra), role);
  }
  static std::string header(const http::Response& response, std::string_view name) {
    return std::string(response.headers.find(name).value_or("(none)"));
  }

  sample::Things things_;
  RouteTable table_ = sample::routes(things_);
  RoleTokens tokens_;
  MemoryIdempotency idempotency_;
  SystemClock clock_;
  observe::Log log_{-1, clock_};
  observe::Registry metrics_;
  CountingIds ids_;
  Dispatcher dispatcher_{table_, {tokens_, idempotency_, log_, metrics_, clock_, ids_}};
  std::vector<http::Response> answers_;
};

using http::Method;

TEST_F(DispatcherTest, AnswersJsonWithEtagAndStandardHeaders) {
  const http::Response response = get("/api/v1/things/1", {{"X-Request-Id", "mine"}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"number":"1","title":"first","state":"open","version":7})");
  EXPECT_EQ(header(response, "Content-Type"), "application/json");
  EXPECT_EQ(header(response, "ETag"), "\"7\"");
  EXPECT_EQ(header(response, "X-Request-Id"), "mine");
  EXPECT_EQ(header(response, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(header(response, "Cache-Control"), "no-store");
  EXPECT_EQ(header(response, "Referrer-Policy"), "no-referrer");
  EXPECT_EQ(header(response, "Cross-Origin-Resource-Policy"), "same-origin");
  EXPECT_EQ(header(response, "Strict-Transport-Security"), "(none)");
  EXPECT_EQ(header(get("/api/v1/things/1", {{"X-Request-Id", "a b"}}), "X-Request-Id"), "id-1");
}

TEST_F(DispatcherTest, TlsGetsHsts) {
  http::Request secure = request(Method::get, "/livez", "", {});
  secure.secure = true;
  dispatcher_.handle(std::move(secure), std::make_unique<KeepingResponder>(answers_));
  EXPECT_THAT(header(answers_.at(0), "Strict-Transport-Security"), HasSubstr("max-age"));
}

TEST_F(DispatcherTest, HeadIsServedByGet) {
  const http::Response response = call(Method::head, "/api/v1/things/1");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header(response, "ETag"), "\"7\"");
}

TEST_F(DispatcherTest, UnknownPathsAre404) {
  for (const char* path : {"/", "/api/v1", "/api/v1/nothing", "/api/v1/things/", "/api/v1//things",
                           "/api/v1/things/1/", "/api/v1/things/1/2/3", "/things", "",
                           "/api/v1/THINGS", "/app", "/app/a/../b", "/app/%2e%2e/x"}) {
    EXPECT_EQ(get(path).status, 404) << path;
  }
  EXPECT_EQ(get("/app/a/b.js", {}, "").body, "a/b.js");
  EXPECT_EQ(get("/app/", {}, "").status, 200);
}

TEST_F(DispatcherTest, BadPercentEncodingIs400) {
  for (const char* path :
       {"/api/v1/things/%", "/api/v1/things/%zz", "/api/v1/things/%ff", "/api/v1/things/a%00b",
        "/api/v1/things/%0d%0aSet-Cookie:x", "/api/v1/things?state=%f"}) {
    EXPECT_EQ(get(path).status, 400) << path;
  }
  EXPECT_EQ(get("/api/v1/things/%31").status, 200);
  EXPECT_EQ(get("/api/v1/%74hings/1").status, 200);
}

TEST_F(DispatcherTest, MethodsOfAPath) {
  const http::Response response = call(Method::del, "/api/v1/things/1");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(header(response, "Allow"), "GET, HEAD, PATCH, OPTIONS");
  EXPECT_THAT(response.body, HasSubstr("urn:madoguchi:problem:method-not-allowed"));
  const http::Response options = call(Method::options, "/api/v1/things", {}, {}, "");
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(header(options, "Allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(call(Method::options, "/api/v1/nothing").status, 404);
}

TEST_F(DispatcherTest, StrangersAndRoles) {
  const http::Response stranger = get("/api/v1/things/1", {}, "");
  EXPECT_EQ(stranger.status, 401);
  EXPECT_THAT(header(stranger, "WWW-Authenticate"), HasSubstr("Bearer"));
  EXPECT_THAT(stranger.body, Not(HasSubstr("no such token")));
  EXPECT_EQ(get("/api/v1/things/1", {}, "forged").status, 401);
  EXPECT_EQ(post("/api/v1/things", R"({"title":"x"})", {}, "viewer").status, 403);
  EXPECT_EQ(things_.created, 0);
  EXPECT_EQ(get("/livez", {}, "").status, 204);
}

TEST_F(DispatcherTest, CreatesWithLocation) {
  const http::Response response = post("/api/v1/things", R"({"title":"新しい"})");
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(header(response, "Location"), "/api/v1/things/2");
  EXPECT_EQ(header(response, "ETag"), "\"1\"");
}

TEST_F(DispatcherTest, BodiesThatAreWrong) {
  struct Case {
    const char* body;
    int status;
    const char* holds;
  };
  for (const Case& one :
       {Case{"", 400, "malformed"}, Case{"{", 400, "malformed"},
        Case{R"({"title":"a","title":"b"})", 400, "twice"}, Case{"[]", 422, R"("pointer":"")"},
        Case{"{}", 422, R"("pointer":"/title")"}, Case{R"({"title":""})", 422, "/title"},
        Case{R"({"title":"x","more":1})", 422, "/more"},
        Case{R"({"title":"x","state":"gone"})", 422, "open, done"}}) {
    const http::Response response = post("/api/v1/things", one.body);
    EXPECT_EQ(response.status, one.status) << one.body;
    EXPECT_EQ(header(response, "Content-Type"), "application/problem+json");
    EXPECT_THAT(response.body, HasSubstr(one.holds)) << one.body;
  }
  EXPECT_EQ(things_.created, 0);
}

TEST_F(DispatcherTest, NoFieldTakesACardNumber) {
  for (const char* body :
       {R"({"title":"4111 1111 1111 1111"})", R"({"title":"\u0034111111111111111"})",
        R"({"title":"４１１１１１１１１１１１１１１１"})",
        R"({"title":"x","more":["4111-1111-1111-1111"]})", R"({"title":"x","4111111111111111":1})",
        R"({"title":"************1111 CVV 123"})"}) {
    const http::Response response = post("/api/v1/things", body);
    EXPECT_EQ(response.status, 422) << body;
    EXPECT_THAT(response.body, HasSubstr("pan-detected")) << body;
    EXPECT_THAT(response.body, Not(HasSubstr("1111"))) << body;
  }
  EXPECT_THAT(post("/api/v1/things", R"({"title":"4111111111111111"})").body,
              HasSubstr(R"("pointer":"/title")"));
  const http::Response keyed =
      post("/api/v1/things", R"({"title":"x"})", {{"Idempotency-Key", "4111111111111111"}});
  EXPECT_EQ(keyed.status, 422);
  EXPECT_TRUE(idempotency_.entries.empty());
  const http::Response named =
      post("/api/v1/things", R"({"title":""})", {{"X-Request-Id", "4111111111111111"}});
  EXPECT_THAT(named.body, Not(HasSubstr("4111")));
  EXPECT_THAT(header(named, "X-Request-Id"), Not(HasSubstr("4111")));
  const http::Response missing = get("/api/v1/things/4111111111111111");
  EXPECT_EQ(missing.status, 404);
  EXPECT_THAT(missing.body, Not(HasSubstr("41111")));
  EXPECT_EQ(things_.created, 0);
  EXPECT_EQ(post("/api/v1/things", R"({"title":"4111111111111112"})").status, 201);
}

TEST_F(DispatcherTest, MediaTypes) {
  const std::string body = R"({"title":"x"})";
  EXPECT_EQ(post("/api/v1/things", body, {{"Content-Type", "text/plain"}}).status, 415);
  EXPECT_EQ(post("/api/v1/things", body, {{"Content-Type", ""}}).status, 415);
  EXPECT_EQ(
      post("/api/v1/things", body, {{"Content-Type", "Application/JSON ; charset=utf-8"}}).status,
      201);
  const Extra mail = {{"Content-Type", "message/rfc822"}};
  const http::Response raw = post("/api/v1/raw?mailbox=a+b", "From: x", mail, "admin");
  EXPECT_EQ(raw.status, 201);
  EXPECT_THAT(raw.body, HasSubstr(R"("number":"7","title":"a b")"));
  EXPECT_EQ(post("/api/v1/raw", "{}", {}, "admin").status, 415);
  EXPECT_EQ(post("/api/v1/raw", std::string(101, 'x'), mail, "admin").status, 413);
}

TEST_F(DispatcherTest, ABodyWhereNoneIsTaken) {
  EXPECT_EQ(post("/api/v1/things/1/finish").status, 204);
  EXPECT_EQ(post("/api/v1/things/1/finish", "{}").status, 204);
  EXPECT_EQ(post("/api/v1/things/1/finish", R"({"x":1})").status, 422);
}

TEST_F(DispatcherTest, IfMatch) {
  const std::string body = R"({"title":"second"})";
  const auto patch = [&](Extra extra) {
    return call(Method::patch, "/api/v1/things/1", body, std::move(extra));
  };
  EXPECT_EQ(patch({}).status, 428);
  for (const char* tag :
       {"\"6\"", "W/\"7\"", "7", "\"07\"", "\"+7\"", "\"\"", "\"x\"", "\"7\", \"8\""}) {
    const http::Response stale = patch({{"If-Match", tag}});
    EXPECT_EQ(stale.status, 412) << tag;
    EXPECT_THAT(stale.body, HasSubstr(R"("current":{"number":"1","title":"first")"));
  }
  const http::Response changed = patch({{"If-Match", "\"7\""}});
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(header(changed, "ETag"), "\"8\"");
  EXPECT_EQ(patch({{"If-Match", "*"}}).status, 200);
}

TEST_F(DispatcherTest, QueryParameters) {
  EXPECT_EQ(get("/api/v1/things?limit=5&state=open&state=done&count=true&created_after="
                "2026-11-22T00:00:00Z")
                .status,
            200);
  EXPECT_THAT(get("/api/v1/things?count=true").body, HasSubstr(R"("next_cursor":null,"count":1)"));
  EXPECT_THAT(get("/api/v1/things").body, Not(HasSubstr("count")));
  EXPECT_THAT(get("/api/v1/things?state=done").body, HasSubstr(R"("items":[])"));
  for (const char* query :
       {"limit=0", "limit=201", "limit=x", "limit=", "limit=5&limit=6", "state=gone", "count=1",
        "created_after=today", "cursor=zz", "what=1"}) {
    const http::Response response = get(std::string("/api/v1/things?") + query);
    EXPECT_EQ(response.status, 422) << query;
    const std::string_view name =
        std::string_view(query).substr(0, std::string_view(query).find('='));
    EXPECT_THAT(response.body, HasSubstr("\"pointer\":\"/" + std::string(name) + "\"")) << query;
  }
  EXPECT_EQ(get("/api/v1/things/1?x=1").status, 422);
  EXPECT_EQ(get("/api/v1/things?cursor=" + encode_cursor("things", {"1"})).status, 200);
  EXPECT_EQ(get("/api/v1/things?cursor=" + encode_cursor("others", {"1"})).status, 422);
}

TEST_F(DispatcherTest, ProblemsInTheCallersLanguage) {
  const Extra japanese = {{"Accept-Language", "ja-JP,ja;q=0.9,en;q=0.8"}};
  const http::Response response = get("/api/v1/things/none", japanese);
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(header(response, "Content-Language"), "ja");
  EXPECT_THAT(response.body, HasSubstr("該当するものがありません。"));
  const http::Response english = get("/api/v1/things/none", {{"X-Request-Id", "r1"}});
  EXPECT_EQ(english.body, R"({"type":"urn:madoguchi:problem:not-found","title":"Not found",)"
                          R"("status":404,"detail":"No such thing.","instance":"r1"})");
}

TEST_F(DispatcherTest, FaultsSayNothingOfTheInside) {
  const http::Response boom = post("/api/v1/things/boom/finish", "", {{"X-Request-Id", "r2"}});
  EXPECT_EQ(boom.status, 500);
  EXPECT_THAT(boom.body, HasSubstr(R"("instance":"r2")"));
  EXPECT_THAT(boom.body, Not(HasSubstr("secret place")));
  const http::Response busy = post("/api/v1/things/busy/finish");
  EXPECT_EQ(busy.status, 503);
  EXPECT_EQ(header(busy, "Retry-After"), "5");
  EXPECT_THAT(busy.body, Not(HasSubstr("disk")));
}

TEST_F(DispatcherTest, TheSameKeyAndBodyGiveTheFirstAnswer) {
  const Extra key = {{"Idempotency-Key", "k1"}};
  const std::string body = R"({"title":"once"})";
  const http::Response first = post("/api/v1/things", body, key);
  const http::Response again = post("/api/v1/things", body, key);
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(header(again, "Location"), header(first, "Location"));
  EXPECT_EQ(header(again, "ETag"), header(first, "ETag"));
  EXPECT_EQ(header(again, "Idempotency-Replayed"), "true");
  EXPECT_NE(header(again, "X-Request-Id"), header(first, "X-Request-Id"));
  EXPECT_EQ(things_.created, 1);
  const http::Response other = post("/api/v1/things", R"({"title":"two"})", key);
  EXPECT_EQ(other.status, 422);
  EXPECT_THAT(other.body, HasSubstr("idempotency-key-reused"));
  EXPECT_EQ(post("/api/v1/things", body, key, "admin").status, 201);  // another caller's key
  EXPECT_EQ(things_.created, 2);
}

TEST_F(DispatcherTest, WhichAnswersAreKept) {
  const Extra key = {{"Idempotency-Key", "k"}};
  EXPECT_EQ(post("/api/v1/things/busy/finish", "", key).status, 503);
  EXPECT_EQ(post("/api/v1/things/boom/finish", "", key).status, 500);
  EXPECT_TRUE(idempotency_.entries.empty());
  EXPECT_EQ(post("/api/v1/things/taken/finish", "", key).status, 409);
  EXPECT_EQ(header(post("/api/v1/things/taken/finish", "", key), "Idempotency-Replayed"), "true");
  EXPECT_EQ(post("/api/v1/things", "{}", key).status, 422);
  EXPECT_EQ(idempotency_.entries.size(), 2U);
}

TEST_F(DispatcherTest, KeysThatAreRunningOrWrong) {
  ASSERT_TRUE(idempotency_.begin({domain::AgentId("Bearer agent"), "POST", "/api/v1/things", "k"},
                                 "", R"({"title":"x"})"));
  const http::Response running =
      post("/api/v1/things", R"({"title":"x"})", {{"Idempotency-Key", "k"}});
  EXPECT_EQ(running.status, 409);
  EXPECT_THAT(running.body, HasSubstr("idempotency-key-in-use"));
  for (const std::string& key : {std::string(256, 'k'), std::string(), std::string("a\x01")}) {
    EXPECT_EQ(post("/api/v1/things", R"({"title":"x"})", {{"Idempotency-Key", key}}).status, 400);
  }
  EXPECT_EQ(post("/api/v1/things", R"({"title":"x"})", {{"Idempotency-Key", std::string(255, 'k')}})
                .status,
            201);
}

TEST_F(DispatcherTest, DeferredAnswers) {
  EXPECT_EQ(get("/api/v1/wait").status, 0);
  ASSERT_TRUE(things_.waiting);
  things_.waiting->send<sample::Thing>(things_.find("1"));
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_EQ(answers_.front().status, 200);
  EXPECT_EQ(header(answers_.front(), "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(get("/api/v1/wait").status, 0);
  things_.waiting.reset();
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_EQ(answers_.front().status, 500);
  EXPECT_EQ(get("/api/v1/wait").status, 0);
  things_.waiting->stream("text/event-stream");
  EXPECT_EQ(header(answers_.at(0), "Content-Type"), "text/event-stream");
  things_.waiting.reset();
  EXPECT_EQ(answers_.size(), 1U);
}

TEST_F(DispatcherTest, RawAnswers) {
  const http::Response response = get("/api/v1/things/1/raw");
  EXPECT_EQ(response.body, "abc");
  EXPECT_EQ(header(response, "Content-Type"), "text/plain");
  EXPECT_EQ(header(response, "Content-Disposition"),
            "attachment; filename=\"____.txt\"; "
            "filename*=UTF-8''%E8%A6%8B%E7%A9%8D%22%E6%9B%B8.txt");
}

TEST_F(DispatcherTest, AdmissionKnowsTheRoute) {
  const auto admit = [&](Method method, const char* target, Extra extra) {
    return dispatcher_.admit(request(method, target, "", extra));
  };
  const Extra token = {{"Authorization", "Bearer agent"}, {"Content-Length", "5"}};
  const auto limit = [](const std::variant<http::Admission, http::Response>& one) {
    return std::get<http::Admission>(one).max_body;
  };
  EXPECT_EQ(limit(admit(Method::post, "/api/v1/things", token)), kMaxJsonBody);
  EXPECT_EQ(limit(admit(Method::post, "/api/v1/raw", token)), 100U);
  EXPECT_EQ(limit(admit(Method::get, "/api/v1/things", token)), 0U);
  EXPECT_EQ(limit(admit(Method::get, "/nothing", {})), 0U);
  EXPECT_EQ(std::get<http::Response>(admit(Method::post, "/nothing", token)).status, 404);
  EXPECT_EQ(std::get<http::Response>(admit(Method::post, "/api/v1/raw", {{"Content-Length", "9"}}))
                .status,
            401);
}

TEST_F(DispatcherTest, ARouteMayJudgeThePathBeforeTheBodyIsRead) {
  RouteTable table;
  table.add(Route::post("/hooks/{name}/{secret}")
                .at_root()
                .id("takeHook")
                .summary("Takes what others send.")
                .open()
                .takes({"*/*"})
                .max_body(100)
                .admits([](const http::Request&,
                           const std::vector<std::string>& path) -> Result<std::size_t> {
                  if (path.at(1) != "s e") return fail(Error::not_found({"No.", "ありません。"}));
                  return path.at(0) == "small" ? 10 : 1000;
                })
                .handle([](const Call&, const RawBody& body) -> Result<Verbatim> {
                  Verbatim answer;
                  answer.response.status = 406;
                  answer.response.body = std::string(body.bytes);
                  answer.response.headers.add("X-Kept", "yes");
                  return answer;
                }));
  Dispatcher dispatcher(table, {tokens_, idempotency_, log_, metrics_, clock_, ids_});
  const auto admit = [&](const char* target) {
    return dispatcher.admit(request(Method::post, target, "", {{"Content-Length", "5"}}));
  };
  EXPECT_EQ(std::get<http::Admission>(admit("/hooks/small/s%20e")).max_body, 10U);
  EXPECT_EQ(std::get<http::Admission>(admit("/hooks/big/s%20e")).max_body, 100U);
  EXPECT_EQ(std::get<http::Response>(admit("/hooks/small/other")).status, 404);
  dispatcher.handle(request(Method::post, "/hooks/big/s%20e", "bytes", {{"Content-Type", "x/y"}}),
                    std::make_unique<KeepingResponder>(answers_));
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_EQ(answers_[0].status, 406);
  EXPECT_EQ(answers_[0].body, "bytes");
  EXPECT_EQ(header(answers_[0], "X-Kept"), "yes");
}

TEST_F(DispatcherTest, RefusalsOfTheEngineAreProblems) {
  for (const int status : {400, 408, 413, 414, 431, 501, 503, 505}) {
    const http::Response response = dispatcher_.refuse(status, "Because.");
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(header(response, "Content-Type"), "application/problem+json");
    EXPECT_TRUE(json::Document::parse(response.body));
  }
}

TEST_F(DispatcherTest, MetricsNameTheRouteNotThePath) {
  get("/api/v1/things/1");
  get("/api/v1/things/secret-path");
  get("/wp-login.php");
  const std::string text = metrics_.render();
  EXPECT_THAT(text, HasSubstr("GET /api/v1/things/{number}"));
  EXPECT_THAT(text, HasSubstr("status=\"404\""));
  EXPECT_THAT(text, Not(HasSubstr("secret-path")));
  EXPECT_THAT(text, Not(HasSubstr("wp-login")));
}

TEST(RouteTableTest, MistakesAreFoundAtStart) {
  const auto handler = [](const Call&) -> Result<void> { return {}; };
  const auto add = [&](Route route) {
    RouteTable table;
    table.add(std::move(route));
    const Router router(table);
  };
  EXPECT_NO_THROW(add(Route::get("/a").id("a").open().handle(handler)));
  EXPECT_THROW(add(Route::get("/a").id("a").handle(handler)), std::logic_error);
  EXPECT_THROW(add(Route::get("/a").open().handle(handler)), std::logic_error);
  EXPECT_THROW(add(Route::get("/a").id("a").open()), std::logic_error);
  EXPECT_THROW(add(Route::get("/a//b").id("a").open().handle(handler)), std::logic_error);
  RouteTable twice;
  twice.add(Route::get("/a/{x}").id("a").open().handle(handler));
  EXPECT_THROW(twice.add(Route::get("/b").id("a").open().handle(handler)), std::logic_error);
  twice.add(Route::get("/a/{y}").id("b").open().handle(handler));
  EXPECT_THROW(Router{twice}, std::logic_error);
}

TEST(RouteTableTest, LiteralsWinAndParametersCatchTheRest) {
  const auto handler = [](const Call&) -> Result<void> { return {}; };
  RouteTable table;
  table.add(Route::post("/cases/bulk").id("bulk").open().handle(handler));
  table.add(Route::post("/cases/{number}").id("one").open().handle(handler));
  table.add(Route::post("/cases/{number}/take").id("take").open().handle(handler));
  const Router router(table);
  EXPECT_EQ(router.find(Method::post, "/api/v1/cases/bulk")->route->id, "bulk");
  EXPECT_EQ(router.find(Method::post, "/api/v1/cases/x")->route->id, "one");
  const Router::Match match = router.find(Method::post, "/api/v1/cases/bulk/take").value();
  EXPECT_EQ(match.route->id, "take");
  EXPECT_EQ(match.values.at(0), "bulk");
}

TEST(Cursor, TellsWhatItWasMadeOf) {
  const std::vector<std::string> key = {"1763777000123456", "", "日本"};
  const std::string cursor = encode_cursor("cases", key);
  EXPECT_EQ(decode_cursor("cases", cursor).value(), key);
  EXPECT_EQ(decode_cursor("cases", encode_cursor("cases", {})).value().size(), 0U);
  for (std::size_t i = 0; i < cursor.size(); ++i) {
    std::string tampered = cursor;
    tampered[i] = tampered[i] == '1' ? '2' : '1';
    EXPECT_FALSE(decode_cursor("cases", tampered)) << i;
  }
  for (const char* bad : {"", "x", "0123456", "zzzzzzzz", "00000000ff"}) {
    EXPECT_EQ(decode_cursor("cases", bad).error().fields.at(0).pointer, "/cursor");
  }
  EXPECT_FALSE(decode_cursor("cases", cursor.substr(0, cursor.size() - 2)));
}

TEST(LanguageTest, Preference) {
  struct Case {
    const char* header;
    Language language;
  };
  for (const Case& one :
       {Case{"ja", Language::ja}, Case{"ja-JP", Language::ja}, Case{"en", Language::en},
        Case{"en;q=0.5, ja;q=0.9", Language::ja}, Case{"ja;q=0.5,en", Language::en},
        Case{"ja;q=0", Language::en}, Case{"de, ja;q=0.1", Language::ja}, Case{"", Language::en},
        Case{"java", Language::en}, Case{",,;;q=,", Language::en}, Case{"*", Language::en}}) {
    EXPECT_EQ(preferred_language(one.header), one.language) << one.header;
  }
  EXPECT_EQ(preferred_language(std::nullopt), Language::en);
}

}  // namespace
}  // namespace madoguchi::api
