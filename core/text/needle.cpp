// SPDX-License-Identifier: Apache-2.0
#include "core/text/needle.h"

#include <algorithm>
#include <utility>

#include "core/base/phone_number.h"
#include "core/text/bigrams.h"

namespace madoguchi::text {
namespace {

/// Fewer digits with a hyphen between them are dates and counts.
constexpr std::size_t kDigitsOfNumber = 6;

using Groups = std::vector<std::size_t>;

/// How many digits stand between the hyphens of a number of that length: telephone numbers by the
/// Japanese numbering plan, from the ways areas and mobiles are written; parcels in fours.
std::vector<Groups> groups_of(const std::string& digits) {
  const bool telephone = digits.front() == '0';
  if (telephone && digits.size() == 10) {
    return {{2, 4, 4}, {3, 3, 4}, {4, 2, 4}, {5, 1, 4}, {4, 3, 3}};
  }
  if (telephone && digits.size() == 11) return {{3, 4, 4}, {4, 3, 4}};
  if (digits.size() == 12) return {{4, 4, 4}};
  return {};
}

std::string grouped(const std::string& digits, const Groups& groups) {
  std::string out;
  std::size_t at = 0;
  for (const std::size_t group : groups) {
    out += (out.empty() ? "" : "-") + digits.substr(at, group);
    at += group;
  }
  return out;
}

/// The number in the other ways it may be written.
std::vector<std::string> other_ways(std::string_view folded) {
  const Result<PhoneNumber> number = PhoneNumber::parse(folded);
  if (!number || number->key().size() < kDigitsOfNumber) return {};
  std::string digits = number->key();
  if (digits.front() == '+') digits.erase(0, 1);
  std::vector<std::string> ways = {digits};
  const bool telephone =
      digits.front() == '0' && (digits.size() == 10 || digits.size() == 11) && digits[1] != '0';
  if (telephone) ways.push_back("81" + digits.substr(1));
  for (const Groups& groups : groups_of(digits)) {
    const std::string way = grouped(digits, groups);
    ways.push_back(way);
    if (telephone) ways.push_back("81-" + way.substr(1));
  }
  return ways;
}

bool is_word(const std::string& token) {
  return static_cast<unsigned char>(token.front()) < 0x80 && token.back() != '*';
}

void add(Needle& needle, std::string folded, WordEnd end) {
  std::vector<std::string> tokens = query_tokens(folded);
  if (tokens.empty()) return;
  if (end == WordEnd::anywhere && is_word(tokens.back())) tokens.back() += '*';
  for (const Needle::Phrase& known : needle.phrases) {
    if (known.tokens == tokens) return;
  }
  needle.phrases.push_back({std::move(folded), std::move(tokens)});
}

/// Where the phrase that begins with `tokens[first]` ends; `first` when it is another.
std::size_t end_of(const std::vector<std::string>& phrase, const std::vector<Token>& tokens,
                   std::size_t first) {
  if (tokens.size() - first < phrase.size()) return tokens[first].at;
  std::size_t end = tokens[first].at;
  for (std::size_t i = 0; i < phrase.size(); ++i) {
    const Token& token = tokens[first + i];
    std::string_view wanted = phrase[i];
    const bool open = wanted.back() == '*';
    if (open) wanted.remove_suffix(1);
    if (open ? token.text.substr(0, wanted.size()) != wanted : token.text != wanted) {
      return tokens[first].at;
    }
    end = token.at + wanted.size();
  }
  return end;
}

}  // namespace

Needle needle_of(std::string_view folded, WordEnd end) {
  Needle needle;
  add(needle, std::string(folded), end);
  if (needle.empty()) return needle;
  for (std::string& way : other_ways(folded)) add(needle, std::move(way), end);
  return needle;
}

std::vector<Place> places_of(const Needle& needle, std::string_view folded) {
  std::vector<Place> places;
  if (needle.empty()) return places;
  const std::vector<Token> tokens = tokens_of(folded);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    std::size_t end = tokens[i].at;
    for (const Needle::Phrase& phrase : needle.phrases) {
      end = std::max(end, end_of(phrase.tokens, tokens, i));
    }
    if (end != tokens[i].at) places.push_back({tokens[i].at, end});
  }
  return places;
}

}  // namespace madoguchi::text
