// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/lmtp/command.h"
#include "daemon/lmtp/connection.h"
#include "daemon/lmtp/server.h"
#include "daemon/lmtp/sessions.h"
#include "daemon/lmtp/spool.h"

namespace madoguchi::lmtp {

/// The numbers of this folder.
struct Metrics {
  explicit Metrics(observe::Registry& registry);

  observe::Counter& connections;
  observe::Counter& turned_away;
  observe::Gauge& open;
  observe::Counter& taken;
  observe::Counter& not_taken;
  observe::Counter& refused;
  observe::Counter& broken_off;
  observe::Histogram& receive_seconds;
};

/// What all sessions of a server share; outlives them.
struct Context {
  const ServerOptions& options;
  Intake& intake;
  const Clock& clock;
  const observe::Log& log;
  Metrics& metrics;
};

/// The dialogue on one connection, from the greeting to the end. One thread.
class Session {
 public:
  Session(const Context& context, Connection& connection, Seat& seat);

  void run();

 private:
  enum class Next { go_on, end };

  Next serve(std::string_view line);
  Next hello(std::string_view argument);
  Next mail(std::string_view argument);
  Next recipient(std::string_view argument);
  Next data();
  /// A command that cannot be served; too many of them end the session.
  Next complain(std::string_view reply);
  Next leave(std::string_view reply);

  /// Why MAIL's parameters cannot be taken, or nullopt.
  std::optional<std::string> take_parameters(const PathArgument& path);
  /// The next line without CRLF, served; ends when there is none.
  Next next_command();
  Next skip_long_line();
  [[nodiscard]] ReadStatus fill(SteadyPoint begin);
  /// Reads to the end of the message; end when the connection broke first.
  Next read_message(bool& has_bare_lf);
  void answer_message(bool has_bare_lf);
  void answer_all(std::string_view reply);
  Result<void> hand_over(std::string_view raw);
  Next over(ReadStatus status);
  void reset();

  const Context& context_;
  Connection& connection_;
  Seat& seat_;
  Spool spool_;
  bool greeted_ = false;
  bool in_transaction_ = false;
  SteadyPoint transaction_deadline_ = {};
  ReceivedEnvelope envelope_;
  int bad_commands_ = 0;
};

}  // namespace madoguchi::lmtp
