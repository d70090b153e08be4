// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/connector/call_options.h"

namespace madoguchi::connector {

class ContentScanner;
class EmbedLink;
class MailHistorySource;
class MailIntake;
class MailSender;
class SurveySource;
class TicketWriter;
class Watcher;
class WebhookReceiver;

/// What a connector can do: non-owning pointers to small interfaces, valid as long as the connector
/// lives; null means it cannot. An interface joins this list together with its first connector.
struct Capabilities {
  ContentScanner* content_scanner = nullptr;
  EmbedLink* embed = nullptr;
  MailHistorySource* mail_history = nullptr;
  MailIntake* mail_intake = nullptr;
  MailSender* mail_sender = nullptr;
  SurveySource* survey = nullptr;
  TicketWriter* tickets = nullptr;
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
///
/// How a call says what went wrong decides what the hub does (core/connector/failure.h):
///   unauthenticated, forbidden  the account's settings are refused: a person has to look
///   rate_limited                too many requests; `retry_after` is when there may be more
///   unavailable                 may pass by itself: time-out, reset, 5xx, maintenance
///   malformed                   the answer cannot be read: counts as a failure of theirs
///   invalid, not_found, conflict  a well-understood no to this request; the system is fine
/// `message` is what people may read, `detail` has the other side's words, never a secret.
class Connector {
 public:
  virtual ~Connector() = default;
  virtual Capabilities capabilities() noexcept = 0;
  /// Talks to the outside system without changing anything there.
  virtual Health probe(const CallOptions& call) = 0;
};

}  // namespace madoguchi::connector
