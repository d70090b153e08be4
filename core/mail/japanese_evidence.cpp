// SPDX-License-Identifier: Apache-2.0
#include "core/mail/japanese.h"
#include "core/mail/japanese_table.h"

namespace madoguchi::mail {
namespace {

unsigned byte_at(std::string_view bytes, std::size_t i) {
  return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0;
}

/// `row` 1..94 of JIS X 0208: what weight a character of it has.
void weigh_row(unsigned row, JapaneseEvidence& evidence, std::size_t& marks) {
  if (row == 4 || row == 5) {
    ++evidence.kana;
  } else if (row >= 16 && row <= 47) {
    ++evidence.kanji;
  } else if (row <= 3 || row == 13) {
    ++marks;
  } else {
    ++evidence.other;
  }
}

/// `runs` counts the half-width kana that follow another one.
void conclude(std::size_t marks, std::size_t half_width, std::size_t runs, std::size_t cut,
              JapaneseEvidence& evidence) {
  const auto weight = [](std::size_t n, int by) { return static_cast<int>(n) * by; };
  evidence.score = weight(evidence.kana, 4) + weight(evidence.kanji, 2) + weight(marks, 1) -
                   weight(evidence.other, 2) - weight(half_width, 1) - weight(evidence.errors, 20) -
                   weight(cut, 5);
  // Nothing but half-width kana: how old devices write names. Accented capitals, whose bytes are
  // the same, stand alone among other letters.
  if (half_width >= 3 && 2 * runs >= half_width && cut == 0 &&
      evidence.kana + evidence.kanji + evidence.other + evidence.errors == 0) {
    evidence.score = 1;
  }
  evidence.other += half_width;
}

}  // namespace

JapaneseEvidence weigh_cp932(std::string_view bytes) {
  const JapaneseTable& table = JapaneseTable::get();
  JapaneseEvidence evidence;
  std::size_t marks = 0;
  std::size_t half_width = 0;
  std::size_t runs = 0;
  std::size_t cut = 0;  // a character cut by the end: a weak sign, texts do get cut
  for (std::size_t i = 0; i < bytes.size();) {
    const unsigned lead = byte_at(bytes, i);
    const unsigned trail = byte_at(bytes, i + 1);
    if (lead < 0x80) {
      ++i;
    } else if (lead >= 0xA1 && lead <= 0xDF) {
      ++half_width;
      const unsigned before = i == 0 ? 0 : byte_at(bytes, i - 1);
      if (before >= 0xA1 && before <= 0xDF) ++runs;
      ++i;
    } else if (table.cp932(lead, trail) != 0) {
      const unsigned row = 2 * (lead - (lead >= 0xE0 ? 0xC1 : 0x81)) + (trail >= 0x9F ? 2 : 1);
      weigh_row(row, evidence, marks);
      i += 2;
    } else {
      i + 1 < bytes.size() ? ++evidence.errors : ++cut;
      ++i;
    }
  }
  conclude(marks, half_width, runs, cut, evidence);
  return evidence;
}

JapaneseEvidence weigh_euc_jp(std::string_view bytes) {
  const JapaneseTable& table = JapaneseTable::get();
  JapaneseEvidence evidence;
  std::size_t marks = 0;
  std::size_t half_width = 0;
  std::size_t runs = 0;
  std::size_t cut = 0;  // a character cut by the end: a weak sign, texts do get cut
  const auto is_94 = [](unsigned c) { return c >= 0xA1 && c <= 0xFE; };
  for (std::size_t i = 0; i < bytes.size();) {
    const unsigned a = byte_at(bytes, i);
    const unsigned b = byte_at(bytes, i + 1);
    if (a < 0x80) {
      ++i;
    } else if (a == 0x8E && b >= 0xA1 && b <= 0xDF) {
      ++half_width;
      ++runs;
      i += 2;
    } else if (a == 0x8F && is_94(b) && is_94(byte_at(bytes, i + 2))) {
      ++evidence.other;
      i += 3;
    } else if (is_94(a) && is_94(b)) {
      const unsigned row = a - 0xA0;
      unsigned lead = (row - 1) / 2 + 0x81;
      if (lead > 0x9F) lead += 0x40;
      const unsigned cell = b - 0x80;
      const unsigned trail = row % 2 == 0 ? cell + 0x7E : (cell < 0x60 ? cell + 0x1F : cell + 0x20);
      if (table.cp932(lead, trail) == 0) {
        ++evidence.errors;
      } else {
        weigh_row(row, evidence, marks);
      }
      i += 2;
    } else {
      i + 1 < bytes.size() ? ++evidence.errors : ++cut;
      ++i;
    }
  }
  conclude(marks, half_width, runs, cut, evidence);
  return evidence;
}

}  // namespace madoguchi::mail
