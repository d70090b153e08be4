// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "core/base/result.h"
#include "daemon/http/file_descriptor.h"

namespace madoguchi::http {

/// A listening socket, non-blocking. Closing a unix socket that was bound here also removes its
/// file, unless somebody else has put his own in its place meanwhile.
class Listener {
 public:
  /// "127.0.0.1:8080", "[::1]:0", "localhost:8080", "unix:/run/x.sock" (mode 0660; a file that a
  /// dead process left is replaced).
  static Result<Listener> open(const std::string& where);
  /// Takes over a socket that already listens.
  static Result<Listener> adopt(int fd);

  Listener(Listener&&) noexcept = default;
  Listener& operator=(Listener&&) = delete;
  ~Listener() { close(); }

  [[nodiscard]] int fd() const { return socket_.get(); }
  /// 0 for a unix socket.
  [[nodiscard]] int port() const { return port_; }
  /// Whether another process may go on accepting from the same socket.
  [[nodiscard]] bool inherited() const { return inherited_; }
  void close();

 private:
  Listener() = default;
  static Result<Listener> open_tcp(const std::string& where);
  static Result<Listener> open_unix(const std::string& where);
  Result<void> listen(const std::string& where);

  FileDescriptor socket_;
  int port_ = 0;
  bool inherited_ = false;
  std::filesystem::path path_;
  dev_t device_{};
  ino_t inode_{};
};

}  // namespace madoguchi::http
