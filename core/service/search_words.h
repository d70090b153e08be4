// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/store/messages.h"

namespace madoguchi::service {

/// What a person typed into the search box: words, "phrases in quotes" kept together, all of which
/// must be there; a case number finds that case.
struct SearchWords {
  std::vector<store::Messages::Word> words;
  std::optional<std::int64_t> case_sequence;
};

/// What an entry written by hand is found by. Tells of the same entry the same, as long as it is
/// not corrected.
struct SearchText {
  std::string folded;
  std::string grams;
};
[[nodiscard]] SearchText search_text(std::string_view subject, std::string_view text);

[[nodiscard]] SearchWords search_words(std::string_view typed);

}  // namespace madoguchi::service
