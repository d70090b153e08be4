// SPDX-License-Identifier: Apache-2.0
#include "core/domain/account.h"

#include <algorithm>

namespace madoguchi::domain {

bool is_account_name(std::string_view text) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= 40 && plain(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return plain(c) || c == '-' || c == '_'; });
}

}  // namespace madoguchi::domain
