// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/text/needle.h"

namespace madoguchi::text {

/// A part of a text that was found, as it was written.
struct SnippetPiece {
  std::string text;
  bool match = false;

  bool operator==(const SnippetPiece&) const = default;
};
using Snippet = std::vector<SnippetPiece>;

/// How many of the needles stand somewhere in a text; looks at the 64 KiB that are indexed.
[[nodiscard]] int count_of(const std::vector<Needle>& needles, std::string_view text);

/// About `characters` of the text around the first place of any needle, in one line; "…" stands
/// where something was left out. Without any match: the beginning. Plain text, never markup.
[[nodiscard]] Snippet snippet_of(std::string_view text, const std::vector<Needle>& needles,
                                 std::size_t characters = 120);

}  // namespace madoguchi::text
