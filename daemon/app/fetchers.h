// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "core/config/configuration.h"
#include "core/connector/connector_type.h"
#include "core/service/fetching.h"

namespace madoguchi::app {

/// The connector that mails of a mailbox are fetched by, as its fetch table says.
[[nodiscard]] Result<std::unique_ptr<connector::Connector>> make_mail_intake(
    const config::FetchSettings& settings, const config::LimitSettings& limits,
    const connector::Host& host);

/// The mailboxes that are fetched, each with its two threads. For use by one thread.
class Fetchers {
 public:
  /// All outlive it.
  Fetchers(const service::Environment& env, service::IntakeService& intake,
           const net::HttpClient& http);
  ~Fetchers();
  Fetchers(const Fetchers&) = delete;
  Fetchers& operator=(const Fetchers&) = delete;

  /// Fetches what the configuration says from now on. On an error it goes on as before.
  [[nodiscard]] Result<void> apply(const config::Configuration& configuration);
  /// Ends what is under way where nothing is left half done, and waits for it.
  void stop();

 private:
  struct Running;

  const service::Environment& env_;
  service::IntakeService& intake_;
  const net::HttpClient& http_;
  std::vector<std::unique_ptr<Running>> running_;
};

}  // namespace madoguchi::app
