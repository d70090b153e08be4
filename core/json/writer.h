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
/// stack: calling it out of order gives wrong JSON, not an error. The string must outlive it.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out), start_(out.size()) {}

  void begin_object() {
    separate();
    out_ += '{';
  }
  void end_object() { out_ += '}'; }
  void begin_array() {
    separate();
    out_ += '[';
  }
  void end_array() { out_ += ']'; }
  void key(std::string_view name) {
    separate();
    append_string(out_, name);
    out_ += ':';
  }
  /// A key that is already rendered: `"name":`.
  void rendered_key(std::string_view key) {
    separate();
    out_ += key;
  }

  void string(std::string_view text) {
    separate();
    append_string(out_, text);
  }
  void integer(std::int64_t value);
  void integer(std::uint64_t value);
  /// Shortest text that reads back as the same number; null when it is not finite.
  void number(double value);
  void boolean(bool value) {
    separate();
    out_ += value ? "true" : "false";
  }
  void null() {
    separate();
    out_ += "null";
  }
  void time(TimePoint value) {
    separate();
    out_ += '"';
    append_time(out_, value);
    out_ += '"';
  }
  /// JSON that is already rendered and valid.
  void raw(std::string_view json) {
    separate();
    out_ += json;
  }

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
  // Valid JSON never ends in one of these characters, so the last one tells where we are.
  void separate() {
    if (out_.size() == start_) return;
    const char last = out_.back();
    if (last != '{' && last != '[' && last != ':' && last != ',') out_ += ',';
  }

  std::string& out_;
  std::size_t start_;
};

}  // namespace madoguchi::json
