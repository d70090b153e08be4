// SPDX-License-Identifier: Apache-2.0
#include "core/base/uuid.h"

namespace madoguchi {
namespace {

constexpr std::uint16_t kCounterBits = 12;
constexpr std::uint16_t kCounterMax = (1U << kCounterBits) - 1;

void append_hex(std::string& out, std::uint64_t value, int digits) {
  static constexpr char kHex[] = "0123456789abcdef";
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += kHex[(value >> shift) & 0xF];
}

}  // namespace

std::string Uuid7Source::next() {
  std::array<std::uint8_t, 10> random{};
  random_(random);
  const auto wall = static_cast<std::uint64_t>(to_micros(clock_.now()) / 1000);
  const Last stamp = last_.with([&](Last& last) {
    if (wall > last.millis) {
      // A fresh millisecond starts low, so that there is room to count up within it.
      last = {wall, static_cast<std::uint16_t>(((random[8] << 8) | random[9]) & 0x3FF)};
    } else if (last.counter < kCounterMax) {
      ++last.counter;
    } else {
      last = {last.millis + 1, 0};
    }
    return last;
  });

  std::string out;
  out.reserve(36);
  append_hex(out, stamp.millis >> 16, 8);
  out += '-';
  append_hex(out, stamp.millis & 0xFFFF, 4);
  out += "-7";
  append_hex(out, stamp.counter, 3);
  out += '-';
  append_hex(out, 0x80U | (random[0] & 0x3FU), 2);
  append_hex(out, random[1], 2);
  out += '-';
  for (std::size_t i = 2; i < 8; ++i) append_hex(out, random[i], 2);
  return out;
}

}  // namespace madoguchi
