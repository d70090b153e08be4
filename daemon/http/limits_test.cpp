// SPDX-License-Identifier: Apache-2.0
// Slow clients, overload, caps, and the end of the server: R17, R19, R20.
#include <algorithm>
#include <thread>

#include "daemon/http/census.h"
#include "daemon/http/test_client.h"
#include "daemon/http/test_server.h"

namespace madoguchi::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

class LimitsTest : public ServerTest {};

TEST_F(LimitsTest, DribblersDoNotDelayAGoodClient) {
  options_.header_deadline = seconds(1);
  options_.body_deadline = seconds(1);
  options_.max_header_bytes = 1 << 20;
  start();
  constexpr int kDribblers = 24;
  std::vector<std::unique_ptr<Client>> dribblers;
  for (int i = 0; i < kDribblers; ++i) {
    dribblers.push_back(std::make_unique<Client>(port()));
    dribblers.back()->send(
        i % 2 == 0 ? "GET / HTTP/1.1\r\nHost: test\r\n"
                   : "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000\r\n\r\n");
  }
  Client good(port());
  milliseconds worst{0};
  bool alive = true;
  while (alive) {
    // A byte now and then must not push the deadline away: it is absolute.
    alive = false;
    for (const auto& dribbler : dribblers) {
      pollfd waiting{dribbler->fd(), POLLIN, 0};
      if (::poll(&waiting, 1, 0) == 0) alive = dribbler->send("x") || alive;
    }
    const auto began = steady_clock::now();
    ASSERT_EQ(good.get("/hello").status, 200);
    worst = std::max(worst, std::chrono::duration_cast<milliseconds>(steady_clock::now() - began));
  }
  EXPECT_LT(worst, seconds(1));
  for (const auto& dribbler : dribblers) {
    EXPECT_EQ(dribbler->answer().status, 408);
  }
}

TEST_F(LimitsTest, ClosesTheSilentAndTheIdle) {
  options_.header_deadline = seconds(1);
  options_.idle_deadline = seconds(1);
  start();
  Client silent(port());
  Client idle(port());
  EXPECT_EQ(idle.get("/hello").status, 200);
  EXPECT_TRUE(silent.ends());
  EXPECT_TRUE(idle.ends());
}

TEST_F(LimitsTest, ClosesAReaderThatTakesNothing) {
  options_.write_deadline = seconds(1);
  start();
  Client client(port());
  const int small = 4096;
  ::setsockopt(client.fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(client.send("GET /big HTTP/1.1\r\nHost: test\r\n\r\n"));
  const auto connections = [&] { return metric("madoguchi_http_connections"); };
  ASSERT_TRUE(application_.wait_for([](const auto& kept) { return !kept.handled.empty(); }));
  EXPECT_EQ(connections(), 1);
  const auto end = steady_clock::now() + kPatience;
  while (connections() > 0 && steady_clock::now() < end) std::this_thread::yield();
  EXPECT_EQ(connections(), 0);
}

TEST_F(LimitsTest, AnswersServiceUnavailableWhenTheQueueIsFull) {
  options_.workers = 1;
  options_.queue_limit = 2;
  start();
  std::vector<std::unique_ptr<Client>> busy;
  const auto enter = [&] {
    busy.push_back(std::make_unique<Client>(port()));
    busy.back()->send("GET /gate HTTP/1.1\r\nHost: test\r\n\r\n");
  };
  enter();
  ASSERT_TRUE(application_.wait_for([](const auto& kept) { return kept.in_gate == 1; }));
  // Two wait, one runs, everybody else is refused and keeps the connection.
  for (int i = 0; i < 7; ++i) enter();
  const auto refused = [&] { return metric("madoguchi_http_refused_total{status=\"503\"}"); };
  const auto end = steady_clock::now() + kPatience;
  while (refused() < 5 && steady_clock::now() < end) std::this_thread::yield();
  EXPECT_EQ(refused(), 5);
  Client extra(port());
  const auto answer = extra.get("/hello");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.header("Retry-After"), "1");
  EXPECT_EQ(answer.header("Connection"), "(none)");
  application_.open_gate();
  int served = 0;
  for (const auto& client : busy) served += client->answer().status == 200 ? 1 : 0;
  EXPECT_EQ(served, 3);
  EXPECT_EQ(extra.get("/hello").status, 200);
}

TEST_F(LimitsTest, CapsConnectionsInTotal) {
  options_.max_connections = 3;
  start();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<Client>(port()));
    EXPECT_EQ(clients.back()->get("/hello").status, 200);
  }
  Client over(port());
  const auto answer = over.answer();
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.header("Retry-After"), "(none)");
  over.finish_sending();
  EXPECT_TRUE(over.ends());

  clients.pop_back();
  const auto end = steady_clock::now() + kPatience;
  int status = 0;
  while (status != 200 && steady_clock::now() < end) status = Client(port()).get("/hello").status;
  EXPECT_EQ(status, 200);
}

TEST(Census, CapsConnectionsPerAddress) {
  Census census({10, 2, 1});
  auto first = census.enter("a");
  auto second = census.enter("a");
  auto other = census.enter("b");
  EXPECT_FALSE(first->spare());
  EXPECT_FALSE(second->spare());
  EXPECT_FALSE(other->spare());
  auto told = census.enter("a");
  ASSERT_TRUE(told);
  EXPECT_TRUE(told->spare());
  EXPECT_FALSE(census.enter("a"));
  EXPECT_FALSE(census.enter("")->spare());  // exempt
  told.reset();
  second.reset();
  EXPECT_FALSE(census.enter("a")->spare());
  EXPECT_FALSE(census.wait_until_empty(steady_clock::now()));
  first.reset();
  other.reset();
  EXPECT_TRUE(census.wait_until_empty(steady_clock::now()));
}

class DrainTest : public ServerTest {};

TEST_F(DrainTest, FinishesWhatRunsAndClosesTheRest) {
  start();
  Client idle(port());
  EXPECT_EQ(idle.get("/hello").status, 200);
  Client running(port());
  running.send("GET /gate HTTP/1.1\r\nHost: test\r\n\r\n");
  Client streaming(port());
  EXPECT_EQ(streaming.ask("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n").status, 200);
  ASSERT_TRUE(application_.wait_for(
      [](const auto& kept) { return kept.in_gate == 1 && kept.streams.size() == 1; }));

  server_->stop_accepting();
  EXPECT_TRUE(idle.ends());
  EXPECT_FALSE(Client(port()).connected());
  std::jthread drainer([&] { server_->drain(kPatience); });
  EXPECT_EQ(streaming.read_to_end(), "0\r\n\r\n");
  streaming.close();
  application_.open_gate();
  const auto answer = running.answer();
  EXPECT_EQ(answer.body, "through");
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(running.ends());
  running.close();
  drainer.join();
  EXPECT_EQ(metric("madoguchi_http_connections"), 0);
  EXPECT_EQ(metric("madoguchi_http_streams"), 0);
}

TEST_F(DrainTest, GivesUpAtTheLimit) {
  start();
  Client deferred(port());
  deferred.send("GET /defer HTTP/1.1\r\nHost: test\r\n\r\n");
  ASSERT_TRUE(application_.wait_for([](const auto& kept) { return kept.responders.size() == 1; }));
  const auto began = steady_clock::now();
  server_->drain(milliseconds(50));
  EXPECT_LT(steady_clock::now() - began, seconds(10));
  EXPECT_TRUE(deferred.ends());
}

TEST_F(DrainTest, AnswersThoseWhoHadConnectedAlready) {
  start();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 50; ++i) {
    clients.push_back(std::make_unique<Client>(port()));
    clients.back()->send("GET /hello HTTP/1.1\r\nHost: test\r\n\r\n");
  }
  std::jthread drainer([&] { server_->drain(kPatience); });
  for (const auto& client : clients) EXPECT_EQ(client->answer().body, "hello");
  clients.clear();
}

TEST_F(DrainTest, LeavesAnInheritedSocketToTheNextProcess) {
  const FileDescriptor parent(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::listen(parent.get(), 64), 0);
  options_.inherited = {::dup(parent.get())};
  start();
  const int shared_port = port();
  EXPECT_EQ(Client(shared_port).get("/hello").status, 200);
  server_->drain(kPatience);
  Client between(shared_port);
  EXPECT_TRUE(between.connected());
  options_.inherited = {::dup(parent.get())};
  start();
  EXPECT_EQ(between.get("/hello").status, 200);
}

}  // namespace
}  // namespace madoguchi::http
