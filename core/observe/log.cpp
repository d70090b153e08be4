// SPDX-License-Identifier: Apache-2.0
#include "core/observe/log.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <iterator>

namespace madoguchi::observe {

namespace {

constexpr std::size_t kLongestText = 2048;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

struct Decoded {
  char32_t code_point = 0;
  std::size_t size = 0;  // 0: not UTF-8
};

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
Decoded decode_utf8(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = at(0);
  if (first < 0x80) return {first, 1};
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < size) return {};
  char32_t code_point = first & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((at(i) & 0xC0U) != 0x80U) return {};
    code_point = (code_point << 6U) | (at(i) & 0x3FU);
  }
  const bool overlong = (size == 3 && code_point < 0x800) || (size == 4 && code_point < 0x10000);
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (overlong || surrogate || code_point > 0x10FFFF) return {};
  return {code_point, size};
}

// What a terminal or a line-based reader would act on instead of showing it.
bool steers(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x200E || c == 0x200F || c == 0x061C ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

void append_escaped(std::string& out, char32_t c) {
  switch (c) {
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    default:
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
  }
}

std::string_view cut(std::string_view text) {
  if (text.size() <= kLongestText) return text;
  std::size_t size = kLongestText;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return text.substr(0, size);
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

std::string_view to_string(Level level) noexcept {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
  }
  return "error";
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const Decoded decoded = decode_utf8(text);
    if (decoded.size == 0) {
      out += kReplacement;
      text.remove_prefix(1);
      continue;
    }
    if (decoded.code_point == '"' || decoded.code_point == '\\') {
      out += '\\';
      out += text.front();
    } else if (steers(decoded.code_point)) {
      append_escaped(out, decoded.code_point);
    } else {
      out += text.substr(0, decoded.size);
    }
    text.remove_prefix(decoded.size);
  }
  out += '"';
}

Log::Log(int fd, const Clock& clock, LogOptions options)
    : clock_(clock), scrub_(std::move(options.scrub)), level_(options.level), fd_(fd) {}

void Log::write(const LogMessage& message, std::initializer_list<Field> fields) const {
  if (!enabled(message.level)) return;
  std::string line;
  line.reserve(512);
  line += R"({"time":")";
  line += to_rfc3339(clock_.now());
  line += R"(","level":")";
  line += to_string(message.level);
  line += R"(","id":)";
  append_json_string(line, message.id);
  line += R"(,"text":)";
  append_json_string(line, message.text);
  for (const Field& field : fields) append(line, field);
  if (message.advice != nullptr && *message.advice != '\0') {
    line += R"(,"advice":)";
    append_json_string(line, message.advice);
  }
  line += "}\n";
  const bool written = fd_.with([&](int fd) { return write_all(fd, line); });
  if (!written) dropped_.fetch_add(1, std::memory_order_relaxed);
}

void Log::append(std::string& line, const Field& field) const {
  line += ',';
  append_json_string(line, field.name_);
  line += ':';
  if (const auto* text = std::get_if<std::string>(&field.value_)) {
    std::string shown = *text;
    // Guarded before it is cut: half a card number would pass.
    if (scrub_) scrub_(shown);
    const std::string_view kept = cut(shown);
    append_json_string(line, kept);
    if (kept.size() == shown.size()) return;
    line.pop_back();
    line += "…\"";
  } else if (const auto* number = std::get_if<double>(&field.value_)) {
    // JSON has no infinity and no NaN.
    line += std::isfinite(*number) ? fmt::format("{}", *number) : "null";
  } else if (const auto* truth = std::get_if<bool>(&field.value_)) {
    line += *truth ? "true" : "false";
  } else if (const auto* count = std::get_if<std::int64_t>(&field.value_)) {
    line += std::to_string(*count);
  } else {
    line += std::to_string(std::get<std::uint64_t>(field.value_));
  }
}

}  // namespace madoguchi::observe
