// SPDX-License-Identifier: Apache-2.0
#pragma once

// Parts of a card session that are kept as JSON in its row, and shown as they are.

#include "core/domain/card_names.h"
#include "core/json/json.h"

namespace madoguchi::json {

template <>
struct Table<domain::CardPrompt> {
  static constexpr const char* name = "CardPrompt";
  static const Fields& fields();
};
template <>
struct Table<domain::CardSessionReport> {
  static constexpr const char* name = "CardSessionReport";
  static const Fields& fields();
};

}  // namespace madoguchi::json
