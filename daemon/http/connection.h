// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/clock.h"
#include "daemon/http/channel.h"
#include "daemon/http/engine.h"
#include "daemon/http/file_descriptor.h"
#include "daemon/http/head.h"
#include "daemon/http/message.h"
#include "daemon/http/parser.h"
#include "daemon/http/transport.h"

namespace madoguchi::http {

class Loop;

/// One connection: reads a request, hands it on, writes its answer, then reads the next. Lives on
/// its loop's thread; others reach it by posting. While idle it holds no buffer.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Engine& engine, Loop& loop, FileDescriptor fd, std::optional<IpAddress> peer,
             Census::Seat seat);

  void start();
  void close();

  [[nodiscard]] SteadyPoint deadline() const { return deadline_; }
  void on_deadline();

  // From the responder and the stream of the current request.
  void on_answer(Response response);
  void on_abandoned();
  void on_stream_begin(Response head, std::shared_ptr<Channel> channel);
  void on_stream();

  void begin_drain();
  void end_stream();

  std::size_t slot = 0;  ///< the loop's place for it

 private:
  enum class Phase {
    handshake,  ///< TLS
    idle,       ///< waits for the first byte of a request
    head,
    body,
    handling,  ///< the application has the request; nothing is read
    writing,
    streaming,
    lingering,  ///< everything is said; reads on so that the peer can read the answer
    closed,
  };
  enum class Flushed { done, blocked, failed };
  enum class Afterwards { keep_alive, close };

  /// A request while its head and body come in.
  struct Reading {
    Reading(const SpillRules& rules, const BodyBudget& budget) : sink(rules, budget) {}
    Request request;
    RequestParser parser;
    BodySink sink;
    std::size_t max_body = 0;
  };
  /// Bytes on their way out: those in memory, then those of a file that are not loaded yet.
  struct Out {
    std::string head;
    std::string body;
    std::size_t sent = 0;  ///< of head and body
    std::shared_ptr<const ScratchFile> file = nullptr;
    std::size_t loaded = 0;  ///< of the file
    [[nodiscard]] std::size_t left() const { return head.size() + body.size() - sent; }
    [[nodiscard]] bool waits() const { return file && loaded < file->size(); }
    /// How much of the file went out, and is no longer here.
    [[nodiscard]] std::size_t gone() const { return file ? loaded - body.size() : 0; }
    /// Loads the next part of the file in place of what was sent; false when it cannot be read.
    [[nodiscard]] bool load();
  };

  [[nodiscard]] bool reads() const {
    return phase_ == Phase::idle || phase_ == Phase::head || phase_ == Phase::body;
  }
  void set_deadline(std::chrono::milliseconds from_now);
  void no_deadline() { deadline_ = SteadyPoint::max(); }

  // connection_io.cpp: the socket.
  /// Runs an entry into the connection; what it throws ends this connection alone.
  template <class F>
  void guarded(F&& work) {
    try {
      work();
    } catch (const std::exception& thrown) {
      engine_.instruments.connection_threw(thrown);
      close();
    }
  }
  void wait_readable();
  void wait_writable();
  void on_readable();
  void on_writable();
  void step_handshake();
  void read_request();
  void watch_peer();
  void drain_input();
  void settle();
  [[nodiscard]] Flushed flush();
  [[nodiscard]] IoResult write_some();
  void pump_stream();
  void finish_answer();
  void linger();
  void release_channel();
  void abort();

  // connection.cpp: the messages.
  void feed(std::string_view fresh);
  [[nodiscard]] std::size_t step(std::string_view input);
  [[nodiscard]] std::size_t step_head(std::string_view input);
  [[nodiscard]] std::size_t step_body(std::string_view input);
  void begin_request(std::string_view head);
  void expect_body(std::unique_ptr<Reading> reading, const Framing& framing);
  [[nodiscard]] std::variant<Admission, Response> admit(const Request& head);
  void dispatch(Request request);
  void refuse(int status, const std::string& reason, Afterwards afterwards = Afterwards::close);
  void answer(Response response);
  [[nodiscard]] Response refusal(int status, const std::string& reason);
  [[nodiscard]] Response sane(Response response);

  Engine& engine_;
  Loop& loop_;
  boost::asio::posix::stream_descriptor socket_;
  std::unique_ptr<Transport> transport_;
  std::optional<IpAddress> peer_;
  std::optional<Census::Seat> seat_;

  Phase phase_ = Phase::idle;
  SteadyPoint deadline_ = SteadyPoint::max();
  bool waits_to_read_ = false;
  bool waits_to_write_ = false;
  bool fresh_ = true;       ///< no request yet
  bool keep_alive_ = true;  ///< as far as the current request is concerned
  bool wants_head_only_ = false;
  bool http10_ = false;
  bool blank_line_seen_ = false;

  std::string pending_;  ///< bytes read that could not be used yet
  HeadScanner scanner_;
  std::unique_ptr<Reading> reading_;
  Out out_;
  SteadyPoint write_began_{};
  std::shared_ptr<Channel> channel_;
  std::size_t ignored_ = 0;  ///< bytes read and thrown away
};

}  // namespace madoguchi::http
