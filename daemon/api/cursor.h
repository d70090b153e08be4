// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace madoguchi::api {

/// Where a list goes on, as one opaque text: the key of the last item seen, for keyset paging. It
/// grants nothing (each page is filtered by what the caller may see), so that it carries a checksum
/// against mix-ups, not a signature. `list` names the list and its order: a cursor of another one
/// is refused.
[[nodiscard]] std::string encode_cursor(std::string_view list, const std::vector<std::string>& key);

/// `invalid` at "/cursor" for anything that encode_cursor did not make for this list.
[[nodiscard]] Result<std::vector<std::string>> decode_cursor(std::string_view list,
                                                             std::string_view cursor);

}  // namespace madoguchi::api
