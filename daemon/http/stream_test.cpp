// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include "daemon/http/channel.h"
#include "daemon/http/test_client.h"
#include "daemon/http/test_server.h"

namespace madoguchi::http {
namespace {

constexpr const char* kAskForStream = "GET /stream HTTP/1.1\r\nHost: test\r\n\r\n";

class StreamTest : public ServerTest {
 protected:
  std::vector<std::shared_ptr<Stream>> wait_for_streams(std::size_t count) {
    EXPECT_TRUE(
        application_.wait_for([count](const auto& kept) { return kept.streams.size() >= count; }));
    return application_.kept.with([](auto& kept) { return kept.streams; });
  }
  /// Waits for the engine to notice; there is nothing to be told by.
  template <class Ready>
  static bool eventually(Ready ready) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!ready()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::yield();
    }
    return true;
  }
};

TEST_F(StreamTest, SendsEachChunkAtOnceAndEndsProperly) {
  start();
  Client client(port());
  const auto head = client.ask(kAskForStream);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("Transfer-Encoding"), "chunked");
  EXPECT_EQ(head.header("Content-Length"), "(none)");
  EXPECT_EQ(head.header("Content-Type"), "text/event-stream");
  const auto stream = wait_for_streams(1)[0];
  EXPECT_TRUE(stream->write("data: 1\n\n"));
  EXPECT_EQ(client.read_through("\n\n\r\n"), "9\r\ndata: 1\n\n\r\n");
  EXPECT_TRUE(stream->write(""));
  EXPECT_TRUE(stream->write("data: 22\n\n"));
  EXPECT_EQ(client.read_through("\n\n\r\n"), "a\r\ndata: 22\n\n\r\n");
  EXPECT_FALSE(stream->closed());
  EXPECT_EQ(metric("madoguchi_http_streams"), 1);
  stream->close();
  EXPECT_TRUE(stream->closed());
  EXPECT_FALSE(stream->write("late"));
  EXPECT_EQ(client.read_to_end(), "0\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return metric("madoguchi_http_streams") == 0; }));
}

TEST_F(StreamTest, IsRawForHttp10AndEmptyForHead) {
  start();
  Client old(port());
  EXPECT_EQ(old.ask("GET /stream HTTP/1.0\r\n\r\n").header("Transfer-Encoding"), "(none)");
  const auto stream = wait_for_streams(1)[0];
  stream->write("raw");
  stream->close();
  EXPECT_EQ(old.read_to_end(), "raw");

  Client head(port());
  ASSERT_TRUE(head.send("HEAD /stream HTTP/1.1\r\nHost: test\r\n\r\n"));
  EXPECT_EQ(head.answer(true).status, 200);
  EXPECT_TRUE(head.ends());
  const auto none = wait_for_streams(2)[1];
  EXPECT_TRUE(eventually([&] { return none->closed(); }));
}

TEST_F(StreamTest, EndsWhenItsLastOwnerLetsGo) {
  start();
  Client client(port());
  EXPECT_EQ(client.ask(kAskForStream).status, 200);
  wait_for_streams(1);
  application_.kept.with([](auto& kept) {
    kept.streams[0]->write("x");
    kept.streams.clear();
  });
  EXPECT_EQ(client.read_to_end(), "1\r\nx\r\n0\r\n\r\n");
}

TEST_F(StreamTest, NoticesThatThePeerIsGone) {
  start();
  Client client(port());
  EXPECT_EQ(client.ask(kAskForStream).status, 200);
  const auto stream = wait_for_streams(1)[0];
  client.close();
  EXPECT_TRUE(eventually([&] { return stream->closed(); }));
  EXPECT_FALSE(stream->write("x"));
}

TEST_F(StreamTest, ClosesAReaderThatIsTooFarBehind) {
  options_.stream_backlog = 64 * 1024;
  start();
  Client client(port());
  EXPECT_EQ(client.ask(kAskForStream).status, 200);
  const auto stream = wait_for_streams(1)[0];
  const std::string piece(16 * 1024, 'x');
  int written = 0;
  // The socket's own buffers take some megabytes first.
  while (written < 4000 && stream->write(piece)) ++written;
  EXPECT_LT(written, 4000);
  EXPECT_TRUE(stream->closed());
  EXPECT_TRUE(eventually([&] { return metric("madoguchi_http_connections") == 0; }));
}

TEST_F(StreamTest, ReachesTwoHundredReaders) {
  start();
  constexpr std::size_t kReaders = 200;
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t i = 0; i < kReaders; ++i) {
    clients.push_back(std::make_unique<Client>(port()));
    ASSERT_TRUE(clients.back()->send(kAskForStream));
  }
  const auto streams = wait_for_streams(kReaders);
  std::vector<std::jthread> writers;
  for (int writer = 0; writer < 3; ++writer) {
    writers.emplace_back([&] {
      for (int i = 0; i < 10; ++i) {
        for (const auto& stream : streams) stream->write("0123456789");
      }
    });
  }
  writers.clear();
  for (const auto& stream : streams) stream->close();
  std::string expected;
  for (int i = 0; i < 30; ++i) expected += "a\r\n0123456789\r\n";
  expected += "0\r\n\r\n";
  for (const auto& client : clients) {
    EXPECT_EQ(client->answer().status, 200);
    EXPECT_EQ(client->read_to_end(), expected);
  }
}

TEST_F(StreamTest, AStreamWithABadHeadIsAnError) {
  start();
  Client client(port());
  ASSERT_TRUE(client.send("GET /defer HTTP/1.1\r\nHost: test\r\n\r\n"));
  ASSERT_TRUE(application_.wait_for([](const auto& kept) { return kept.responders.size() == 1; }));
  Response head;
  head.headers.add("X", "a\r\nb: c");
  const auto stream =
      application_.kept.with([&](auto& kept) { return kept.responders[0]->stream(head); });
  EXPECT_EQ(client.answer().status, 500);
  EXPECT_TRUE(eventually([&] { return stream->closed(); }));
  // A second answer to the same request is a closed stream.
  EXPECT_TRUE(
      application_.kept.with([&](auto& kept) { return kept.responders[0]->stream({})->closed(); }));
}

TEST_F(StreamTest, StreamsAndRespondersOutliveTheServer) {
  start();
  Client client(port());
  Client waiting(port());
  EXPECT_EQ(client.ask(kAskForStream).status, 200);
  ASSERT_TRUE(waiting.send("GET /defer HTTP/1.1\r\nHost: test\r\n\r\n"));
  const auto stream = wait_for_streams(1)[0];
  ASSERT_TRUE(application_.wait_for([](const auto& kept) { return kept.responders.size() == 1; }));
  server_.reset();
  EXPECT_TRUE(stream->closed());
  EXPECT_FALSE(stream->write("x"));
  stream->close();
  application_.kept.with([](auto& kept) {
    kept.responders[0]->send({});
    EXPECT_TRUE(kept.responders[0]->stream({})->closed());
    kept.responders.clear();
    kept.streams.clear();
  });
}

TEST(Channel, CountsWhatIsQueuedAndWhatIsNotSent) {
  Channel channel(false, 10);
  EXPECT_TRUE(channel.push("12345678901234").wake);  // one piece always fits
  EXPECT_EQ(channel.take().bytes, "12345678901234");
  channel.note_unsent(4);
  EXPECT_TRUE(channel.push("123456").wake);
  EXPECT_FALSE(channel.overrun());
  const auto over = channel.push("1");
  EXPECT_FALSE(over.open);
  EXPECT_TRUE(over.wake);
  EXPECT_TRUE(channel.overrun());
}

}  // namespace
}  // namespace madoguchi::http
