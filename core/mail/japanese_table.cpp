// SPDX-License-Identifier: Apache-2.0
#include "core/mail/japanese_table.h"

#include <unicode/ucnv.h>

#include <memory>
#include <stdexcept>

namespace madoguchi::mail {
namespace {

struct Close {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};

class TableConverter {
 public:
  explicit TableConverter(const char* name) {
    UErrorCode status = U_ZERO_ERROR;
    converter_.reset(ucnv_open(name, &status));
    if (U_SUCCESS(status)) {
      ucnv_setToUCallBack(converter_.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr,
                          &status);
    }
    if (U_FAILURE(status)) throw std::runtime_error(std::string("ICU has no converter ") + name);
  }

  char16_t convert(const char* bytes, int length) {
    char16_t out[4];
    UErrorCode status = U_ZERO_ERROR;
    const int written = ucnv_toUChars(converter_.get(), out, 4, bytes, length, &status);
    ucnv_resetToUnicode(converter_.get());
    return U_SUCCESS(status) && written == 1 && out[0] != 0xFFFD && out[0] != 0x1A ? out[0] : u'\0';
  }

 private:
  std::unique_ptr<UConverter, Close> converter_;
};

}  // namespace

const JapaneseTable& JapaneseTable::get() {
  static const JapaneseTable table;
  return table;
}

JapaneseTable::JapaneseTable() {
  TableConverter cp932("ibm-943_P15A-2003");
  for (unsigned lead = 0x81; lead <= 0xFC; ++lead) {
    if (lead > 0x9F && lead < 0xE0) continue;
    for (unsigned trail = 0x40; trail <= 0xFC; ++trail) {
      if (trail == 0x7F) continue;
      const char bytes[] = {static_cast<char>(lead), static_cast<char>(trail)};
      cp932_[(lead - 0x81) * kTrails + (trail - 0x40)] = cp932.convert(bytes, 2);
    }
  }
  TableConverter euc("euc-jp-2007");
  for (unsigned row = 1; row <= 94; ++row) {
    for (unsigned cell = 1; cell <= 94; ++cell) {
      const char bytes[] = {static_cast<char>(0x8F), static_cast<char>(row + 0xA0),
                            static_cast<char>(cell + 0xA0)};
      jis_x_0212_[(row - 1) * 94 + (cell - 1)] = euc.convert(bytes, 3);
    }
  }
}

}  // namespace madoguchi::mail
