// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/guarded.h"
#include "core/base/id.h"

namespace madoguchi::observe {

/// By who must act. debug: nobody, it is off by default. info: what an operator asked for worked,
/// or a state changed. warning: unexpected, nothing is lost, look when it repeats. error: something
/// is lost, stuck or refused until a person acts.
enum class Level { debug, info, warning, error };
[[nodiscard]] std::string_view to_string(Level level) noexcept;

/// One entry of the catalogue of messages: a constant in the folder that logs it, logged in exactly
/// one place. `id` is stable ("intake.quarantined": what operators filter and alarm by); `text` is
/// a sentence without values, which go into fields; `advice` says what to do about it, and is
/// empty only for debug and info.
struct LogMessage {
  const char* id;
  Level level;
  const char* text;
  const char* advice;
};

/// One value of a line, by type: numbers, booleans, times, ids of our own, and text. Secret,
/// EmailAddress, PhoneNumber and every other type do not compile: personal data stays out of logs
/// (docs: S15). A name says the unit: "size_bytes", "took_seconds".
class Field {
 public:
  template <class T>
  requires std::is_convertible_v<const T&, std::string_view> Field(std::string_view name,
                                                                   const T& value)
      : name_(name), value_(text_of(value)) {}
  template <class T>
  requires std::is_arithmetic_v<T> Field(std::string_view name, T value) : name_(name) {
    if constexpr (std::is_same_v<T, bool>) {
      value_ = value;
    } else if constexpr (std::is_floating_point_v<T>) {
      value_ = static_cast<double>(value);
    } else if constexpr (std::is_signed_v<T>) {
      value_ = static_cast<std::int64_t>(value);
    } else {
      value_ = static_cast<std::uint64_t>(value);
    }
  }
  template <class Tag>
  Field(std::string_view name, const Id<Tag>& id) : name_(name), value_(id.str()) {}
  /// Seconds, with a fraction.
  template <class Rep, class Period>
  Field(std::string_view name, std::chrono::duration<Rep, Period> time)
      : name_(name), value_(std::chrono::duration<double>(time).count()) {}
  Field(std::string_view name, TimePoint time) : name_(name), value_(to_rfc3339(time)) {}
  Field(std::string_view name, const Error& error) : name_(name), value_(error.describe()) {}

 private:
  friend class Log;

  static std::string text_of(std::string_view text) { return std::string(text); }
  static std::string text_of(const char* text) { return text == nullptr ? "" : text; }

  std::string_view name_;
  std::variant<std::string, std::int64_t, std::uint64_t, double, bool> value_;
};

/// The field that ties a line to a request (X-Request-Id) or a job.
[[nodiscard]] inline Field request_id(std::string_view id) { return {"request_id", id}; }

struct LogOptions {
  Level level = Level::info;
  /// Called with each text value before it is written: the card-number guard in the product.
  std::function<void(std::string&)> scrub = {};
};

/// Writes one JSON object a line to a file descriptor:
///
///     {"time":"2026-11-22T02:03:04.500000Z","level":"warning","id":"…","text":"…","advice":"…",
///     fields}
///
/// Safe for use by many threads; a line is one write(2) and lines do not mix. Control characters,
/// line separators, direction overrides and bytes that are not UTF-8 are escaped or replaced, so
/// that a value can neither forge a line nor steer a terminal; text over 2,048 bytes is cut. A line
/// that cannot be written is counted and dropped: the log never stops the work.
class Log {
 public:
  /// Does not own `fd`. `clock` must outlive the log.
  Log(int fd, const Clock& clock, LogOptions options = {});

  void write(const LogMessage& message, std::initializer_list<Field> fields = {}) const;

  [[nodiscard]] bool enabled(Level level) const noexcept { return level >= level_.load(); }
  void set_level(Level level) noexcept { level_.store(level); }
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_.load(); }

 private:
  void append(std::string& line, const Field& field) const;

  const Clock& clock_;
  std::function<void(std::string&)> scrub_;
  std::atomic<Level> level_;
  mutable std::atomic<std::uint64_t> dropped_{0};
  mutable Guarded<int> fd_;
};

/// Appends `text` to `out` as a JSON string with its quotes, encoded as Log says.
void append_json_string(std::string& out, std::string_view text);

}  // namespace madoguchi::observe
