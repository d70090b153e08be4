// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>

namespace madoguchi {

/// Some of the values of an enumeration, which has 32 at most and begins at 0. A value.
template <class E>
class EnumSet {
 public:
  constexpr EnumSet() = default;
  constexpr EnumSet(std::initializer_list<E> values) {
    for (const E value : values) add(value);
  }

  constexpr void add(E value) noexcept { bits_ |= bit(value); }
  [[nodiscard]] constexpr bool has(E value) const noexcept { return (bits_ & bit(value)) != 0; }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
  /// Whether all of the other's values are in it.
  [[nodiscard]] constexpr bool covers(EnumSet other) const noexcept {
    return (other.bits_ & ~bits_) == 0;
  }
  /// Bit n stands for the value n.
  [[nodiscard]] constexpr std::uint32_t bits() const noexcept { return bits_; }

  bool operator==(const EnumSet&) const = default;

 private:
  static constexpr std::uint32_t bit(E value) noexcept {
    return std::uint32_t{1} << static_cast<unsigned>(value);
  }

  std::uint32_t bits_ = 0;
};

}  // namespace madoguchi
