// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/availability_dto.h"

namespace madoguchi::json {

using service::AvailabilityDto;

const Fields& Table<AvailabilityDto>::fields() {
  static const Fields table = json::fields<AvailabilityDto>(
      field("availability", &AvailabilityDto::availability,
            "away: macros and rules that give cases out pass the agent over."));
  return table;
}

}  // namespace madoguchi::json
