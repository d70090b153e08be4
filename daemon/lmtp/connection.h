// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/clock.h"

namespace madoguchi::lmtp {

enum class ReadStatus { more, closed, timeout };

/// The buffered bytes of one connection: reads in big chunks, collects replies until they are
/// flushed. Only .cpp files of this folder include this header: it lets Poco in. One thread.
class Connection {
 public:
  Connection(const Poco::Net::StreamSocket& socket, const Clock& clock);

  /// What has been read and not been consumed.
  [[nodiscard]] std::string_view unread() const noexcept {
    return {buffer_.get() + begin_, end_ - begin_};
  }
  void consume(std::size_t count) noexcept { begin_ += count; }
  /// Reads once more, until `deadline` at most. There must be room: unread() below kCapacity.
  ReadStatus fill(SteadyPoint deadline);

  /// Adds a reply; CRLF is put behind it.
  void reply(std::string_view line);
  /// Sends what was collected. False when the peer is gone or takes nothing.
  bool flush();

  [[nodiscard]] std::string peer() const;

  static constexpr std::size_t kCapacity = 64 * 1024;

 private:
  /// Lets the next read wait about that long. A system call, so only when it differs by much: who
  /// is late by an eighth is found out by the deadline.
  void limit_wait(std::chrono::milliseconds left);

  Poco::Net::StreamSocket socket_;
  const Clock& clock_;
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::string replies_;
  std::chrono::milliseconds receive_timeout_{0};
};

}  // namespace madoguchi::lmtp
