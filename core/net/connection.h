// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/net/patience.h"

namespace madoguchi::net {

/// Where a connection goes: an address with its port, as connect() takes it.
struct Endpoint {
  sockaddr_storage storage{};
  socklen_t size = 0;

  [[nodiscard]] const sockaddr& address() const {
    return reinterpret_cast<const sockaddr&>(storage);
  }
  [[nodiscard]] std::string text() const;  ///< without port, for operators and for CONNECT
};

/// The endpoint that `address` ("1.2.3.4", "::1") writes; nothing when it is none.
[[nodiscard]] std::optional<Endpoint> endpoint_of(const std::string& address, std::uint16_t port);

/// Connects to one of them, in their order, each with its fair part of the time that is left.
[[nodiscard]] tl::expected<UniqueFd, HttpFailure> connect_to(const std::vector<Endpoint>& endpoints,
                                                             const Patience& patience);

/// Bytes to and from the other side; every call ends by the deadline.
class Channel {
 public:
  virtual ~Channel() = default;
  /// How many bytes were read, at most `size`; 0: the other side has ended properly.
  [[nodiscard]] virtual tl::expected<std::size_t, HttpFailure> read(char* to, std::size_t size) = 0;
  [[nodiscard]] virtual HttpStep write(std::string_view bytes) = 0;
};

/// The bytes themselves. Does not own the socket, which is non-blocking.
class PlainChannel final : public Channel {
 public:
  PlainChannel(int fd, const Patience& patience) : fd_(fd), patience_(patience) {}
  [[nodiscard]] tl::expected<std::size_t, HttpFailure> read(char* to, std::size_t size) override;
  [[nodiscard]] HttpStep write(std::string_view bytes) override;

 private:
  int fd_;
  const Patience& patience_;
};

/// TLS 1.2 or 1.3 over another channel, which must outlive it. Verified, always: by the
/// authorities of `ca_file` (PEM), or the system's when it is empty, and for `host`, a name or an
/// address.
[[nodiscard]] tl::expected<std::unique_ptr<Channel>, HttpFailure> start_tls(
    Channel& below, const std::string& host, const std::string& ca_file);

}  // namespace madoguchi::net
