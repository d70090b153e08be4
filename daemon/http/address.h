// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "daemon/http/message.h"

namespace madoguchi::http {

/// An IPv4 or IPv6 address; IPv4 is kept in its IPv6-mapped form, so that both spellings of one
/// address are equal.
class IpAddress {
 public:
  static std::optional<IpAddress> parse(std::string_view text);
  /// Nothing for a family other than IPv4 and IPv6.
  static std::optional<IpAddress> of(const sockaddr_storage& address);

  [[nodiscard]] bool is_v4() const;
  [[nodiscard]] bool is_loopback() const;
  [[nodiscard]] std::string text() const;
  [[nodiscard]] const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  /// What one customer of a provider gets: the address itself for IPv4, its /64 for IPv6.
  [[nodiscard]] std::string allotment() const;

 private:
  explicit IpAddress(const std::array<std::uint8_t, 16>& bytes) : bytes_(bytes) {}
  std::array<std::uint8_t, 16> bytes_{};
};

/// Whose X-Forwarded-* headers count: CIDR ranges, single addresses, and "unix" for all peers of
/// unix sockets.
class TrustedProxies {
 public:
  static Result<TrustedProxies> parse(const std::vector<std::string>& ranges);
  /// `address` as a connection's peer has it: nothing for a unix socket.
  [[nodiscard]] bool trusts(const std::optional<IpAddress>& address) const;

 private:
  struct Range {
    std::array<std::uint8_t, 16> base{};
    int bits = 128;
  };
  std::vector<Range> ranges_;
  bool unix_sockets_ = false;
};

/// Fills `peer`, `loopback` and `secure` of a request. X-Forwarded-For is read from the right, over
/// trusted addresses, up to the first that is not: what stands left of it anyone may have written.
/// A request that was forwarded is not local, whoever forwarded it.
void note_origin(Request& request, const std::optional<IpAddress>& connection, bool tls,
                 const TrustedProxies& proxies);

}  // namespace madoguchi::http
