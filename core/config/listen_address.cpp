// SPDX-License-Identifier: Apache-2.0
#include "core/config/listen_address.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>

#include "core/config/codec.h"

namespace madoguchi::config {

namespace {

constexpr std::size_t kLongestPath = 107;

Error not_an_address() {
  return Error::malformed({"Not an address to listen on.", "待ち受けアドレスではありません。"});
}

}  // namespace

Result<ListenAddress> ListenAddress::parse(std::string_view text) {
  ListenAddress address;
  address.text_ = std::string(text);
  if (text.find_first_of(std::string_view(" \t\r\n\0", 5)) != std::string_view::npos) {
    return fail(not_an_address());
  }
  if (text.rfind("unix:", 0) == 0) {
    address.path_ = std::string(text.substr(5));
    const bool absolute = !address.path_.empty() && address.path_.front() == '/';
    if (!absolute || address.path_.size() < 2 || address.path_.size() > kLongestPath) {
      return fail(not_an_address());
    }
    return address;
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return fail(not_an_address());
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port_);
  if (error != std::errc() || end != port.data() + port.size()) return fail(not_an_address());

  std::array<unsigned char, 16> bytes{};
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) {
    host = host.substr(1, host.size() - 2);
    address.host_ = std::string(host);
    if (inet_pton(AF_INET6, address.host_.c_str(), bytes.data()) != 1) {
      return fail(not_an_address());
    }
    return address;
  }
  address.host_ = std::string(host);
  if (host.find(':') != std::string_view::npos || !is_host_name(host)) {
    return fail(not_an_address());
  }
  return address;
}

bool ListenAddress::is_local() const { return is_unix() || is_loopback_host(host_); }

bool is_loopback_host(std::string_view host) {
  if (host == "localhost") return true;
  const std::string text(host);
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return bytes[0] == 127;
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return false;
  const std::array<unsigned char, 16> loopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return bytes == loopback;
}

}  // namespace madoguchi::config
