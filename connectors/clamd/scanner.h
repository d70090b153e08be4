// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/clamd/options.h"
#include "core/base/clock.h"
#include "core/connector/connector.h"
#include "core/connector/content_scanner.h"

namespace madoguchi::connectors::clamd {

/// Hands contents to clamd by INSTREAM (clamd(8), section COMMANDS; commands begin with "z" and end
/// with NUL), over a connection for each: clamd closes it after the answer.
class Scanner final : public connector::ContentScanner {
 public:
  /// `clock` outlives the scanner.
  Scanner(Options options, const Clock& clock) : options_(std::move(options)), clock_(clock) {}

  connector::ScanReport scan(std::string_view content, const connector::CallOptions& call) override;

  /// Says which ClamAV and which signatures answer.
  [[nodiscard]] connector::Health probe(const connector::CallOptions& call);

 private:
  const Options options_;
  const Clock& clock_;
};

}  // namespace madoguchi::connectors::clamd
