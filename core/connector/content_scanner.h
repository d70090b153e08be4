// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/connector/call_options.h"

namespace madoguchi::connector {

/// What a scanner says of one content.
enum class ScanVerdict {
  clean,     ///< looked at as a whole; nothing was found
  infected,  ///< `detail` names what was found
  refused,   ///< it cannot judge this content, and asking again would not help: its limits
  away,      ///< it could not be asked: says nothing about the content
  broken,    ///< it was asked and did not answer to the end: perhaps because of the content
};

[[nodiscard]] const char* to_string(ScanVerdict verdict) noexcept;

struct ScanReport {
  ScanVerdict verdict = ScanVerdict::away;
  /// Name of what was found, or the reason; one line, at most 200 octets, printable ASCII.
  std::string detail = {};
};

/// Looks for malware in contents. Asks once: when to ask again is the hub's decision. Safe for use
/// by many threads.
class ContentScanner {
 public:
  virtual ~ContentScanner() = default;
  /// Ends early, as `away`, when `call.stop` or `call.cut` is requested.
  virtual ScanReport scan(std::string_view content, const CallOptions& call) = 0;
};

}  // namespace madoguchi::connector
