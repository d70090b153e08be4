// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/mail/compose.h"

namespace madoguchi::mail {

/// Private to `compose`: header lines. Nothing here checks for line breaks; `compose` has.

/// One header, folded: words are appended with a space or a fold before them.
class HeaderLine {
 public:
  explicit HeaderLine(std::string_view name, WrittenIn charset = WrittenIn::utf_8)
      : out_(name), charset_(charset) {
    out_ += ':';
    column_ = out_.size();
  }
  /// A piece that must not be broken, after a space, on the next line if it does not fit in 78.
  void word(std::string_view text);
  /// The same without a space before it (a comma, a semicolon).
  void glue(std::string_view text) {
    out_ += text;
    column_ += text.size();
  }
  /// Free text (Subject): as it is when ASCII, else as encoded-words (RFC 2047) of at most 75
  /// octets that end between characters.
  void unstructured(std::string_view utf8);
  /// A display name: atoms, a quoted string, or encoded-words.
  void phrase(std::string_view utf8);
  /// `; name=value` of RFC 2045, or `name*` by RFC 2231 in pieces when the value is not plain
  /// ASCII.
  void parameter(std::string_view name, std::string_view utf8);
  /// `; name="=?UTF-8?B?…?="`: what readers understand that do not know RFC 2231.
  void legacy_parameter(std::string_view name, std::string_view utf8);

  [[nodiscard]] std::string take() { return std::move(out_) + "\r\n"; }

 private:
  void fold();
  void encoded_words(std::string_view utf8);

  std::string out_;
  WrittenIn charset_;
  std::size_t column_ = 0;
};

/// Encoded-words of at most 75 octets each; the first one of at most `first_room`.
[[nodiscard]] std::vector<std::string> encode_words(std::string_view utf8, std::size_t first_room,
                                                    WrittenIn charset = WrittenIn::utf_8);

/// "Sun, 22 Nov 2026 11:03:04 +0900" (RFC 5322, 3.3).
[[nodiscard]] std::string format_date(TimePoint date, std::chrono::minutes utc_offset);

}  // namespace madoguchi::mail
