// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "connectors/mail_intake/options.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/connector/call_options.h"

namespace madoguchi::connectors::mail_intake {

/// `unavailable`: the connection or the server, which may be better later.
[[nodiscard]] Error trouble(std::string what);

/// A connection to a mail server that has said hello, is encrypted as wanted and signed in, all of
/// it by libcurl; from then on lines and octets. Everything ends at the call's deadline and when
/// the hub stops. For use by one thread at a time; closed without a word when it goes.
class Line {
 public:
  /// `bearer`: the OAuth access token, else empty. `unauthenticated` when the server refuses the
  /// login, with its words. Both references outlive the line.
  static Result<std::unique_ptr<Line>> open(const Options& options, const Secret& bearer,
                                            const Clock& clock, const connector::CallOptions& call);
  ~Line();
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  [[nodiscard]] Result<void> send(std::string_view bytes, const connector::CallOptions& call);
  /// Up to the next CRLF (or LF), without it; at most kLongestLine octets.
  [[nodiscard]] Result<std::string> line(const connector::CallOptions& call);
  [[nodiscard]] Result<std::string> octets(std::size_t count, const connector::CallOptions& call);
  /// Whether there is something to read before `until`.
  [[nodiscard]] Result<bool> readable(SteadyPoint until, const connector::CallOptions& call);

  /// Enough for the numbers of a million mails.
  static constexpr std::size_t kLongestLine = std::size_t{16} << 20U;

 private:
  class Impl;
  explicit Line(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace madoguchi::connectors::mail_intake
