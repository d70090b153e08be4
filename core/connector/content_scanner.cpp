// SPDX-License-Identifier: Apache-2.0
#include "core/connector/content_scanner.h"

namespace madoguchi::connector {

const char* to_string(ScanVerdict verdict) noexcept {
  switch (verdict) {
    case ScanVerdict::clean:
      return "clean";
    case ScanVerdict::infected:
      return "infected";
    case ScanVerdict::refused:
      return "refused";
    case ScanVerdict::away:
      return "away";
    case ScanVerdict::broken:
      return "broken";
  }
  return "away";
}

}  // namespace madoguchi::connector
