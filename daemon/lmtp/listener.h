// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Poco/Net/ServerSocket.h>

#include <filesystem>
#include <string>

#include "core/base/result.h"

namespace madoguchi::lmtp {

/// A listening socket. Only .cpp files of this folder include this header: it lets Poco in.
struct Listener {
  Poco::Net::ServerSocket socket;
  int port = 0;                              ///< 0: not TCP
  std::filesystem::path unlink_at_end = {};  ///< the Unix socket that was made
};

/// "127.0.0.1:2424", "[::1]:0", "localhost:2424", "unix:/path". A Unix socket nobody listens on any
/// more is replaced, anything else in its place is not.
[[nodiscard]] Result<Listener> open_listener(const std::string& where);
/// Takes over a listening socket; closes it in the end.
[[nodiscard]] Result<Listener> adopt_listener(int fd);

}  // namespace madoguchi::lmtp
