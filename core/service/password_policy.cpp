// SPDX-License-Identifier: Apache-2.0
#include "core/service/password_policy.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/text/fold.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

/// What people take when they have to take something, folded (core/text/fold.h), longest first
/// where one holds another.
constexpr std::array kCommonWords = {
    "passwordpassword",
    "administrator",
    "customerservice",
    "changeme",
    "password",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword",
    "pa55word",
    "pasuwado",
    "ぱすわど",
    "ぱすわーど",
    "himitsu",
    "madoguchi",
    "窓口",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwerty",
    "asdfgh",
    "1q2w3e4r5t",
    "1q2w3e4r",
    "q1w2e3r4",
    "1qaz2wsx",
    "qazwsx",
    "abc123",
    "letmein",
    "welcome",
    "iloveyou",
    "princess",
    "sunshine",
    "superman",
    "football",
    "baseball",
    "dragon",
    "monkey",
    "shadow",
    "master",
    "admin",
    "login",
    "secret",
    "support",
    "service",
    "company",
    "arigatou",
    "konnichiwa",
    "ohayou",
    "sakura",
    "nippon",
    "tokyo",
    "osaka",
    "japan",
    "test",
    "user",
    "summer",
    "winter",
    "spring",
    "autumn",
};
constexpr std::size_t kShortestWord = 3;  ///< of the surroundings, in bytes
constexpr std::size_t kLeastLeft = 6;     ///< characters that are nobody's word
constexpr std::size_t kLeastDifferent = 4;
constexpr std::size_t kRun = 3;

std::u32string characters_of(std::string_view text) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size();) {
    const text::Utf8Char one = text::decode_utf8(text, i);
    out.push_back(one.code);
    i += one.size;
  }
  return out;
}

void take_away(std::string& from, std::string_view word) {
  for (std::size_t at = from.find(word); at != std::string::npos; at = from.find(word)) {
    from.erase(at, word.size());
  }
}

/// Each run of equal, rising or falling characters as its first one.
std::u32string without_runs(const std::u32string& text) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t length = 1;
    if (i + 1 < text.size()) {
      const auto step = static_cast<std::int64_t>(text[i + 1]) - static_cast<std::int64_t>(text[i]);
      if (step >= -1 && step <= 1) {
        while (i + length < text.size() &&
               static_cast<std::int64_t>(text[i + length]) -
                       static_cast<std::int64_t>(text[i + length - 1]) ==
                   step) {
          ++length;
        }
      }
    }
    out.push_back(text[i]);
    i += length >= kRun ? length : 1;
  }
  return out;
}

}  // namespace

Result<void> check_password(const Secret& password, const std::vector<std::string>& surroundings,
                            const std::string& pointer) {
  const std::size_t length = characters_of(password.reveal()).size();
  if (length < kShortestPassword || length > kLongestPassword) {
    return fail(Error::invalid(pointer, {"Take 12 to 128 characters; several words are fine.",
                                         "12〜128 文字にしてください。複数の単語を並べても"
                                         "構いません。"}));
  }
  std::string left = text::fold(password.reveal());
  for (const std::string& word : surroundings) {
    const std::string folded = text::fold(word);
    if (folded.size() >= kShortestWord) take_away(left, folded);
  }
  for (const char* word : kCommonWords) take_away(left, word);
  const std::u32string rest = without_runs(characters_of(left));
  const std::set<char32_t> different(rest.begin(), rest.end());
  if (rest.size() >= kLeastLeft && different.size() >= kLeastDifferent) return {};
  return fail(Error::invalid(
      pointer, {"This is easy to guess: it is made of common words, names of this place or runs of "
                "characters. Take some words that have nothing to do with each other.",
                "よくある単語、社名や氏名、連続した文字が中心のため推測されやすいパスワードです。"
                "互いに関係のない単語をいくつか組み合わせてください。"}));
}

}  // namespace madoguchi::service
