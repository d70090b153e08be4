// SPDX-License-Identifier: Apache-2.0
// The framing attacks of S1: each must get an honest refusal, and nothing behind it an answer.
#include "daemon/http/test_client.h"
#include "daemon/http/test_server.h"

namespace madoguchi::http {
namespace {

constexpr const char* kSmuggled = "GET /smuggled HTTP/1.1\r\nHost: test\r\n\r\n";

struct Attack {
  const char* name;
  int status;
  std::string bytes;
};

std::string post(const std::string& fields, const std::string& body = {}) {
  return "POST /echo HTTP/1.1\r\nHost: test\r\n" + fields + "\r\n" + body;
}

std::string chunked(const std::string& body) {
  return post("Transfer-Encoding: chunked\r\n", body);
}

std::string with_nul(std::string text) {
  text[text.find('@')] = '\0';
  return text;
}

std::vector<Attack> lengths_and_codings() {
  return {
      {"CL then TE", 400, post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
      {"TE then CL", 400, post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "0\r\n\r\n")},
      {"two equal CLs", 400, post("Content-Length: 4\r\nContent-Length: 4\r\n", "body")},
      {"two different CLs", 400, post("Content-Length: 4\r\ncontent-length: 5\r\n", "body")},
      {"listed CL", 400, post("Content-Length: 5, 5\r\n", "body5")},
      {"negative CL", 400, post("Content-Length: -1\r\n")},
      {"CL with sign", 400, post("Content-Length: +5\r\n", "body5")},
      {"hexadecimal CL", 400, post("Content-Length: 0x5\r\n", "body5")},
      {"CL with a space inside", 400, post("Content-Length: 5 5\r\n", "body5")},
      {"empty CL", 400, post("Content-Length:\r\n")},
      {"CL beyond 64 bits", 400, post("Content-Length: 18446744073709551621\r\n", "body5")},
      {"enormous CL", 413, post("Content-Length: 999999999999999999\r\n")},
      {"unknown coding", 501, post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")},
      {"coding that is not chunked", 400, post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")},
      {"identity coding", 400, post("Transfer-Encoding: identity\r\n")},
      {"chunked not last", 400, post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n")},
      {"chunked twice in one field", 400,
       post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")},
      {"TE twice", 400,
       post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
      {"TE twice, second unknown", 400,
       post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n")},
      {"TE with a control character", 400,
       post("Transfer-Encoding: \x0b"
            "chunked\r\n",
            "0\r\n\r\n")},
      {"quoted TE", 400, post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n")},
      {"TE in HTTP/1.0", 400,
       "POST /echo HTTP/1.0\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"compressed body", 415, post("Content-Encoding: gzip\r\nContent-Length: 4\r\n", "body")},
  };
}

std::vector<Attack> heads() {
  return {
      {"no Host", 400, "GET /hello HTTP/1.1\r\nX: y\r\n\r\n"},
      {"two Hosts", 400, "GET /hello HTTP/1.1\r\nHost: test\r\nHost: test\r\n\r\n"},
      {"empty Host", 400, "GET /hello HTTP/1.1\r\nHost:\r\n\r\n"},
      {"Host with a path", 400, "GET /hello HTTP/1.1\r\nHost: test/x\r\n\r\n"},
      {"Host with user", 400, "GET /hello HTTP/1.1\r\nHost: a@test\r\n\r\n"},
      {"listed Host", 400, "GET /hello HTTP/1.1\r\nHost: test, other\r\n\r\n"},
      {"space before the colon", 400, "GET /hello HTTP/1.1\r\nHost : test\r\n\r\n"},
      {"space before the colon of CL", 400, post("Content-Length : 4\r\n", "body")},
      {"empty name", 400, "GET /hello HTTP/1.1\r\nHost: test\r\n: x\r\n\r\n"},
      {"line without a colon", 400, "GET /hello HTTP/1.1\r\nHost: test\r\nx\r\n\r\n"},
      {"folded line", 400, "GET /hello HTTP/1.1\r\nHost: test\r\nX: a\r\n b\r\n\r\n"},
      {"folded first line", 400, "GET /hello HTTP/1.1\r\n Host: test\r\n\r\n"},
      {"bare LF everywhere", 400, "GET /hello HTTP/1.1\nHost: test\n\n"},
      {"bare LF in a field", 400, "GET /hello HTTP/1.1\r\nHost: test\r\nX: a\nY: b\r\n\r\n"},
      {"bare CR in a field", 400, "GET /hello HTTP/1.1\r\nHost: test\r\nX: a\rY: b\r\n\r\n"},
      {"NUL in a value", 400, with_nul("GET /hello HTTP/1.1\r\nHost: test\r\nX: a@b\r\n\r\n")},
      {"NUL in a name", 400, with_nul("GET /hello HTTP/1.1\r\nHost: test\r\nX@: a\r\n\r\n")},
      {"NUL in the target", 400, with_nul("GET /he@llo HTTP/1.1\r\nHost: test\r\n\r\n")},
      {"control character", 400, "GET /hello HTTP/1.1\r\nHost: test\r\nX: a\x01\r\n\r\n"},
      {"bytes beyond ASCII in the target", 400, "GET /\xe3\x81\x82 HTTP/1.1\r\nHost: test\r\n\r\n"},
      {"fragment in the target", 400, "GET /a#b HTTP/1.1\r\nHost: test\r\n\r\n"},
      {"target of another form", 400, "GET hello HTTP/1.1\r\nHost: test\r\n\r\n"},
      {"asterisk with GET", 400, "GET * HTTP/1.1\r\nHost: test\r\n\r\n"},
      {"two spaces", 400, "GET  /hello HTTP/1.1\r\nHost: test\r\n\r\n"},
      {"tab for a space", 400, "GET\t/hello HTTP/1.1\r\nHost: test\r\n\r\n"},
      {"no version", 400, "GET /hello\r\nHost: test\r\n\r\n"},
      {"words after the version", 400, "GET /hello HTTP/1.1 x\r\nHost: test\r\n\r\n"},
      {"another protocol", 400, "GET /hello FTP/1.1\r\nHost: test\r\n\r\n"},
      {"HTTP/2 preface", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
      {"HTTP/0.9", 505, "GET /hello HTTP/0.9\r\nHost: test\r\n\r\n"},
      {"HTTP/1.2", 505, "GET /hello HTTP/1.2\r\nHost: test\r\n\r\n"},
      {"TRACE", 501, "TRACE /hello HTTP/1.1\r\nHost: test\r\n\r\n"},
      {"CONNECT", 501, "CONNECT /hello HTTP/1.1\r\nHost: test\r\n\r\n"},
      {"unknown method", 501, "BREW /hello HTTP/1.1\r\nHost: test\r\n\r\n"},
      {"method in small letters", 501, "get /hello HTTP/1.1\r\nHost: test\r\n\r\n"},
      {"TLS on the plain port", 400, std::string("\x16\x03\x01\x02", 4)},
  };
}

std::vector<Attack> chunks() {
  return {
      {"no size", 400, chunked("\r\nabc\r\n")},
      {"size that is no number", 400, chunked("xyz\r\nabc\r\n")},
      {"negative size", 400, chunked("-3\r\nabc\r\n")},
      {"size with sign", 400, chunked("+3\r\nabc\r\n")},
      {"size with 0x", 400, chunked("0x3\r\nabc\r\n")},
      {"size with a space in front", 400, chunked(" 3\r\nabc\r\n")},
      {"size beyond 64 bits", 400, chunked("10000000000000003\r\nabc\r\n")},
      {"size of all ones", 413, chunked("ffffffffffffffff\r\nabc\r\n")},
      {"chunk longer than its size", 400, chunked("3\r\nabcd\r\n0\r\n\r\n")},
      {"chunk shorter than its size", 400, chunked("5\r\nabc\r\n0\r\n\r\nxx")},
      {"chunk line with bare CR", 400, chunked("3\rabc\r\n")},
      {"bad extension", 400, chunked("3;\x01\r\nabc\r\n")},
      {"endless extension", 400, chunked("3;x=" + std::string(2000, 'y'))},
      {"endless size", 400, chunked(std::string(2000, '0'))},
      {"endless trailer", 400, chunked("0\r\nX: " + std::string(20'000, 'y'))},
      {"trailer without a colon", 400, chunked("0\r\nbad trailer\r\n\r\n")},
      {"body cut off", 400, post("Content-Length: 50\r\n", "body")},
  };
}

class Torture : public ServerTest {
 protected:
  void expect_refused(const std::vector<Attack>& attacks) {
    start();
    for (const Attack& attack : attacks) {
      Client client(port());
      ASSERT_TRUE(client.send(attack.bytes));
      client.finish_sending();
      const auto answer = client.answer();
      EXPECT_EQ(answer.status, attack.status) << attack.name << ": " << answer.body;
      EXPECT_EQ(answer.header("X-Refused"), "yes") << attack.name;
      EXPECT_EQ(answer.header("Connection"), "close") << attack.name;
      EXPECT_TRUE(client.ends()) << attack.name;
    }
    EXPECT_EQ(application_.kept.with([](auto& kept) { return kept.handled.size(); }), 0U);
    Client good(port());
    EXPECT_EQ(good.get("/hello").status, 200);
  }
};

TEST_F(Torture, LengthsAndCodings) { expect_refused(lengths_and_codings()); }
TEST_F(Torture, Heads) { expect_refused(heads()); }
TEST_F(Torture, Chunks) { expect_refused(chunks()); }

TEST_F(Torture, NothingBehindAnErrorIsAnswered) {
  start();
  auto attacks = lengths_and_codings();
  for (auto& attack : heads()) attacks.push_back(attack);
  for (const Attack& attack : attacks) {
    Client client(port());
    ASSERT_TRUE(client.send(attack.bytes + kSmuggled));
    client.finish_sending();
    EXPECT_EQ(client.answer().status, attack.status) << attack.name;
    EXPECT_TRUE(client.ends()) << attack.name;
  }
  EXPECT_EQ(application_.kept.with([](auto& kept) { return kept.handled.size(); }), 0U);
}

TEST_F(Torture, WhatIsBehindABodyIsTheNextRequestAndNothingElse) {
  start();
  Client client(port());
  const std::string body = kSmuggled;
  ASSERT_TRUE(client.send(post("Content-Length: " + std::to_string(body.size()) + "\r\n", body) +
                          "GET /hello HTTP/1.1\r\nHost: test\r\n\r\n"));
  EXPECT_EQ(client.answer().body, body);
  EXPECT_EQ(client.answer().body, "hello");
}

TEST_F(Torture, ARequestWithBodyThatIsAnsweredEarlyEndsTheConnection) {
  start();
  Client client(port());
  const std::string body = kSmuggled;
  ASSERT_TRUE(client.send("POST /denied HTTP/1.1\r\nHost: test\r\nContent-Length: " +
                          std::to_string(body.size()) + "\r\n\r\n" + body));
  client.finish_sending();
  EXPECT_EQ(client.answer().status, 401);
  EXPECT_TRUE(client.ends());
}

TEST_F(Torture, FloodsOfHeadersAndLines) {
  start();
  const std::string line = "GET /hello HTTP/1.1\r\nHost: test\r\n";
  std::string many = line;
  for (int i = 0; i < 100; ++i) many += "X: y\r\n";
  const Attack floods[] = {
      {"101 fields", 431, many + "\r\n"},
      {"a field of 40 KB", 431, line + "X: " + std::string(40'000, 'y')},
      {"fields of 40 KB", 431,
       line + "X: " + std::string(20'000, 'y') + "\r\nY: " + std::string(20'000, 'y') + "\r\n\r\n"},
      {"a target of 9 KB", 414,
       "GET /" + std::string(9000, 'y') + " HTTP/1.1\r\nHost: test\r\n\r\n"},
      {"a target without end", 414, "GET /" + std::string(9000, 'y')},
  };
  for (const Attack& flood : floods) {
    Client client(port());
    ASSERT_TRUE(client.send(flood.bytes));
    EXPECT_EQ(client.answer().status, flood.status) << flood.name;
    client.finish_sending();
    EXPECT_TRUE(client.ends()) << flood.name;
  }
  // At the limits all is well.
  std::string most = line;
  for (int i = 0; i < 99; ++i) most += "X: y\r\n";
  EXPECT_EQ(Client(port()).ask(most + "\r\n").status, 200);
  EXPECT_EQ(Client(port()).ask(line + "X: " + std::string(32'000, 'y') + "\r\n\r\n").status, 200);
  EXPECT_EQ(Client(port()).get("/" + std::string(8100, 'y')).status, 200);
}

TEST_F(Torture, AFloodOfChunkExtensionsIsRefused) {
  start();
  Client client(port());
  std::string flood = chunked("");
  for (int i = 0; i < 200; ++i) flood += "1;x=" + std::string(200, 'y') + "\r\nz\r\n";
  client.send(flood);
  EXPECT_EQ(client.answer().status, 400);
}

TEST_F(Torture, RefusalsAreCounted) {
  start();
  EXPECT_EQ(Client(port()).ask("GET /hello HTTP/1.1\r\n\r\n").status, 400);
  EXPECT_EQ(metric("madoguchi_http_refused_total{status=\"400\"}"), 1);
  EXPECT_EQ(metric("madoguchi_http_answers_total{class=\"4xx\"}"), 1);
}

}  // namespace
}  // namespace madoguchi::http
