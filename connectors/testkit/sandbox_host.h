// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/base/guarded.h"
#include "core/connector/connector_type.h"
#include "core/net/guarded_client.h"
#include "sandboxes/kit/server.h"

namespace madoguchi::testkit {

/// A gate that counts, and closes after as many requests as it is told.
class CountingGate final : public connector::RequestGate {
 public:
  Result<void> pass(const connector::CallOptions& call) override;
  void told(const connector::RateNews& news) override;

  /// Lets so many more through; negative: all.
  void allow(int requests);
  [[nodiscard]] int passed() const;
  [[nodiscard]] connector::RateNews last_news() const;

 private:
  struct State {
    int allowed = -1;
    int passed = 0;
    connector::RateNews news = {};
  };
  Guarded<State> state_;
};

/// What a connector runs in when its outside system is a sandbox: the real client, the real way
/// out, a port on loopback.
class SandboxHost {
 public:
  explicit SandboxHost(const sandboxes::SandboxType& type);

  /// Lives in the sandbox's time.
  [[nodiscard]] connector::Host host() { return {server_->clock(), gate_, &http_}; }
  [[nodiscard]] CountingGate& gate() { return gate_; }
  [[nodiscard]] std::string url() const { return server_->url(); }
  /// A call below "/_sandbox"; its answer, which has to be a 200.
  std::string control(const std::string& method, const std::string& path,
                      const std::string& body = {});
  /// A fault to come, as JSON.
  void fault(const std::string& json) { control("POST", "/faults", json); }
  void no_faults() { control("DELETE", "/faults"); }
  void pass_time(std::chrono::seconds time);
  /// How many requests came in.
  [[nodiscard]] int requests();

 private:
  SystemClock clock_;
  CountingGate gate_;
  net::GuardedClient http_;
  std::unique_ptr<sandboxes::SandboxServer> server_;
};

/// A call that may take that long.
[[nodiscard]] connector::CallOptions call_within(std::chrono::milliseconds limit);

}  // namespace madoguchi::testkit
