// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "connectors/relation/mapping.h"

namespace madoguchi::connectors::relation {

/// A walk through all that changed between two times, box by box, newest first, in windows that
/// fit on one page: a page that moves while one turns it cannot lose anything then, and a ticket
/// that changes meanwhile moves forward in time, to where the next walk looks.
struct Sweep {
  TimePoint since = {};
  TimePoint until = {};
  std::size_t box = 0;         ///< index in Cursor::boxes
  TimePoint listed_from = {};  ///< what is later has been listed
  std::chrono::seconds width{0};
  std::chrono::seconds first_width{0};  ///< of each box
  int page = 1;  ///< more than 1 only within a second that has more than a page
  std::size_t waiting_box = 0;
  std::vector<std::int64_t> waiting = {};  ///< listed in `waiting_box`, not yet asked for

  /// The window to list next.
  [[nodiscard]] TimePoint window_begin() const;
  /// Takes up what a page of the window held; `fresh` are those of it to be asked for.
  void listed(std::size_t count, std::vector<std::int64_t> fresh);
  [[nodiscard]] bool is_done(std::size_t boxes) const;

  static Sweep over(TimePoint since, TimePoint until, std::chrono::seconds first_width);
};

inline constexpr std::size_t kPageSize = 50;  // the most it gives

/// All that is remembered between calls.
struct Cursor {
  std::vector<std::int64_t> boxes = {};
  /// Changes before that have been brought, of tickets in the past that was asked for.
  std::optional<TimePoint> done_until = std::nullopt;
  std::optional<TimePoint> next_done = std::nullopt;  ///< what it will be after `recent`
  std::optional<Sweep> recent = std::nullopt;
  std::optional<Sweep> past = std::nullopt;
  /// Tickets of the last walks as they were then: in the overlap they come again.
  std::map<std::string, TimePoint> seen = {};

  [[nodiscard]] std::string str() const;
  /// Nothing when it is none of ours: then everything is brought again, which changes nothing.
  [[nodiscard]] static std::optional<Cursor> parse(const std::string& text);
};

}  // namespace madoguchi::connectors::relation
