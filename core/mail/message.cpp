// SPDX-License-Identifier: Apache-2.0
#include "core/mail/message.h"

#include "core/mail/ascii.h"

namespace madoguchi::mail {

const std::string* Message::header(std::string_view name) const {
  for (const Header& header : headers) {
    if (iequals(header.name, name)) return &header.value;
  }
  return nullptr;
}

}  // namespace madoguchi::mail
