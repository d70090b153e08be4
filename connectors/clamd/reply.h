// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "core/connector/content_scanner.h"

namespace madoguchi::connectors::clamd {

/// What clamd's answer to INSTREAM means: "stream: OK", "stream: NAME FOUND" or "… ERROR"
/// (clamd(8), section COMMANDS), without its final NUL. Limits that a content exceeds are no
/// finding: with AlertExceedsMax they come as "Heuristics.Limits.Exceeded… FOUND". Pure.
[[nodiscard]] connector::ScanReport read_reply(std::string_view reply);

}  // namespace madoguchi::connectors::clamd
