// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "core/base/result.h"

namespace madoguchi::api {

/// Refuses a JSON body in which any text, or the name of any member, holds a card number: 422
/// "pan-detected" with the pointer of the text, which is not echoed (S7). So no field of any route
/// can be forgotten; what is hidden in markup is for the use case to find. A body that does not
/// parse is for who reads it to refuse.
[[nodiscard]] Result<void> refuse_card_numbers_in_json(std::string_view body);

}  // namespace madoguchi::api
