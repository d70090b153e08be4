// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/clock.h"

namespace madoguchi::json {

/// Appends `text` as a JSON string with its quotes (RFC 8259): control characters, quotes and
/// backslashes escaped, bytes that are not UTF-8 replaced by U+FFFD, so that the result is always
/// valid whatever a mail or a vendor brought.
void append_string(std::string& out, std::string_view text);
/// Appends an RFC 3339 time without quotes; what to_rfc3339 gives, without its allocations.
void append_time(std::string& out, TimePoint time);
/// `text` as a JSON string with its quotes.
[[nodiscard]] std::string quoted(std::string_view text);
/// Valid JSON laid out with two spaces per level and a final line break, members in their order.
[[nodiscard]] std::string pretty(std::string_view json);

/// Streams JSON straight into a string; commas are its business. Everything is compact. It keeps no
/// stack: what is begun has to be ended in order. The string must outlive it, and is the Writer's
/// alone until the outermost value has ended.
class Writer {
 public:
  /// `hides`: bits of what the reader may not see; fields that need one of them are left out.
  explicit Writer(std::string& out, std::uint32_t hides = 0) : out_(out), hides_(hides) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_array() { begin('['); }
  void end_array() { end(']'); }
  void key(std::string_view name) {
    before_value();
    put_string(name);
    put(":");
    comma_ = false;
  }
  /// A key that is already rendered: `"name":`.
  void rendered_key(std::string_view key) {
    before_value();
    put(key);
    comma_ = false;
  }

  void string(std::string_view text) {
    before_value();
    put_string(text);
    after_value();
  }
  void integer(std::int64_t value);
  void integer(std::uint64_t value);
  /// Shortest text that reads back as the same number; null when it is not finite.
  void number(double value);
  void boolean(bool value) { raw(value ? "true" : "false"); }
  void null() { raw("null"); }
  void time(TimePoint value);
  /// JSON that is already rendered and valid.
  void raw(std::string_view json) {
    before_value();
    put(json);
    after_value();
  }

  [[nodiscard]] bool hides(std::uint32_t bits) const noexcept { return (hides_ & bits) != 0; }

  /// How much has been written of the outermost value.
  [[nodiscard]] std::size_t size() const noexcept {
    return static_cast<std::size_t>(at_ - out_.data());
  }
  /// That much more of it is likely to come.
  void expect(std::size_t bytes) { room(bytes); }

  void member(std::string_view name, std::string_view text) {
    key(name);
    string(text);
  }
  void member(std::string_view name, const char* text) { member(name, std::string_view(text)); }
  void member(std::string_view name, const std::string& text) {
    member(name, std::string_view(text));
  }
  void member(std::string_view name, std::int64_t value) {
    key(name);
    integer(value);
  }
  void member(std::string_view name, int value) { member(name, std::int64_t{value}); }
  void member(std::string_view name, bool value) {
    key(name);
    boolean(value);
  }

 private:
  // The string is made longer than its text, in steps, and written to by pointer: a call to it for
  // each piece would cost more than the piece.
  void open();
  void settle();
  void grow(std::size_t bytes);
  void room(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - at_) < bytes) grow(bytes);
  }
  void put(std::string_view text) {
    room(text.size());
    std::char_traits<char>::copy(at_, text.data(), text.size());
    at_ += text.size();
  }
  void put_string(std::string_view text);
  template <class Number>
  void put_number(Number value);

  void before_value() {
    if (depth_ == 0) {
      open();
    } else if (comma_) {
      room(1);
      *at_++ = ',';
    }
  }
  void after_value() {
    comma_ = true;
    if (depth_ == 0) settle();
  }
  void begin(char bracket) {
    before_value();
    room(1);
    *at_++ = bracket;
    ++depth_;
    comma_ = false;
  }
  void end(char bracket) {
    room(1);
    *at_++ = bracket;
    --depth_;
    after_value();
  }

  std::string& out_;
  std::uint32_t hides_;
  char* at_ = nullptr;   ///< where the next character goes
  char* end_ = nullptr;  ///< of what the string has
  int depth_ = 0;        ///< of open objects and arrays
  bool comma_ = false;   ///< the next value or key needs one before it
};

}  // namespace madoguchi::json
