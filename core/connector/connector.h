// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/connector/call_options.h"

namespace madoguchi::connector {

class ContentScanner;
class MailIntake;
class MailSender;
class Watcher;
class WebhookReceiver;

/// What a connector can do: non-owning pointers to small interfaces, valid as long as the connector
/// lives; null means it cannot. An interface joins this list together with its first connector.
struct Capabilities {
  ContentScanner* content_scanner = nullptr;
  MailIntake* mail_intake = nullptr;
  MailSender* mail_sender = nullptr;
  Watcher* watcher = nullptr;
  WebhookReceiver* webhook = nullptr;
};

enum class HealthState { ok, failing };

/// What a probe found. `detail` is for operators: the outside system's words, no secret.
struct Health {
  HealthState state = HealthState::ok;
  std::string detail = {};
};

/// One connected account of one outside system. Says what happened and whether it may be repeated;
/// it owns no thread, timer, retry loop or cursor: polling, limits, retries and circuit breaking
/// are the hub's. An idle connection may be kept for the next call. Safe for use by many threads.
class Connector {
 public:
  virtual ~Connector() = default;
  virtual Capabilities capabilities() noexcept = 0;
  /// Talks to the outside system without changing anything there.
  virtual Health probe(const CallOptions& call) = 0;
};

}  // namespace madoguchi::connector
