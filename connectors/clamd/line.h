// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/config/listen_address.h"
#include "core/connector/call_options.h"

namespace madoguchi::connectors::clamd {

/// One connection to clamd, for one command. Each call ends at the deadline of `call`, or soon
/// after its stop or cut is requested. For use by one thread.
class Line {
 public:
  /// What goes wrong, for people.
  struct Trouble : std::runtime_error {
    using std::runtime_error::runtime_error;
  };

  /// Connects; throws Trouble. Both outlive the line.
  Line(const config::ListenAddress& address, const connector::CallOptions& call,
       const Clock& clock);
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  /// Throws Trouble; false when clamd takes no more, which it does before it says why.
  [[nodiscard]] bool send(std::string_view bytes);
  /// Up to the NUL or the end; throws Trouble, also over 4 KiB.
  [[nodiscard]] std::string receive();

 private:
  /// Closes what it holds.
  struct Socket {
    int number = -1;
    ~Socket();
    void reset(int other);
  };

  void connect_to(int family, const void* address, std::size_t size);
  void wait_for(short events);

  const connector::CallOptions& call_;
  const Clock& clock_;
  Socket socket_;
};

}  // namespace madoguchi::connectors::clamd
