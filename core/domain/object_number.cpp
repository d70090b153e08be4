// SPDX-License-Identifier: Apache-2.0
#include "core/domain/object_number.h"

#include <charconv>
#include <system_error>

namespace madoguchi::domain {

namespace {

constexpr std::size_t kDigits = 6;

}  // namespace

std::string object_number(std::string_view prefix, std::int64_t sequence) {
  const std::string digits = std::to_string(sequence);
  std::string number(prefix);
  if (digits.size() < kDigits) number.append(kDigits - digits.size(), '0');
  return number + digits;
}

std::optional<std::int64_t> parse_object_number(std::string_view prefix, std::string_view number) {
  if (number.substr(0, prefix.size()) != prefix) return std::nullopt;
  number.remove_prefix(prefix.size());
  std::int64_t sequence = 0;
  const auto parsed = std::from_chars(number.data(), number.data() + number.size(), sequence);
  if (parsed.ec != std::errc() || parsed.ptr != number.data() + number.size() || sequence <= 0) {
    return std::nullopt;
  }
  return number.size() >= kDigits ? std::optional(sequence) : std::nullopt;
}

}  // namespace madoguchi::domain
