// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace madoguchi::config {

/// Where a listener waits: "127.0.0.1:8080", "[::1]:8080", "localhost:0" (port 0: any free one), or
/// "unix:/run/madoguchi/lmtp.sock" (absolute, at most 107 bytes: sockaddr_un).
class ListenAddress {
 public:
  ListenAddress() = default;

  static Result<ListenAddress> parse(std::string_view text);

  [[nodiscard]] const std::string& str() const noexcept { return text_; }
  [[nodiscard]] bool is_unix() const noexcept { return !path_.empty(); }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }  ///< empty unless unix
  [[nodiscard]] const std::string& host() const noexcept { return host_; }  ///< without brackets
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// Whether only this machine can reach it: loopback or a unix socket.
  [[nodiscard]] bool is_local() const;

 private:
  std::string text_;
  std::string path_;
  std::string host_;
  std::uint16_t port_ = 0;
};

/// "localhost", 127.0.0.0/8 and ::1; a name that only resolves to them is not.
[[nodiscard]] bool is_loopback_host(std::string_view host);

}  // namespace madoguchi::config
