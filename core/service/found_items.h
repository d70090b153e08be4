// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/service/dto/search_dto.h"
#include "core/service/hit_stream.h"
#include "core/text/needle.h"

namespace madoguchi::service {

struct FoundItem {
  SearchItemDto item;
  bool in_view = false;  ///< all words stand in what is shown to the caller
};

/// How what was found is shown: what it is called, and the text around the words; without `contact`
/// nothing of phones, mail and postal addresses.
[[nodiscard]] FoundItem search_item_of(db::Session& session, const Hit& hit,
                                       const std::vector<text::Needle>& words, bool contact);

}  // namespace madoguchi::service
