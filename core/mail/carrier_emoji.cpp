// SPDX-License-Identifier: Apache-2.0
#include "core/mail/carrier_emoji.h"

#include <algorithm>

#include "core/mail/utf8.h"

namespace madoguchi::mail {
namespace {

bool append_from(std::span<const CarrierEmoji> table, std::uint16_t code, std::string& out) {
  const auto found =
      std::lower_bound(table.begin(), table.end(), code,
                       [](const CarrierEmoji& e, std::uint16_t c) { return e.shift_jis < c; });
  if (found == table.end() || found->shift_jis != code) return false;
  append_utf8(found->first, out);
  if (found->second != 0) append_utf8(found->second, out);
  return true;
}

}  // namespace

bool append_carrier_emoji(std::uint16_t shift_jis, Carrier carrier, std::string& out) {
  switch (carrier) {
    case Carrier::docomo:
      return append_from(docomo_emoji(), shift_jis, out);
    case Carrier::kddi:
      return append_from(kddi_emoji(), shift_jis, out);
    case Carrier::softbank:
      return append_from(softbank_emoji(), shift_jis, out);
    case Carrier::unknown:
      break;
  }
  return append_from(docomo_emoji(), shift_jis, out) || append_from(kddi_emoji(), shift_jis, out) ||
         append_from(softbank_emoji(), shift_jis, out);
}

}  // namespace madoguchi::mail
