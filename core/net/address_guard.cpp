// SPDX-License-Identifier: Apache-2.0
#include "core/net/address_guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <stdexcept>

namespace madoguchi::net {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

/// Networks that are not the public internet, and forms that hide another address in them.
constexpr const char* kBlocked[] = {
    "0.0.0.0/8",     "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16",
    "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24", "192.168.0.0/16",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4",
    "::/96",         "64:ff9b::/96",    "64:ff9b:1::/48", "100::/64",       "2001::/32",
    "2002::/16",     "fc00::/7",        "fe80::/10",      "ff00::/8",
};

}  // namespace

bool AddressGuard::parse(std::string_view text, Bytes& bytes) {
  const std::string whole(text);
  in_addr v4{};
  if (inet_pton(AF_INET, whole.c_str(), &v4) == 1) {
    std::copy(kMapped.begin(), kMapped.end(), bytes.begin());
    std::memcpy(bytes.data() + kMapped.size(), &v4, sizeof v4);
    return true;
  }
  return inet_pton(AF_INET6, whole.c_str(), bytes.data()) == 1;
}

bool AddressGuard::parse(std::string_view text, Range& range) {
  const std::size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  if (!parse(address, range.base)) return false;
  const bool is_v4 = address.find(':') == std::string_view::npos;
  const int most = is_v4 ? 32 : 128;
  int bits = most;
  if (slash != std::string_view::npos) {
    const std::string_view length = text.substr(slash + 1);
    const auto read = std::from_chars(length.data(), length.data() + length.size(), bits);
    if (read.ec != std::errc{} || read.ptr != length.data() + length.size()) return false;
    if (bits < 0 || bits > most) return false;
  }
  range.bits = is_v4 ? bits + 96 : bits;
  return true;
}

const std::vector<AddressGuard::Range>& AddressGuard::blocked() {
  static const std::vector<Range> kRanges = [] {
    std::vector<Range> ranges;
    for (const char* text : kBlocked) {
      Range range;
      if (!parse(text, range)) throw std::logic_error(text);
      ranges.push_back(range);
    }
    return ranges;
  }();
  return kRanges;
}

bool AddressGuard::within(const std::vector<Range>& ranges, const Bytes& bytes) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
    const auto whole = static_cast<std::size_t>(range.bits / 8);
    if (!std::equal(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                    range.base.begin())) {
      return false;
    }
    const int rest = range.bits % 8;
    if (rest == 0) return true;
    const auto mask = static_cast<std::uint8_t>(0xFFU << (8U - static_cast<unsigned>(rest)));
    return (bytes[whole] & mask) == (range.base[whole] & mask);
  });
}

Result<AddressGuard> AddressGuard::make(const std::vector<std::string>& trusted) {
  AddressGuard guard;
  for (const std::string& text : trusted) {
    Range range;
    if (!parse(text, range)) {
      return fail(Error::invalid("/net/trusted", {"\"" + text + "\" is no range of addresses.",
                                                  "アドレスの範囲ではありません: " + text}));
    }
    guard.trusted_.push_back(range);
  }
  return guard;
}

AddressGuard::Verdict AddressGuard::judge(const Bytes& bytes) const {
  if (within(trusted_, bytes)) return Verdict::trusted;
  return within(blocked(), bytes) ? Verdict::refused : Verdict::allowed;
}

AddressGuard::Verdict AddressGuard::judge(std::string_view address) const {
  Bytes bytes{};
  return parse(address, bytes) ? judge(bytes) : Verdict::refused;
}

AddressGuard::Verdict AddressGuard::judge(const sockaddr& address) const {
  Bytes bytes{};
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    std::copy(kMapped.begin(), kMapped.end(), bytes.begin());
    std::memcpy(bytes.data() + kMapped.size(), &v4.sin_addr, sizeof v4.sin_addr);
    return judge(bytes);
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    std::memcpy(bytes.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
    return judge(bytes);
  }
  return Verdict::refused;
}

}  // namespace madoguchi::net
