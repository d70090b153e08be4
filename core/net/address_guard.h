// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace madoguchi::net {

/// Which addresses the hub may connect to when somebody else chose the URL: none that is internal,
/// reserved or a disguise of one (security.md S6), unless the configuration trusts its range. Names
/// are never judged, only the addresses that are about to be connected to. Immutable.
class AddressGuard {
 public:
  /// `trusted`: "10.1.0.0/16", "fd00::/8", "127.0.0.1". `invalid` when one is none of these.
  [[nodiscard]] static Result<AddressGuard> make(const std::vector<std::string>& trusted);

  enum class Verdict {
    refused,
    allowed,  ///< a public address
    trusted,  ///< of a range the configuration names: any port
  };
  [[nodiscard]] Verdict judge(const sockaddr& address) const;
  /// The same of an address as text; what is none is refused.
  [[nodiscard]] Verdict judge(std::string_view address) const;

 private:
  using Bytes = std::array<std::uint8_t, 16>;  ///< IPv4 in its IPv6-mapped form
  struct Range {
    Bytes base{};
    int bits = 128;
  };
  static bool parse(std::string_view text, Bytes& bytes);
  static bool parse(std::string_view text, Range& range);
  static const std::vector<Range>& blocked();
  static bool within(const std::vector<Range>& ranges, const Bytes& bytes);
  [[nodiscard]] Verdict judge(const Bytes& bytes) const;

  std::vector<Range> trusted_;
};

}  // namespace madoguchi::net
