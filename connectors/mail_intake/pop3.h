// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "connectors/mail_intake/line.h"

namespace madoguchi::connectors::mail_intake {

/// A mail of a maildrop. `number` holds for this connection only.
struct Pop3Mail {
  std::uint32_t number = 0;
  std::string uidl;
  std::int64_t size = -1;  ///< -1: not told
};

/// "1 whqtswO00WBw418f9t5JxYwZ" of a UIDL listing, "1 120" of a LIST; false when it is neither.
[[nodiscard]] bool parse_pop3_listing(std::string_view line, std::uint32_t& number,
                                      std::string& value);

/// POP3 (RFC 1939) over a signed-in line. After an error the connection is not to be used again,
/// unless `refused()`. For use by one thread.
class Pop3 {
 public:
  static Result<std::unique_ptr<Pop3>> open(const Options& options, const Secret& bearer,
                                            const Clock& clock, const connector::CallOptions& call);

  [[nodiscard]] bool refused() const { return refused_; }
  /// By UIDL and LIST.
  [[nodiscard]] Result<std::vector<Pop3Mail>> list(const connector::CallOptions& call);
  [[nodiscard]] Result<std::string> retrieve(const Pop3Mail& mail,
                                             const connector::CallOptions& call);
  /// The beginning of a mail, at most `most` octets (TOP).
  [[nodiscard]] Result<std::string> beginning(const Pop3Mail& mail, std::size_t most,
                                              const connector::CallOptions& call);
  /// Marks it; it goes with quit().
  [[nodiscard]] Result<void> remove(const Pop3Mail& mail, const connector::CallOptions& call);
  [[nodiscard]] Result<void> quit(const connector::CallOptions& call);

 private:
  explicit Pop3(std::unique_ptr<Line> line) : line_(std::move(line)) {}
  Result<void> command(const std::string& text, const connector::CallOptions& call);
  /// The lines of a multi-line answer, CRLF after each; what is beyond `most` octets is read and
  /// thrown away.
  Result<std::string> lines(std::size_t most, const connector::CallOptions& call);

  std::unique_ptr<Line> line_;
  std::size_t longest_mail_ = 0;
  bool refused_ = false;
};

}  // namespace madoguchi::connectors::mail_intake
