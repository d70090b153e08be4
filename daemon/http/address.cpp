// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>
#include <cstring>

#include "daemon/http/ascii.h"

namespace madoguchi::http {
namespace {

constexpr std::size_t kMappedPrefix = 12;

std::array<std::uint8_t, 16> mapped(const in_addr& address) {
  std::array<std::uint8_t, 16> bytes{};
  bytes[10] = bytes[11] = 0xff;
  std::memcpy(bytes.data() + kMappedPrefix, &address, sizeof address);
  return bytes;
}

bool same_prefix(const std::array<std::uint8_t, 16>& a, const std::array<std::uint8_t, 16>& b,
                 int bits) {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (std::memcmp(a.data(), b.data(), whole) != 0) return false;
  const int rest = bits % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
  return (a[whole] & mask) == (b[whole] & mask);
}

Error bad_range(const std::string& range) {
  return Error::invalid("/http/trusted_proxies",
                        {"\"" + range + "\" is no address and no range such as 10.0.0.0/8",
                         "「" + range + "」はアドレスでも 10.0.0.0/8 のような範囲でもありません"});
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string terminated(text);
  in_addr v4{};
  if (::inet_pton(AF_INET, terminated.c_str(), &v4) == 1) return IpAddress(mapped(v4));
  std::array<std::uint8_t, 16> v6{};
  if (::inet_pton(AF_INET6, terminated.c_str(), v6.data()) == 1) return IpAddress(v6);
  return std::nullopt;
}

std::optional<IpAddress> IpAddress::of(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return IpAddress(mapped(v4.sin_addr));
  }
  if (address.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return IpAddress(bytes);
  }
  return std::nullopt;
}

bool IpAddress::is_v4() const { return same_prefix(bytes_, mapped({}), 96); }

bool IpAddress::is_loopback() const {
  if (is_v4()) return bytes_[kMappedPrefix] == 127;
  std::array<std::uint8_t, 16> one{};
  one.back() = 1;
  return bytes_ == one;
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (is_v4()) {
    ::inet_ntop(AF_INET, bytes_.data() + kMappedPrefix, out.data(), out.size());
  } else {
    ::inet_ntop(AF_INET6, bytes_.data(), out.data(), out.size());
  }
  return out.data();
}

std::string IpAddress::allotment() const {
  const std::size_t length = is_v4() ? bytes_.size() : 8;
  return {reinterpret_cast<const char*>(bytes_.data()), length};
}

Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& ranges) {
  TrustedProxies proxies;
  for (const std::string& text : ranges) {
    if (text == "unix") {
      proxies.unix_sockets_ = true;
      continue;
    }
    const auto slash = text.find('/');
    const auto address = IpAddress::parse(std::string_view(text).substr(0, slash));
    if (!address) return fail(bad_range(text));
    const int widest = address->is_v4() ? 32 : 128;
    int bits = widest;
    if (slash != std::string::npos) {
      const char* end = text.data() + text.size();
      const auto parsed = std::from_chars(text.data() + slash + 1, end, bits);
      if (parsed.ec != std::errc{} || parsed.ptr != end || bits < 0 || bits > widest) {
        return fail(bad_range(text));
      }
    }
    proxies.ranges_.push_back({address->bytes(), bits + 128 - widest});
  }
  return proxies;
}

bool TrustedProxies::trusts(const std::optional<IpAddress>& address) const {
  if (!address) return unix_sockets_;
  for (const Range& range : ranges_) {
    if (same_prefix(address->bytes(), range.base, range.bits)) return true;
  }
  return false;
}

void note_origin(Request& request, const std::optional<IpAddress>& connection, bool tls,
                 const TrustedProxies& proxies) {
  std::vector<std::string_view> hops;
  std::string_view proto;
  bool forwarded = false;
  for (const auto& field : request.headers.all()) {
    if (same_ignoring_case(field.first, "X-Forwarded-For")) {
      forwarded = true;
      for_each_element(field.second, [&](std::string_view hop) { hops.push_back(hop); });
    } else if (same_ignoring_case(field.first, "X-Forwarded-Proto")) {
      proto = trimmed(field.second);
    } else if (same_ignoring_case(field.first, "Forwarded")) {
      forwarded = true;
    }
  }
  request.peer = connection ? connection->text() : "unix";
  request.loopback = !forwarded && (!connection || connection->is_loopback());
  request.secure = tls;
  if (!proxies.trusts(connection)) return;
  request.secure = tls || same_ignoring_case(proto, "https");
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    const auto address = IpAddress::parse(*hop);
    if (!address) return;
    request.peer = address->text();
    if (!proxies.trusts(address)) return;
  }
}

}  // namespace madoguchi::http
