// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/base/clock.h"

namespace madoguchi::connector {

/// One question to a source: "what is there after this place?"
struct Pull {
  /// What the source returned last; empty: it was never asked. All that is remembered between
  /// calls, opaque to the hub, which keeps it sealed, in the transaction of the rows before it.
  std::string cursor = {};
  /// How far before the cursor's place a source that goes by times asks again: lists move while
  /// they are paged, and clocks differ. What comes twice is stored once.
  std::chrono::seconds overlap{0};
};

/// What every page of a source says beside its rows.
///
/// The first filling is the source's matter too: it goes through the past from wherever the cursor
/// says, page by page, and is as far after a restart as it was before. A source that takes long for
/// it brings what is new in between, so that today's rows do not wait for those of last year.
struct Page {
  /// Behind the rows of this page, never behind rows that were not brought.
  std::string cursor = {};
  bool more = false;  ///< ask again at once; false: until the account's next turn
  /// Whatever changed over there before this moment has been brought; absent while the first
  /// filling is under way.
  std::optional<TimePoint> complete_until = std::nullopt;
};

}  // namespace madoguchi::connector
