// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <string>
#include <string_view>

namespace madoguchi::mail {

// Mail syntax is ASCII whatever the locale says.

[[nodiscard]] inline char fold_case(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] inline bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
[[nodiscard]] inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

[[nodiscard]] inline bool iequals(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (fold_case(a[i]) != fold_case(b[i])) return false;
  }
  return true;
}
[[nodiscard]] inline bool istarts_with(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && iequals(text.substr(0, prefix.size()), prefix);
}
[[nodiscard]] inline std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = fold_case(c);
  return out;
}
[[nodiscard]] inline std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Walks over the lines of a text: LF or CRLF, neither of them part of the line.
class Lines {
 public:
  explicit Lines(std::string_view text, std::size_t from = 0) : text_(text), next_(from) {}

  bool next(std::string_view& line) {
    if (next_ >= text_.size()) return false;
    const char* const begin = text_.data() + next_;
    const auto* const end =
        static_cast<const char*>(std::memchr(begin, '\n', text_.size() - next_));
    const std::size_t length =
        end == nullptr ? text_.size() - next_ : static_cast<std::size_t>(end - begin);
    line = {begin, length};
    next_ += length + (end == nullptr ? 0 : 1);
    if (end != nullptr && !line.empty() && line.back() == '\r') line.remove_suffix(1);
    return true;
  }
  /// Where the line that `next` would give starts.
  [[nodiscard]] std::size_t position() const { return next_; }

 private:
  std::string_view text_;
  std::size_t next_;
};

}  // namespace madoguchi::mail
