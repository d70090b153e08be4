// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace madoguchi::mail {

/// Two-byte CP932 codes and JIS X 0212 codes to UTF-16, read from ICU once per process and constant
/// afterwards (safe for any number of threads). 0 means unassigned.
class JapaneseTable {
 public:
  static const JapaneseTable& get();

  /// `lead` 0x81..0x9F or 0xE0..0xFC, `trail` 0x40..0xFC; 0 for anything else. User-defined
  /// characters (lead 0xF0..0xF9) come as U+E000..U+E757.
  [[nodiscard]] char16_t cp932(unsigned lead, unsigned trail) const {
    if (lead < 0x81 || lead > 0xFC || trail < 0x40 || trail > 0xFC) return 0;
    return cp932_[(lead - 0x81) * kTrails + (trail - 0x40)];
  }
  /// `row` and `cell` 1..94.
  [[nodiscard]] char16_t jis_x_0212(unsigned row, unsigned cell) const {
    if (row < 1 || row > 94 || cell < 1 || cell > 94) return 0;
    return jis_x_0212_[(row - 1) * 94 + (cell - 1)];
  }

 private:
  JapaneseTable();

  static constexpr std::size_t kTrails = 0xFC - 0x40 + 1;
  std::array<char16_t, (0xFC - 0x81 + 1) * kTrails> cp932_{};
  std::array<char16_t, 94 * 94> jis_x_0212_{};
};

}  // namespace madoguchi::mail
