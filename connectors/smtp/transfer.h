// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/smtp/dialogue.h"
#include "connectors/smtp/options.h"
#include "core/base/clock.h"
#include "core/connector/call_options.h"

namespace madoguchi::connectors::smtp {

/// What goes over the line: addresses that were checked, CRLF line ends.
struct Mail {
  std::string_view from;
  std::vector<std::string> recipients;
  std::string_view raw;
};

/// One connection to the mail server, by libcurl; made when first used, kept for the next mail,
/// made anew when it has gone or was idle for a minute. For use by one thread at a time.
class Line {
 public:
  /// Both outlive the line.
  Line(const Options& options, const Clock& clock);
  ~Line();
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  /// Sends `mail` and tells `dialogue` what is said. Returns what went wrong, for people; empty
  /// when nothing did. What became of the mail is for the dialogue to say.
  std::string send(const Mail& mail, const connector::CallOptions& call, Dialogue& dialogue);
  /// Connects, signs in and says NOOP. As above.
  std::string probe(const connector::CallOptions& call, Dialogue& dialogue);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace madoguchi::connectors::smtp
