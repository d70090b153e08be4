// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/responder.h"

#include <utility>

#include "daemon/http/channel.h"
#include "daemon/http/connection.h"
#include "daemon/http/loop.h"

namespace madoguchi::http {
namespace {

class ConnectionStream final : public Stream {
 public:
  ConnectionStream(std::shared_ptr<Loop> loop, std::weak_ptr<Connection> connection,
                   std::shared_ptr<Channel> channel)
      : loop_(std::move(loop)), connection_(std::move(connection)), channel_(std::move(channel)) {}
  ConnectionStream(const ConnectionStream&) = delete;
  ConnectionStream& operator=(const ConnectionStream&) = delete;
  ~ConnectionStream() override { close(); }

  bool write(std::string chunk) override {
    const auto pushed = channel_->push(chunk);
    if (pushed.wake) wake();
    return pushed.open;
  }
  void close() override {
    if (channel_->end().wake) wake();
  }
  [[nodiscard]] bool closed() const override { return channel_->closed(); }

 private:
  void wake() {
    if (loop_->finished()) {
      channel_->shut();
      return;
    }
    loop_->post([connection = connection_] {
      if (const auto alive = connection.lock()) alive->on_stream();
    });
  }

  std::shared_ptr<Loop> loop_;
  std::weak_ptr<Connection> connection_;
  std::shared_ptr<Channel> channel_;
};

}  // namespace

ConnectionResponder::ConnectionResponder(std::shared_ptr<Loop> loop,
                                         std::weak_ptr<Connection> connection, bool chunked,
                                         std::size_t backlog)
    : loop_(std::move(loop)),
      connection_(std::move(connection)),
      chunked_(chunked),
      backlog_(backlog) {}

ConnectionResponder::~ConnectionResponder() {
  if (answered_.exchange(true) || loop_->finished()) return;
  loop_->post([connection = connection_] {
    if (const auto alive = connection.lock()) alive->on_abandoned();
  });
}

void ConnectionResponder::send(Response response) {
  if (answered_.exchange(true) || loop_->finished()) return;
  loop_->post([connection = connection_, response = std::move(response)]() mutable {
    if (const auto alive = connection.lock()) alive->on_answer(std::move(response));
  });
}

std::shared_ptr<Stream> ConnectionResponder::stream(Response head) {
  auto channel = std::make_shared<Channel>(chunked_, backlog_);
  auto stream = std::make_shared<ConnectionStream>(loop_, connection_, channel);
  if (answered_.exchange(true) || loop_->finished()) {
    channel->shut();
    return stream;
  }
  loop_->post([connection = connection_, channel, head = std::move(head)]() mutable {
    if (const auto alive = connection.lock()) {
      alive->on_stream_begin(std::move(head), channel);
    } else {
      channel->shut();
    }
  });
  return stream;
}

}  // namespace madoguchi::http
