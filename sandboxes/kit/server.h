// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "sandboxes/kit/sandbox.h"

namespace madoguchi::sandboxes {

/// A sandbox behind a port of this machine's own loopback, which is all it ever listens on: it
/// trusts who asks, and answers by octets, so that it can be as wrong as a real system can. Below
/// "/_sandbox/" its faults, clock and calls are looked at and set (docs/guide/sandboxes.md). A
/// thread per connection, one request each.
class SandboxServer {
 public:
  /// `invalid` when `host` is not loopback or cannot be listened on. Port 0: any free one.
  static Result<std::unique_ptr<SandboxServer>> start(const SandboxType& type,
                                                      const std::string& host, std::uint16_t port);
  ~SandboxServer();

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::string url() const;  ///< "http://127.0.0.1:9101"

  /// What a call below "/_sandbox/" does, without a connection: for tests in the same process.
  Response control(const std::string& method, const std::string& path,
                   const std::string& body = {});
  [[nodiscard]] SandboxClock& clock();

 private:
  class Impl;
  explicit SandboxServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace madoguchi::sandboxes
