// SPDX-License-Identifier: Apache-2.0
#include "daemon/lmtp/command.h"

#include <algorithm>
#include <array>
#include <utility>

namespace madoguchi::lmtp {
namespace {

constexpr std::size_t kMaxAddress = 320;

constexpr std::array<std::pair<std::string_view, Verb>, 10> kVerbs = {{
    {"LHLO", Verb::lhlo},
    {"MAIL", Verb::mail},
    {"RCPT", Verb::rcpt},
    {"DATA", Verb::data},
    {"RSET", Verb::rset},
    {"NOOP", Verb::noop},
    {"QUIT", Verb::quit},
    {"VRFY", Verb::vrfy},
    {"HELO", Verb::other_hello},
    {"EHLO", Verb::other_hello},
}};

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// The position after a quoted string that starts at 0, or npos when it does not end.
std::size_t end_of_quoted(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

/// The position of the closing bracket; `text` starts after the opening one.
std::size_t find_closing(std::string_view text) {
  const std::size_t quote = text.find('"');
  const std::size_t plain = text.find('>');
  if (quote == std::string_view::npos || plain < quote) return plain;
  const std::size_t end = end_of_quoted(text.substr(quote));
  if (end == std::string_view::npos) return std::string_view::npos;
  const std::size_t closing = text.substr(quote + end).find('>');
  return closing == std::string_view::npos ? closing : quote + end + closing;
}

/// Length of the well-formed UTF-8 sequence at the start (RFC 3629), 0 when there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto within = [&](std::size_t i, unsigned low, unsigned high) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return within(1, 0x80, 0xBF) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool second = within(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
    return second && within(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool second = within(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
    return second && within(2, 0x80, 0xBF) && within(3, 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

bool is_printable_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    if (length == 1 && (static_cast<unsigned char>(text[0]) < 0x20 || text[0] == 0x7F))
      return false;
    text.remove_prefix(length);
  }
  return true;
}

bool has_any(std::string_view text, std::string_view characters) {
  return text.find_first_of(characters) != std::string_view::npos;
}

}  // namespace

Command parse_command(std::string_view line) {
  const std::string_view word = line.substr(0, line.find(' '));
  for (const auto& entry : kVerbs) {
    if (equals_ignoring_case(entry.first, word)) {
      return {entry.second, trim(line.substr(word.size()))};
    }
  }
  return {Verb::unknown, {}};
}

std::optional<PathArgument> parse_path(std::string_view argument, std::string_view keyword) {
  if (!equals_ignoring_case(argument.substr(0, keyword.size()), keyword)) return std::nullopt;
  std::string_view rest = trim(argument.substr(keyword.size()));
  if (!rest.starts_with('<')) return std::nullopt;
  rest.remove_prefix(1);
  if (rest.starts_with('@')) {  // RFC 5321, appendix C: a source route is taken and ignored
    const std::size_t colon = rest.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(colon + 1);
  }
  const std::size_t closing = find_closing(rest);
  if (closing == std::string_view::npos) return std::nullopt;
  PathArgument path{rest.substr(0, closing), {}};
  rest.remove_prefix(closing + 1);
  if (!rest.empty() && rest.front() != ' ') return std::nullopt;
  for (rest = trim(rest); !rest.empty(); rest = trim(rest)) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    const std::size_t equals = word.find('=');
    path.parameters.push_back({word.substr(0, equals), equals == std::string_view::npos
                                                           ? std::string_view{}
                                                           : word.substr(equals + 1)});
    rest.remove_prefix(word.size());
  }
  return path;
}

bool is_address(std::string_view text) {
  if (text.size() > kMaxAddress || !is_printable_utf8(text)) return false;
  std::size_t at = text.find('@');
  if (text.starts_with('"')) {
    at = end_of_quoted(text);
    if (at == std::string_view::npos || at == 2 || at >= text.size() || text[at] != '@') {
      return false;
    }
  } else if (at == 0 || at == std::string_view::npos ||
             has_any(text.substr(0, at), " \"(),:;<>[]\\")) {
    return false;
  }
  const std::string_view domain = text.substr(at + 1);
  if (domain.starts_with('[')) return domain.ends_with(']') && domain.size() > 2;
  return !domain.empty() && !has_any(domain, " \"(),:;<>@[]\\");
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return upper(x) == upper(y); });
}

}  // namespace madoguchi::lmtp
