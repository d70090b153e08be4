// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "core/domain/names.h"

namespace madoguchi::service {

// In characters.
inline constexpr std::size_t kMaxSubject = 500;
inline constexpr std::size_t kMaxText = 200'000;

// Who lacks these neither sees nor sets a field that needs them.
inline constexpr domain::Permission kContact = domain::Permission::customers_contact_read;
inline constexpr domain::Permission kAmounts = domain::Permission::orders_amount_read;

}  // namespace madoguchi::service
