// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

#include "daemon/http/message.h"

namespace madoguchi::http {

class Connection;
class Loop;

/// The Responder of a connection's current request. Safe to use and destroy on any thread, also
/// when the connection or the server is gone: the answer is then dropped.
class ConnectionResponder final : public Responder {
 public:
  ConnectionResponder(std::shared_ptr<Loop> loop, std::weak_ptr<Connection> connection,
                      bool chunked, std::size_t backlog);
  ~ConnectionResponder() override;

  void send(Response response) override;
  std::shared_ptr<Stream> stream(Response head) override;
  /// The connection answers by itself.
  void disown() { answered_ = true; }

 private:
  std::shared_ptr<Loop> loop_;
  std::weak_ptr<Connection> connection_;
  bool chunked_;
  std::size_t backlog_;
  std::atomic<bool> answered_{false};
};

}  // namespace madoguchi::http
