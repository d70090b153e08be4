// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/guarded.h"
#include "core/base/result.h"
#include "daemon/http/transport.h"

struct ssl_ctx_st;

namespace madoguchi::http {

/// The server's certificate and its rules for TLS: 1.2 and 1.3 only, ECDHE with AEAD only, no
/// compression, renegotiation, tickets or early data (S12). Safe for use by many threads.
class TlsContext {
 public:
  static Result<std::unique_ptr<TlsContext>> load(std::filesystem::path certificate,
                                                  std::filesystem::path key);

  /// Reads the files again, for connections that come from now on. On failure the old certificate
  /// stays in use.
  Result<void> reload();

  /// The server's side of TLS over a connected socket; null when memory is out.
  [[nodiscard]] std::unique_ptr<Transport> transport(int fd) const;

 private:
  TlsContext(std::filesystem::path certificate, std::filesystem::path key)
      : certificate_(std::move(certificate)), key_(std::move(key)) {}

  std::filesystem::path certificate_;
  std::filesystem::path key_;
  Guarded<std::shared_ptr<ssl_ctx_st>>
      context_;  // shared: connections keep the one they began with
};

}  // namespace madoguchi::http
