// SPDX-License-Identifier: Apache-2.0
#include "core/service/search_words.h"

#include <algorithm>

#include "core/domain/case.h"
#include "core/text/bigrams.h"
#include "core/text/fold.h"

namespace madoguchi::service {
namespace {

constexpr std::size_t kMaxWords = 10;

/// Cuts at spaces outside quotes; folded text has only ASCII spaces left.
std::vector<std::string> cut(std::string_view folded) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  for (const char c : folded) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ' ' && !quoted) {
      words.push_back(std::move(word));
      word.clear();
    } else {
      word += c;
    }
  }
  words.push_back(std::move(word));
  return words;
}

}  // namespace

SearchWords search_words(std::string_view typed) {
  SearchWords out;
  for (std::string& folded : cut(text::fold(typed))) {
    std::vector<std::string> tokens = text::query_tokens(folded);
    if (tokens.empty() || out.words.size() == kMaxWords) continue;
    std::string upper = folded;
    std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    if (!out.case_sequence) out.case_sequence = domain::parse_case_number(upper);
    out.words.push_back({std::move(folded), std::move(tokens)});
  }
  return out;
}

}  // namespace madoguchi::service
