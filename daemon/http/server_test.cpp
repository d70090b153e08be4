// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/server.h"

#include <sys/stat.h>

#include <thread>

#include "daemon/http/test_client.h"
#include "daemon/http/test_server.h"

namespace madoguchi::http {
namespace {

std::string noise(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint32_t state = 12345;
  for (char& byte : bytes) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<char>(state >> 24);
  }
  return bytes;
}

TEST_F(ServerTest, ServesManyRequestsOnOneConnection) {
  start();
  Client client(port());
  for (int i = 0; i < 100; ++i) {
    const auto answer = client.get("/hello");
    ASSERT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "hello");
    EXPECT_EQ(answer.header("Connection"), "(none)");
    EXPECT_EQ(answer.header("Date").size(), std::string("Sun, 06 Nov 1994 08:49:37 GMT").size());
  }
  EXPECT_EQ(metric("madoguchi_http_connections"), 1);
  EXPECT_EQ(metric("madoguchi_http_answers_total{class=\"2xx\"}"), 100);
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  start();
  Client client(port());
  std::string requests;
  for (int i = 0; i < 300; ++i) {
    requests += "GET /target?" + std::to_string(i) + " HTTP/1.1\r\nHost: test\r\n\r\n";
  }
  ASSERT_TRUE(client.send(requests));
  for (int i = 0; i < 300; ++i) EXPECT_EQ(client.answer().body, "/target?" + std::to_string(i));
}

TEST_F(ServerTest, ManyPipelinedRequestsThatAreAnsweredAtOnceDoNotDeepenTheStack) {
  start();
  Client client(port());
  std::string requests;
  for (int i = 0; i < 2000; ++i) requests += "GET /denied HTTP/1.1\r\nHost: test\r\n\r\n";
  ASSERT_TRUE(client.send(requests));
  for (int i = 0; i < 2000; ++i) ASSERT_EQ(client.answer().status, 401);
}

TEST_F(ServerTest, TakesARequestByteByByte) {
  start();
  Client client(port());
  for (const char byte :
       std::string("POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "3;x=\"y\"\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Trailer: t\r\n\r\n")) {
    ASSERT_TRUE(client.send({&byte, 1}));
  }
  EXPECT_EQ(client.answer().body, "abc0123456789");
  EXPECT_EQ(client.get("/hello").status, 200);
}

TEST_F(ServerTest, OverlooksOneEmptyLineBeforeARequest) {
  start();
  Client client(port());
  EXPECT_EQ(client.ask("\r\nGET /hello HTTP/1.1\r\nHost: test\r\n\r\n").status, 200);
  EXPECT_EQ(client.ask("\r\n\r\nGET /hello HTTP/1.1\r\nHost: test\r\n\r\n").status, 400);
}

TEST_F(ServerTest, AnswersHeadWithTheLengthAndWithoutTheBody) {
  start();
  Client client(port());
  ASSERT_TRUE(client.send("HEAD /hello HTTP/1.1\r\nHost: test\r\n\r\n"));
  const auto answer = client.answer(true);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Content-Length"), "5");
  EXPECT_EQ(client.get("/hello").body, "hello");
}

TEST_F(ServerTest, SendsABodyThatLiesInAFileAndGoesOn) {
  start();
  Client client(port());
  std::string all;
  for (char c = 'a'; c <= 'h'; ++c) all += std::string(1 << 20, c);
  for (int turn = 0; turn < 2; ++turn) {
    const auto answer = client.get("/file");
    EXPECT_EQ(answer.header("Content-Length"), "8388608");
    EXPECT_TRUE(answer.body == all);
  }
  ASSERT_TRUE(client.send("HEAD /file HTTP/1.1\r\nHost: test\r\n\r\n"));
  EXPECT_EQ(client.answer(true).header("Content-Length"), "8388608");
  EXPECT_EQ(client.get("/hello").body, "hello");
}

TEST_F(ServerTest, SendsNoBodyWhereTheStatusHasNone) {
  start();
  Client client(port());
  const auto empty = client.get("/empty");
  EXPECT_EQ(empty.status, 204);
  EXPECT_EQ(empty.header("Content-Length"), "(none)");
  EXPECT_EQ(client.get("/unchanged").status, 304);
  EXPECT_EQ(client.get("/length").header("Content-Length"), "5");
}

TEST_F(ServerTest, ClosesAfterAnAnswerToHttp10AndToConnectionClose) {
  start();
  Client old(port());
  const auto answer = old.ask("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(answer.body, "hello");
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(old.ends());

  Client polite(port());
  EXPECT_EQ(
      polite.ask("GET /hello HTTP/1.1\r\nHost: test\r\nConnection: foo, Close\r\n\r\n").status,
      200);
  EXPECT_TRUE(polite.ends());
}

TEST_F(ServerTest, AnswersAPeerThatHasFinishedSending) {
  start();
  Client client(port());
  ASSERT_TRUE(client.send("GET /hello HTTP/1.1\r\nHost: test\r\n\r\n"));
  client.finish_sending();
  EXPECT_EQ(client.answer().body, "hello");
  EXPECT_TRUE(client.ends());
}

TEST_F(ServerTest, SendsContinueOnlyOnceTheBodyIsWanted) {
  start();
  Client client(port());
  ASSERT_TRUE(
      client.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n"
                  "Expect: 100-continue\r\n\r\n"));
  EXPECT_EQ(client.read_through("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(client.ask("body").body, "body");

  ASSERT_TRUE(
      client.send("POST /denied HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n"
                  "Expect: 100-continue\r\n\r\n"));
  EXPECT_EQ(client.answer().status, 401);
  EXPECT_TRUE(client.ends());
}

TEST_F(ServerTest, KeepsALargeBodyExactAndOutOfMemory) {
  options_.spill_above = 64 * 1024;
  application_.max_body = 20 << 20;
  start();
  const std::string body = noise(10 << 20);
  Client client(port());
  ASSERT_TRUE(client.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: " +
                          std::to_string(body.size()) + "\r\n\r\n"));
  std::jthread sender([&] { client.send(body); });
  EXPECT_TRUE(client.answer().body == body);
  sender.join();
  // Unlinked from the start: a crash leaves nothing behind.
  EXPECT_TRUE(std::filesystem::is_empty(dir_));
}

TEST_F(ServerTest, TakesALargeChunkedBody) {
  options_.spill_above = 10'000;
  start();
  const std::string piece = noise(7001);
  std::string body;
  std::string wire = "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 100; ++i) {
    wire += "1b59\r\n" + piece + "\r\n";
    body += piece;
  }
  wire += "0\r\n\r\n";
  Client client(port());
  std::jthread sender([&] { client.send(wire); });
  EXPECT_TRUE(client.answer().body == body);
}

TEST_F(ServerTest, AnswersServiceUnavailableWhenTheBodyCannotBeStored) {
  options_.spill_above = 10;
  options_.spill_dir = dir_ / "missing";
  start();
  Client client(port());
  const auto answer = client.ask(
      "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 20\r\n\r\n01234567890123456789");
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.header("Retry-After"), "(none)");
  EXPECT_NE(answer.body.find("stored"), std::string::npos);
}

TEST_F(ServerTest, RefusesABodyOverTheLimitAtOnceOrWhileItComes) {
  application_.max_body = 1000;
  start();
  Client early(port());
  ASSERT_TRUE(early.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 1001\r\n\r\n"));
  const auto answer = early.answer();
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.header("Connection"), "close");
  early.finish_sending();
  EXPECT_TRUE(early.ends());

  Client chunked(port());
  ASSERT_TRUE(
      chunked.send("POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"));
  for (int i = 0; i < 20; ++i) chunked.send("64\r\n" + std::string(100, 'x') + "\r\n");
  EXPECT_EQ(chunked.answer().status, 413);
  chunked.finish_sending();
  EXPECT_TRUE(chunked.ends());

  Client one(port());
  EXPECT_EQ(
      one.ask("POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n")
          .status,
      413);
  Client exact(port());
  EXPECT_EQ(exact
                .ask("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 1000\r\n\r\n" +
                     std::string(1000, 'x'))
                .status,
            200);
}

TEST_F(ServerTest, AnswersLaterFromAnotherThread) {
  start();
  Client client(port());
  ASSERT_TRUE(
      client.send("GET /defer HTTP/1.1\r\nHost: test\r\n\r\n"
                  "GET /hello HTTP/1.1\r\nHost: test\r\n\r\n"));
  ASSERT_TRUE(application_.wait_for([](const auto& kept) { return kept.responders.size() == 1; }));
  // The second request waits for the first one's answer.
  EXPECT_EQ(application_.kept.with([](auto& kept) { return kept.handled.size(); }), 1U);
  application_.kept.with([](auto& kept) {
    kept.responders[0]->send(TestApplication::text(200, "later"));
    kept.responders[0]->send(TestApplication::text(200, "twice"));
  });
  EXPECT_EQ(client.answer().body, "later");
  EXPECT_EQ(client.answer().body, "hello");
}

TEST_F(ServerTest, AnswersInternalErrorForWhatGotNoAnswer) {
  start();
  Client client(port());
  for (const char* path : {"/dropped", "/throws", "/admit-throws"}) {
    EXPECT_EQ(client.get(path).status, 500) << path;
    EXPECT_EQ(client.get("/hello").status, 200) << path;
  }
}

TEST_F(ServerTest, NeverSendsAResponseThatCouldBeSplit) {
  start();
  Client client(port());
  for (const char* path : {"/split", "/split-lf", "/nul", "/bad-name", "/status-99"}) {
    const auto answer = client.get(path);
    EXPECT_EQ(answer.status, 500) << path;
    EXPECT_EQ(answer.header("Set-Cookie"), "(none)") << path;
    EXPECT_EQ(answer.header("X-Note"), "(none)") << path;
  }
  EXPECT_EQ(client.get("/hello").status, 200);
}

TEST_F(ServerTest, SendsALargeAnswerToASlowReader) {
  start();
  Client client(port());
  const auto answer = client.get("/big");
  EXPECT_TRUE(answer.body == std::string(8 << 20, 'b'));
  EXPECT_EQ(client.get("/hello").status, 200);
}

TEST_F(ServerTest, AcceptsTheAbsoluteFormThatAgreesWithHost) {
  start();
  Client client(port());
  const auto ask = [&](const std::string& target) {
    return client.ask("GET " + target + " HTTP/1.1\r\nHost: test:80\r\n\r\n");
  };
  EXPECT_EQ(ask("http://TEST:80/target?q=1").body, "/target?q=1");
  EXPECT_EQ(ask("http://other/target").status, 400);
}

TEST_F(ServerTest, ServesUnixSocketsAndReplacesOnlyStaleOnes) {
  const std::string path = dir_ / "front.sock";
  options_.listen = {"unix:" + path};
  start();
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0660U);
  Client client(path);
  EXPECT_EQ(client.get("/origin").body, "unix loopback plain");

  Server second(options_, application_, log_, metrics_);
  const auto refused = second.start();
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.en.find(path), std::string::npos);
  client.close();
  server_.reset();
  EXPECT_FALSE(std::filesystem::exists(path));

  // A socket file whose owner is dead.
  const FileDescriptor dead(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  ASSERT_EQ(::bind(dead.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  start();
  EXPECT_EQ(Client(path).get("/hello").status, 200);
}

TEST_F(ServerTest, ServesIpv6AndInheritedSockets) {
  options_.listen = {"[::1]:0"};
  {
    Server six(options_, application_, log_, metrics_);
    ASSERT_TRUE(six.start());
    EXPECT_GT(six.port(), 0);
  }
  const int inherited = ::socket(AF_INET, SOCK_STREAM, 0);
  options_.inherited = {inherited};
  Server idle(options_, application_, log_, metrics_);
  EXPECT_FALSE(idle.start());  // takes it over, and closes it

  options_.inherited = {::socket(AF_INET, SOCK_STREAM, 0)};
  ASSERT_EQ(::listen(options_.inherited[0], 8), 0);
  start();
  EXPECT_EQ(Client(port()).get("/hello").status, 200);
}

TEST_F(ServerTest, SaysWhatCannotBeUsed) {
  start();
  for (const std::string where :
       {"127.0.0.1", "127.0.0.1:99999", ":80", "unix:", "203.0.113.1:0", "unix:/dev/null"}) {
    ServerOptions options;
    options.listen = {where};
    Server server(options, application_, log_, metrics_);
    const auto started = server.start();
    ASSERT_FALSE(started) << where;
    EXPECT_NE(started.error().message.en.find(where), std::string::npos);
    EXPECT_NE(started.error().message.ja.find(where), std::string::npos);
  }
  options_.listen = {"127.0.0.1:" + std::to_string(port())};
  Server twice(options_, application_, log_, metrics_);
  EXPECT_FALSE(twice.start());
  options_.trusted_proxies = {"10.0.0.0/33"};
  Server proxied(options_, application_, log_, metrics_);
  EXPECT_FALSE(proxied.start());
}

}  // namespace
}  // namespace madoguchi::http
