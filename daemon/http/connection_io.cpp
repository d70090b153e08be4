// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>

#include <cerrno>

#include "daemon/http/connection.h"
#include "daemon/http/loop.h"

namespace madoguchi::http {
namespace {

// One connection's share of a turn of the loop, so that a fast peer does not hold up the others.
constexpr int kReadsPerTurn = 16;
constexpr std::size_t kWritePerTurn = 1024 * 1024;
constexpr std::size_t kFilePart = 256 * 1024;
// A reader slower than this, beyond the write deadline, loses its answer.
constexpr std::size_t kSlowestReader = 64 * 1024;  // bytes a second
// How much and how long a connection is read that has got its last answer: closed with unread
// input, the kernel would reset it, and the peer might never see the answer.
constexpr std::size_t kLingerLimit = 4 * 1024 * 1024;
constexpr std::chrono::milliseconds kLinger{2000};
constexpr std::chrono::milliseconds kLastChance{1000};
// What a peer may send while it listens to a stream.
constexpr std::size_t kStreamInputLimit = 64 * 1024;

using Descriptor = boost::asio::posix::stream_descriptor;

}  // namespace

Connection::Connection(Engine& engine, Loop& loop, FileDescriptor fd, std::optional<IpAddress> peer,
                       Census::Seat seat)
    : engine_(engine),
      loop_(loop),
      socket_(loop.context()),
      peer_(peer),
      seat_(std::move(seat)),
      scanner_(engine.head_limits) {
  socket_.assign(fd.get());
  const int raw = fd.release();
  transport_ = engine.tls ? engine.tls->transport(raw) : plain_transport(raw);
  engine_.instruments.connection_opened();
}

void Connection::start() {
  guarded([&] {
    if (!transport_ || (seat_->spare() && transport_->secure())) {
      engine_.instruments.turned_away();
      close();
    } else if (seat_->spare()) {
      refuse(503, "too many connections");
      settle();
    } else {
      set_deadline(engine_.options.header_deadline);
      phase_ = transport_->secure() ? Phase::handshake : Phase::idle;
      on_readable();
    }
  });
}

void Connection::close() {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::closed;
  no_deadline();
  release_channel();
  reading_.reset();
  out_ = {};
  transport_.reset();
  boost::system::error_code ignored;
  socket_.close(ignored);
  seat_.reset();
  engine_.instruments.connection_closed();
  loop_.remove(*this);
}

/// Closes without waiting for a peer that does not read: the kernel drops what it has not taken.
void Connection::abort() {
  if (phase_ == Phase::closed) return;
  const struct linger at_once { 1, 0 };
  ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void Connection::release_channel() {
  if (!channel_) return;
  channel_->shut();
  channel_.reset();
  engine_.instruments.stream_closed();
}

void Connection::set_deadline(std::chrono::milliseconds from_now) {
  deadline_ = std::chrono::steady_clock::now() + from_now;
}

void Connection::on_deadline() {
  guarded([&] {
    no_deadline();
    switch (phase_) {
      case Phase::head:
        refuse(408, "the head took too long");
        break;
      case Phase::body:
        refuse(408, "the body took too long");
        break;
      case Phase::writing:
      case Phase::streaming:
        abort();
        break;
      default:
        close();
        break;
    }
    settle();
  });
}

void Connection::wait_readable() {
  if (waits_to_read_) return;
  waits_to_read_ = true;
  socket_.async_wait(Descriptor::wait_read,
                     [self = shared_from_this()](const boost::system::error_code& error) {
                       self->waits_to_read_ = false;
                       if (error || self->phase_ == Phase::closed) return;
                       self->guarded([&] { self->on_readable(); });
                     });
}

void Connection::wait_writable() {
  if (waits_to_write_) return;
  waits_to_write_ = true;
  socket_.async_wait(Descriptor::wait_write,
                     [self = shared_from_this()](const boost::system::error_code& error) {
                       self->waits_to_write_ = false;
                       if (error || self->phase_ == Phase::closed) return;
                       self->guarded([&] { self->on_writable(); });
                     });
}

void Connection::on_readable() {
  switch (phase_) {
    case Phase::handshake:
      step_handshake();
      break;
    case Phase::idle:
    case Phase::head:
    case Phase::body:
      read_request();
      break;
    case Phase::writing:
      on_writable();
      break;  // TLS may have to read before it can write
    case Phase::streaming:
      watch_peer();
      break;
    case Phase::lingering:
      drain_input();
      break;
    case Phase::handling:
    case Phase::closed:
      break;
  }
}

void Connection::on_writable() {
  switch (phase_) {
    case Phase::handshake:
      step_handshake();
      break;
    case Phase::idle:
    case Phase::head:
    case Phase::body:
      if (flush() != Flushed::failed) read_request();  // TLS may have to write before it can read
      break;
    case Phase::writing:
      if (flush() == Flushed::done) finish_answer();
      settle();
      break;
    case Phase::streaming:
      pump_stream();
      break;
    case Phase::handling:
    case Phase::lingering:
    case Phase::closed:
      break;
  }
}

void Connection::step_handshake() {
  switch (transport_->handshake().status) {
    case IoStatus::done:
      phase_ = Phase::idle;
      read_request();
      break;
    case IoStatus::want_read:
      wait_readable();
      break;
    case IoStatus::want_write:
      wait_writable();
      break;
    case IoStatus::end:
    case IoStatus::failed:
      close();
      break;
  }
}

void Connection::read_request() {
  auto& scratch = loop_.scratch();
  for (int turn = 0; turn < kReadsPerTurn && reads(); ++turn) {
    const IoResult got = transport_->read(scratch.data(), scratch.size());
    switch (got.status) {
      case IoStatus::done:
        feed({scratch.data(), got.bytes});
        break;
      case IoStatus::want_read:
        wait_readable();
        return;
      case IoStatus::want_write:
        wait_writable();
        return;
      case IoStatus::end:
        if (phase_ == Phase::idle) {
          close();
        } else {
          refuse(400, "the connection ended within the request");
        }
        break;
      case IoStatus::failed:
        close();
        break;
    }
    // A short read has emptied the socket; trying again would only cost a call.
    if (!reads() || (got.bytes < scratch.size() && !transport_->holds_input())) break;
  }
  settle();
}

/// After anything that may have ended a request: goes on with what was pipelined, then waits.
void Connection::settle() {
  if (phase_ == Phase::idle && !pending_.empty()) feed({});
  if (!reads()) return;
  if (!transport_->holds_input()) {
    wait_readable();
    return;
  }
  loop_.post([self = weak_from_this()] {
    if (const auto alive = self.lock()) alive->guarded([&] { alive->on_readable(); });
  });
}

void Connection::watch_peer() {
  auto& scratch = loop_.scratch();
  for (;;) {
    const IoResult got = transport_->read(scratch.data(), scratch.size());
    if (got.status == IoStatus::done) {
      ignored_ += got.bytes;
      if (ignored_ <= kStreamInputLimit) continue;
    }
    if (got.status == IoStatus::want_read) {
      wait_readable();
    } else if (got.status == IoStatus::want_write) {
      wait_writable();
    } else {
      close();
    }
    return;
  }
}

IoResult Connection::write_some() {
  const std::string_view head = out_.head;
  const std::string_view body = out_.body;
  if (out_.sent < head.size()) return transport_->write(head.substr(out_.sent), body);
  return transport_->write(body.substr(out_.sent - head.size()), {});
}

bool Connection::Out::load() {
  head.clear();
  sent = 0;
  body = file->read(loaded, kFilePart);
  loaded += body.size();
  return !body.empty();
}

Connection::Flushed Connection::flush() {
  std::size_t written = 0;
  while (out_.left() > 0 || out_.waits()) {
    // The length was promised: there is no other way to say that it will not be kept.
    if (out_.left() == 0 && !out_.load()) {
      abort();
      return Flushed::failed;
    }
    if (written >= kWritePerTurn) {
      wait_writable();
      return Flushed::blocked;
    }
    const IoResult result = write_some();
    switch (result.status) {
      case IoStatus::done:
        out_.sent += result.bytes;
        written += result.bytes;
        break;
      case IoStatus::want_write:
        wait_writable();
        break;
      case IoStatus::want_read:
        wait_readable();
        break;
      case IoStatus::end:
      case IoStatus::failed:
        close();
        return Flushed::failed;
    }
    if (phase_ == Phase::writing) {
      deadline_ = write_began_ + engine_.options.write_deadline +
                  std::chrono::seconds((out_.gone() + out_.sent) / kSlowestReader);
    }
    if (result.status != IoStatus::done) return Flushed::blocked;
  }
  out_ = {};
  return Flushed::done;
}

void Connection::on_stream() {
  guarded([&] {
    if (phase_ == Phase::streaming) pump_stream();
  });
}

void Connection::pump_stream() {
  while (phase_ == Phase::streaming) {
    const Flushed flushed = flush();
    if (flushed == Flushed::failed) return;
    channel_->note_unsent(out_.left());
    if (flushed == Flushed::blocked) {
      if (deadline_ == SteadyPoint::max()) set_deadline(engine_.options.write_deadline);
      if (channel_->overrun()) abort();
      return;
    }
    no_deadline();
    Channel::Taken taken = channel_->take();
    if (taken.state == Channel::State::overrun) {
      abort();
    } else if (!taken.bytes.empty()) {
      out_.head = std::move(taken.bytes);
    } else if (taken.state == Channel::State::ending) {
      linger();
      return;
    } else {
      return;
    }
  }
}

void Connection::finish_answer() {
  if (!keep_alive_) {
    linger();
    return;
  }
  phase_ = Phase::idle;
  set_deadline(engine_.options.idle_deadline);
}

void Connection::linger() {
  release_channel();
  transport_->finish_writing();
  phase_ = Phase::lingering;
  set_deadline(kLinger);
  ignored_ = 0;
  drain_input();
}

void Connection::drain_input() {
  auto& scratch = loop_.scratch();
  for (int turn = 0; turn < kReadsPerTurn; ++turn) {
    const ssize_t got = ::recv(socket_.native_handle(), scratch.data(), scratch.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) break;
    ignored_ += got > 0 ? static_cast<std::size_t>(got) : 0;
    if (got <= 0 || ignored_ > kLingerLimit) {
      close();
      return;
    }
  }
  wait_readable();
}

void Connection::begin_drain() {
  guarded([&] {
    if (phase_ != Phase::idle && phase_ != Phase::handshake) return;
    // Who has sent a request already is answered, and who has just connected may send his first.
    if (phase_ == Phase::idle) read_request();
    if (phase_ == Phase::idle && !fresh_) {
      close();
    } else if (phase_ == Phase::idle || phase_ == Phase::handshake) {
      set_deadline(kLastChance);
    }
  });
}

void Connection::end_stream() {
  guarded([&] {
    if (phase_ != Phase::streaming) return;
    channel_->end();
    pump_stream();
  });
}

}  // namespace madoguchi::http
