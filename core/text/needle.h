// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace madoguchi::text {

/// What one word or phrase of a search looks for: any of these, each a folded text with the index
/// tokens (query_tokens) that have to stand one after the other.
struct Needle {
  struct Phrase {
    std::string folded;
    std::vector<std::string> tokens;

    bool operator==(const Phrase&) const = default;
  };
  /// As it was typed first; empty when it holds nothing that is indexed.
  std::vector<Phrase> phrases;

  [[nodiscard]] bool empty() const { return phrases.empty(); }
};

/// Whether a word of letters and digits has to end where the typed one ends.
enum class WordEnd { there, anywhere };

/// A number is looked for in every way it is written: 0312345678 as 03-1234-5678 and as
/// +81 3-1234-5678, 1234-5678-9012 as 123456789012, and the other way round.
[[nodiscard]] Needle needle_of(std::string_view folded, WordEnd end = WordEnd::there);

/// Where a needle stands in a folded text, in bytes.
struct Place {
  std::size_t begin = 0;
  std::size_t end = 0;
};
/// All of them, in order; they may overlap.
[[nodiscard]] std::vector<Place> places_of(const Needle& needle, std::string_view folded);

}  // namespace madoguchi::text
