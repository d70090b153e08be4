// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace madoguchi::http {

enum class IoStatus {
  done,        ///< `bytes` were moved; for a handshake: it is complete
  want_read,   ///< nothing moved; try again when the socket is readable
  want_write,  ///< nothing moved; try again when the socket is writable
  end,         ///< the peer sends no more
  failed,      ///< the connection is of no use any more
};

struct IoResult {
  IoStatus status = IoStatus::failed;
  std::size_t bytes = 0;
};

/// Moves bytes over one non-blocking socket that the caller owns and closes after the Transport is
/// gone. Never blocks, raises no SIGPIPE where that signal is blocked. Used by one thread.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual IoResult handshake() = 0;
  virtual IoResult read(char* to, std::size_t room) = 0;
  /// Writes of `first`, then of `second`; `bytes` counts over both and may be short.
  virtual IoResult write(std::string_view first, std::string_view second) = 0;
  /// Whether a read may bring bytes although the socket has nothing to read.
  [[nodiscard]] virtual bool holds_input() const = 0;
  /// Tells the peer that no more will be written.
  virtual void finish_writing() = 0;
  [[nodiscard]] virtual bool secure() const = 0;
};

[[nodiscard]] std::unique_ptr<Transport> plain_transport(int fd);

}  // namespace madoguchi::http
