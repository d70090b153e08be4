// SPDX-License-Identifier: Apache-2.0
#include "core/net/guarded_client.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <thread>

#include "connectors/testkit/http_server.h"

namespace madoguchi::net {
namespace {

using std::chrono::milliseconds;
using testkit::http_answer;
using testkit::HttpPeer;
using testkit::HttpServer;

constexpr milliseconds kShort{300};
constexpr milliseconds kLong{10'000};

/// What DNS says in a test; each question is counted, and may be answered otherwise next time.
struct Names {
  std::map<std::string, std::vector<std::string>> addresses;
  int questions = 0;

  Resolve resolver() {
    return [this](const std::string& host, std::uint16_t port,
                  const Patience&) -> tl::expected<std::vector<Endpoint>, HttpFailure> {
      ++questions;
      std::vector<Endpoint> endpoints;
      for (const std::string& address : addresses[host]) {
        endpoints.push_back(*endpoint_of(address, port));
      }
      if (endpoints.empty()) return fail_with(HttpTrouble::unresolved, host);
      return endpoints;
    };
  }
};

class GuardedClientTest : public testing::Test {
 protected:
  GuardedClient client(const std::vector<std::string>& trusted = {"127.0.0.1"},
                       std::optional<HttpProxy> proxy = std::nullopt) {
    GuardedClient::Options options{AddressGuard::make(trusted).value()};
    options.ca_file = certificates_.ca;
    options.resolve = names_.resolver();
    options.proxy = std::move(proxy);
    return {clock_, std::move(options)};
  }

  static HttpRequest to(const std::string& url, milliseconds limit = kLong) {
    HttpRequest request;
    request.url = Url::parse(url).value();
    request.deadline = std::chrono::steady_clock::now() + limit;
    request.scheme = HttpRequest::Scheme::trusted_http;
    return request;
  }
  static HttpRequest to(const HttpServer& server, milliseconds limit = kLong) {
    return to(fmt::format("http://127.0.0.1:{}/x?key=s3cret", server.port()), limit);
  }
  std::string shop(const HttpServer& server) const {
    return fmt::format("https://shop.example:{}/", server.port());
  }

  /// What a server that behaves like `script` leads to, and that it does so in time.
  HttpTrouble trouble_with(HttpServer::Script script, milliseconds limit = kLong) {
    const HttpServer server(std::move(script));
    const auto begin = std::chrono::steady_clock::now();
    const HttpResult answer = client().send(to(server, limit));
    EXPECT_FALSE(answer);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, limit + milliseconds(2000));
    if (answer) return HttpTrouble::refused;
    EXPECT_EQ(answer.error().detail.find("s3cret"), std::string::npos);
    EXPECT_TRUE(answer.error().sent);
    return answer.error().trouble;
  }

  SystemClock clock_;
  testkit::TemporaryFolder folder_;
  testkit::Certificates certificates_ = testkit::make_certificates(folder_.path(), "shop.example");
  Names names_{{{"shop.example", {"127.0.0.1"}}}};
};

TEST_F(GuardedClientTest, brings_what_the_other_side_said) {
  const HttpServer server(HttpServer::answering(
      http_answer("窓口", "X-Page: %0D%0A2\r\nRetry-After: 7\r\nRetry-after: 9\r\n", 429)));
  HttpRequest request = to(server);
  request.method = "POST";
  request.body = R"({"a":1})";
  request.headers = {{"Content-Type", "application/json"},
                     {"Authorization", "Bearer t0ken"},
                     {"Host", "elsewhere.example"},
                     {"Connection", "keep-alive"}};
  const HttpResult answer = client().send(request);
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->status, 429);
  EXPECT_EQ(answer->body, "窓口");
  EXPECT_EQ(answer->header("x-page"), "%0D%0A2");
  EXPECT_EQ(answer->retry_after, std::chrono::seconds(7));
  ASSERT_EQ(server.requests().size(), 1U);
  const std::string sent = server.requests()[0];
  EXPECT_EQ(sent.find("POST /x?key=s3cret HTTP/1.1\r\n"), 0U) << sent;
  EXPECT_NE(sent.find(fmt::format("\r\nHost: 127.0.0.1:{}\r\n", server.port())), std::string::npos);
  EXPECT_NE(sent.find("\r\nConnection: close\r\n"), std::string::npos) << sent;
  EXPECT_NE(sent.find("\r\nContent-Length: 7\r\n"), std::string::npos) << sent;
  EXPECT_NE(sent.find("\r\nAccept-Encoding: identity\r\n"), std::string::npos) << sent;
  EXPECT_EQ(sent.find("elsewhere"), std::string::npos) << sent;
}

TEST_F(GuardedClientTest, reads_bodies_of_every_form) {
  const std::string chunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n";
  for (const auto& [bytes, body] : std::vector<std::pair<std::string, std::string>>{
           {http_answer("abcde"), "abcde"},
           {chunked, "abcde"},
           {"HTTP/1.1 200 OK\r\n\r\nabcde", "abcde"},
           {"HTTP/1.0 200 OK\r\n\r\nabcde", "abcde"},
           {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: a\r\n\r\n" +
                http_answer("abcde"),
            "abcde"},
           {"HTTP/1.1 204 No\r\n\r\n", ""},
           {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""},
           {http_answer("abcde") + "HTTP/1.1 200 OK\r\n\r\nmore", "abcde"}}) {
    const HttpServer server(HttpServer::answering(bytes));
    const HttpResult answer = client().send(to(server));
    ASSERT_TRUE(answer) << bytes << answer.error().detail;
    EXPECT_EQ(answer->body, body) << bytes;
  }
}

TEST_F(GuardedClientTest, follows_no_redirect) {
  const HttpServer inside(HttpServer::answering(http_answer("secrets")));
  const HttpServer server(HttpServer::answering(
      http_answer("", fmt::format("Location: http://127.0.0.1:{}/\r\n", inside.port()), 302)));
  const HttpResult answer = client().send(to(server));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(inside.connections(), 0);
}

TEST_F(GuardedClientTest, unpacks_nothing) {
  const std::string packed("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", 10);
  const HttpServer server(HttpServer::answering(http_answer(packed, "Content-Encoding: gzip\r\n")));
  EXPECT_EQ(client().send(to(server))->body, packed);
}

TEST_F(GuardedClientTest, ends_by_its_deadline_wherever_the_other_side_hangs) {
  const auto hang = [](HttpPeer& peer) { peer.wait_until_gone(kLong); };
  EXPECT_EQ(trouble_with(hang, kShort), HttpTrouble::late);
  for (const char* begun : {"H", "HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 200 OK\r\n\r\nabc",
                            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"}) {
    EXPECT_EQ(trouble_with(
                  [&](HttpPeer& peer) {
                    peer.request();
                    peer.send(begun);
                    hang(peer);
                  },
                  kShort),
              HttpTrouble::late)
        << begun;
  }
  const auto drip = [](HttpPeer& peer) {
    while (peer.send("X") && !peer.wait_until_gone(milliseconds(20))) continue;
  };
  for (const char* begun : {"HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 200 OK\r\n\r\n"}) {
    EXPECT_EQ(trouble_with(
                  [&](HttpPeer& peer) {
                    peer.request();
                    peer.send(begun);
                    drip(peer);
                  },
                  kShort),
              HttpTrouble::late)
        << begun;
  }
}

TEST_F(GuardedClientTest, ends_by_its_deadline_in_the_middle_of_tls) {
  const HttpServer server([](HttpPeer& peer) { peer.wait_until_gone(kLong); });
  const HttpResult answer = client().send(to(shop(server), kShort));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().trouble, HttpTrouble::late) << answer.error().detail;
  EXPECT_FALSE(answer.error().sent);
}

TEST_F(GuardedClientTest, notices_that_an_answer_is_not_whole) {
  for (const char* bytes :
       {"", "HTTP/1.1 200 OK\r\nX: y\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"}) {
    EXPECT_EQ(trouble_with(HttpServer::answering(bytes)), HttpTrouble::broken) << bytes;
  }
  EXPECT_EQ(trouble_with([](HttpPeer& peer) {
              peer.request();
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
              peer.reset();
            }),
            HttpTrouble::broken);
}

TEST_F(GuardedClientTest, takes_nothing_that_is_no_answer) {
  for (const char* bytes :
       {"SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 101 Switching\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nContent-Length: 3, 3\r\n\r\nabc"}) {
    EXPECT_EQ(trouble_with(HttpServer::answering(bytes)), HttpTrouble::garbled) << bytes;
  }
}

TEST_F(GuardedClientTest, reads_no_more_than_it_was_told) {
  const auto flood = [](std::string begin, std::string piece) {
    return [begin = std::move(begin), piece = std::move(piece)](HttpPeer& peer) {
      peer.request();
      peer.send(begin);
      while (peer.send(piece)) continue;
    };
  };
  const std::string block(64 * 1024, 'a');
  EXPECT_EQ(trouble_with(flood("HTTP/1.1 200 OK\r\n\r\n", block)), HttpTrouble::too_large);
  EXPECT_EQ(trouble_with(flood("HTTP/1.1 200 OK\r\nContent-Length: 2147483648\r\n\r\n", block)),
            HttpTrouble::too_large);
  EXPECT_EQ(trouble_with(flood("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                               "10000\r\n" + block + "\r\n")),
            HttpTrouble::too_large);
  // A chunk's extension that never ends, and chunks of nothing but themselves.
  EXPECT_EQ(trouble_with(flood("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", block)),
            HttpTrouble::too_large);
  EXPECT_EQ(trouble_with(flood("HTTP/1.1 200 OK\r\nX: ", block)), HttpTrouble::too_large);
  EXPECT_EQ(trouble_with(flood("HTTP/1.1 200 OK\r\n", "X: y\r\n")), HttpTrouble::too_large);
  EXPECT_EQ(trouble_with(flood("", "HTTP/1.1 100 Continue\r\n\r\n")), HttpTrouble::garbled);
}

TEST_F(GuardedClientTest, ends_when_it_is_told_to) {
  std::stop_source stop;
  const HttpServer server([&](HttpPeer& peer) {
    peer.request();
    stop.request_stop();
    peer.wait_until_gone(kLong);
  });
  HttpRequest request = to(server);
  request.stop = stop.get_token();
  const HttpResult read = client().send(request);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().trouble, HttpTrouble::stopped);

  // A write that is on its way is worth its answer; only a cut ends it.
  stop = {};
  std::stop_source cut;
  const HttpServer slow([&](HttpPeer& peer) {
    peer.request();
    stop.request_stop();
    if (!peer.wait_until_gone(kShort)) peer.send(http_answer("done"));
  });
  request = to(slow);
  request.method = "POST";
  request.stop = stop.get_token();
  const HttpResult written = client().send(request);
  ASSERT_TRUE(written) << written.error().detail;
  EXPECT_EQ(written->body, "done");
  EXPECT_FALSE(client().send(request)) << "a stop before it begins ends a write too";

  const HttpServer mute([&](HttpPeer& peer) {
    peer.request();
    cut.request_stop();
    peer.wait_until_gone(kLong);
  });
  request = to(mute);
  request.method = "POST";
  request.cut = cut.get_token();
  const HttpResult ended = client().send(request);
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().trouble, HttpTrouble::stopped);
  EXPECT_TRUE(ended.error().sent);
}

TEST_F(GuardedClientTest, connects_to_no_internal_address_however_it_is_written) {
  const HttpServer server(HttpServer::answering(http_answer("inside")));
  names_.addresses = {{"a.example", {"127.0.0.1"}},
                      {"b.example", {"8.8.8.8", "10.0.0.1"}},
                      {"c.example", {"2606:4700::1111", "::ffff:127.0.0.1"}}};
  for (const char* host :
       {"127.0.0.1", "[::ffff:127.0.0.1]", "[::1]", "a.example", "b.example", "c.example"}) {
    for (const char* form : {"https://{}:{}/", "https://{0}/", "http://{}:{}/"}) {
      const HttpResult answer =
          client({}).send(to(fmt::format(fmt::runtime(form), host, server.port()), kShort));
      ASSERT_FALSE(answer) << host;
      EXPECT_EQ(answer.error().trouble, HttpTrouble::refused) << host << answer.error().detail;
      EXPECT_EQ(to_error(answer.error()).code, ErrorCode::forbidden);
    }
  }
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(GuardedClientTest, asks_a_name_once_and_connects_to_what_was_judged) {
  const HttpServer server(HttpServer::answering(http_answer("ok")), certificates_);
  EXPECT_TRUE(client().send(to(shop(server))));
  EXPECT_EQ(names_.questions, 1) << "a second question could have a second answer";
}

TEST_F(GuardedClientTest, leaves_other_ports_and_plain_http_to_trusted_addresses) {
  names_.addresses["public.example"] = {"203.0.114.1"};
  for (const char* url : {"http://public.example/", "https://public.example:8443/",
                          "http://203.0.114.1/", "https://203.0.114.1:22/"}) {
    const HttpResult answer = client().send(to(url, kShort));
    ASSERT_FALSE(answer) << url;
    EXPECT_EQ(answer.error().trouble, HttpTrouble::refused) << url << answer.error().detail;
  }
  const HttpServer server(HttpServer::answering(http_answer("ok")));
  HttpRequest request = to(server);
  request.scheme = HttpRequest::Scheme::https;
  EXPECT_EQ(client().send(request).error().trouble, HttpTrouble::refused);
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(GuardedClientTest, believes_only_certificates_that_hold) {
  const auto answering = HttpServer::answering(http_answer("ok"));
  const HttpServer good(answering, certificates_);
  const HttpResult answer = client().send(to(shop(good)));
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->body, "ok");

  const testkit::TemporaryFolder others;
  std::filesystem::create_directory(others.path() / "expired");
  std::filesystem::create_directory(others.path() / "other");
  const auto expired = testkit::make_certificates(others.path() / "expired", "shop.example",
                                                  testkit::Validity::expired);
  const auto other = testkit::make_certificates(others.path() / "other", "other.example");
  const auto refuses = [&](const testkit::Certificates& files, const std::string& ca_file) {
    const HttpServer server(answering, files);
    HttpRequest request = to(shop(server));
    request.ca_file = ca_file;
    const HttpResult said = client().send(request);
    EXPECT_FALSE(said);
    if (said) return;
    EXPECT_EQ(said.error().trouble, HttpTrouble::untrusted) << said.error().detail;
    EXPECT_FALSE(said.error().sent);
    EXPECT_TRUE(server.requests().empty());
  };
  refuses(expired, expired.ca);
  refuses(other, other.ca);  // not for this name
  refuses(other, "");        // and of nobody that is trusted
  refuses(certificates_, other.ca);
  refuses(certificates_, "/nowhere.pem");
}

TEST_F(GuardedClientTest, takes_an_end_without_tls_s_goodbye_for_a_cut) {
  const HttpServer server(
      [](HttpPeer& peer) {
        peer.request();
        peer.send("HTTP/1.1 200 OK\r\n\r\nhalf of it");
        peer.reset();
      },
      certificates_);
  const HttpResult answer = client().send(to(shop(server)));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().trouble, HttpTrouble::broken);
}

TEST_F(GuardedClientTest, tries_the_next_address_when_one_does_not_answer) {
  names_.addresses["shop.example"] = {"127.0.0.2", "127.0.0.1"};
  const HttpServer server(HttpServer::answering(http_answer("ok")), certificates_);
  const HttpResult answer = client({"127.0.0.0/8"}).send(to(shop(server)));
  ASSERT_TRUE(answer) << answer.error().detail;
  names_.addresses["shop.example"] = {"127.0.0.2"};
  EXPECT_EQ(client({"127.0.0.0/8"}).send(to(shop(server))).error().trouble,
            HttpTrouble::unreachable);
  EXPECT_EQ(client().send(to("https://unknown.example/")).error().trouble, HttpTrouble::unresolved);
}

TEST_F(GuardedClientTest, sends_no_header_that_would_be_two) {
  const HttpServer server(HttpServer::answering(http_answer("ok")));
  HttpRequest request = to(server);
  request.headers = {{"X-Name", "a\r\nX-Other: b"}};
  EXPECT_EQ(client().send(request).error().trouble, HttpTrouble::refused);
  EXPECT_EQ(server.connections(), 0);
}

/// A proxy that notes what it is asked for and says `answer`.
HttpServer::Script proxy_saying(const char* answer) {
  return [answer](HttpPeer& peer) {
    peer.request();
    peer.send(answer);
    peer.wait_until_gone(kLong);
  };
}

TEST_F(GuardedClientTest, has_the_proxy_connect_to_the_address_that_was_judged) {
  names_.addresses["public.example"] = {"203.0.114.1", "203.0.114.2"};
  const HttpServer proxy(proxy_saying("HTTP/1.1 407 Who are you\r\n\r\n"));
  HttpProxy settings{"127.0.0.1", static_cast<std::uint16_t>(proxy.port()), Secret("u:p")};
  const HttpResult answer = client({}, settings).send(to("https://public.example/"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().trouble, HttpTrouble::unreachable);
  EXPECT_EQ(answer.error().detail, "the proxy answers 407");
  EXPECT_FALSE(answer.error().sent);
  ASSERT_EQ(proxy.requests().size(), 1U);
  EXPECT_EQ(proxy.requests()[0],
            "CONNECT 203.0.114.1:443 HTTP/1.1\r\nHost: 203.0.114.1:443\r\n"
            "Proxy-Authorization: Basic dTpw\r\n\r\n");
  for (const char* url : {"https://10.0.0.1/", "http://public.example/"}) {
    EXPECT_EQ(client({}, settings).send(to(url)).error().trouble, HttpTrouble::refused) << url;
  }
  settings.names = HttpProxy::Names::proxy;
  EXPECT_FALSE(client({}, settings).send(to("https://elsewhere.example/")));
  EXPECT_EQ(client({}, settings).send(to("https://10.0.0.1/")).error().trouble,
            HttpTrouble::refused);
  ASSERT_EQ(proxy.requests().size(), 2U);
  EXPECT_EQ(proxy.requests()[1].find("CONNECT elsewhere.example:443 "), 0U);
}

/// A proxy that connects to that port of this machine, wherever it is asked to connect to.
HttpServer::Script proxy_to(int port) {
  return [port](HttpPeer& peer) {
    peer.request();
    const Patience patience(std::chrono::steady_clock::now() + kLong, {}, {});
    const auto fd =
        connect_to({*endpoint_of("127.0.0.1", static_cast<std::uint16_t>(port))}, patience);
    ASSERT_TRUE(fd);
    PlainChannel shop(fd->get(), patience);
    peer.send("HTTP/1.1 200 Connected\r\nVia: proxy\r\n\r\n");
    const std::jthread back([&] {
      char bytes[4096];
      for (auto got = shop.read(bytes, sizeof bytes); got && *got > 0;
           got = shop.read(bytes, sizeof bytes)) {
        if (!peer.send({bytes, *got})) return;
      }
    });
    for (std::string bytes = peer.receive(); !bytes.empty(); bytes = peer.receive()) {
      if (!shop.write(bytes)) return;
    }
    ::shutdown(fd->get(), SHUT_RDWR);
  };
}

TEST_F(GuardedClientTest, speaks_tls_with_the_other_side_through_the_proxy) {
  const HttpServer far(HttpServer::answering(http_answer("through")), certificates_);
  const HttpServer proxy(proxy_to(far.port()));
  const HttpProxy settings{"127.0.0.1", static_cast<std::uint16_t>(proxy.port())};
  names_.addresses["shop.example"] = {"203.0.114.1"};
  const HttpResult answer = client({}, settings).send(to("https://shop.example/a"));
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->body, "through");
  ASSERT_EQ(far.requests().size(), 1U);
  EXPECT_EQ(far.requests()[0].find("GET /a HTTP/1.1\r\n"), 0U);
  EXPECT_NE(far.requests()[0].find("\r\nHost: shop.example\r\n"), std::string::npos);
  // The certificate counts, whoever connected.
  names_.addresses["other.example"] = {"203.0.114.1"};
  const HttpResult other = client({}, settings).send(to("https://other.example/"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().trouble, HttpTrouble::untrusted);
  // Trusted addresses are not asked through it.
  names_.addresses["shop.example"] = {"127.0.0.1"};
  EXPECT_EQ(client({"127.0.0.1"}, settings).send(to(shop(far)))->body, "through");
  EXPECT_EQ(proxy.connections(), 2);
}

TEST(SystemResolver, knows_this_machine_and_gives_up_in_time) {
  const Patience patience(std::chrono::steady_clock::now() + kLong, {}, {});
  const auto found = system_resolver()("localhost", 25, patience);
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_TRUE(std::any_of(found->begin(), found->end(),
                          [](const Endpoint& one) { return one.text() == "127.0.0.1"; }));
  const auto begin = std::chrono::steady_clock::now();
  const Patience short_patience(begin + kShort, {}, {});
  EXPECT_FALSE(system_resolver()("no-such-name.invalid", 25, short_patience));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kLong);
}

}  // namespace
}  // namespace madoguchi::net
