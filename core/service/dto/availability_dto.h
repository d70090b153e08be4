// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/json/json.h"
#include "core/store/assignments.h"

namespace madoguchi::service {

struct AvailabilityDto {
  store::Availability availability = store::Availability::available;
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct json::Table<service::AvailabilityDto> {
  static constexpr const char* name = "Availability";
  static const json::Fields& fields();
};

}  // namespace madoguchi
