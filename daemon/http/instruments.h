// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <exception>
#include <string_view>

#include "core/observe/log.h"
#include "core/observe/metrics.h"

namespace madoguchi::http {

/// What operators see of the engine: its metrics and its log messages. Safe for use by many
/// threads.
class Instruments {
 public:
  Instruments(observe::Log& log, observe::Registry& registry);

  void connection_opened() { connections_.add(1); }
  void connection_closed() { connections_.add(-1); }
  void stream_opened() { streams_.add(1); }
  void stream_closed() { streams_.add(-1); }
  void answered(int status);
  void refused(int status);
  /// A connection that was closed at accept, without an answer.
  void turned_away() { turned_away_.add(); }

  void body_not_stored(std::string_view detail);
  void bad_answer(std::string_view fault);
  void handler_threw(const std::exception& thrown);
  void connection_threw(const std::exception& thrown);

  const observe::Log& log;

 private:
  static constexpr std::size_t kClasses = 5;

  observe::Gauge& connections_;
  observe::Gauge& streams_;
  observe::Counter& turned_away_;
  observe::Family<observe::Counter>& refused_;
  std::array<observe::Counter*, kClasses> answered_{};
};

namespace messages {
inline constexpr observe::LogMessage kListening{"http.listening", observe::Level::info,
                                                "Accepting connections.", ""};
inline constexpr observe::LogMessage kStopped{"http.stopped", observe::Level::info,
                                              "All connections are closed.", ""};
inline constexpr observe::LogMessage kCertificateReloaded{
    "http.certificate_reloaded", observe::Level::info,
    "New connections are served with the certificate that was read again.", ""};
inline constexpr observe::LogMessage kAcceptFailed{
    "http.accept_failed", observe::Level::warning, "A connection could not be accepted.",
    "When it repeats: raise the limit of open files of the service."};
inline constexpr observe::LogMessage kBadAnswer{
    "http.bad_answer", observe::Level::error,
    "An answer had a header or a status that must not be sent; 500 was sent instead.",
    "Report it as a bug, with the field named here."};
inline constexpr observe::LogMessage kLoopThrew{
    "http.loop_threw", observe::Level::error, "An I/O thread met an unexpected exception.",
    "Look at the memory of the machine; otherwise report it as a bug, with the exception's text."};
inline constexpr observe::LogMessage kConnectionThrew{
    "http.connection_threw", observe::Level::error,
    "A connection was closed because of an unexpected exception.",
    "Look at the memory of the machine; otherwise report it as a bug, with the exception's text."};
inline constexpr observe::LogMessage kHandlerThrew{
    "http.handler_threw", observe::Level::error, "A request ended in an unexpected exception.",
    "Report it as a bug, with the text of the exception."};
inline constexpr observe::LogMessage kBodyNotStored{
    "http.body_not_stored", observe::Level::error,
    "A request body could not be written to its temporary file; 503 was sent.",
    "Look at the free space and the permissions of the directory for temporary files."};
}  // namespace messages

}  // namespace madoguchi::http
