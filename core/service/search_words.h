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

[[nodiscard]] SearchWords search_words(std::string_view typed);

}  // namespace madoguchi::service
