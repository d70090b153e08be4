// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/service/dto/availability_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// Whether an agent is there to be given cases by macros and rules; nothing else depends on it.
/// Safe for use by many threads.
class AvailabilityService {
 public:
  explicit AvailabilityService(const Environment& env) : env_(env) {}

  [[nodiscard]] Result<AvailabilityDto> get(const domain::Caller& caller);
  [[nodiscard]] Result<AvailabilityDto> put(const Context& context, const AvailabilityDto& wish);

 private:
  const Environment& env_;
};

}  // namespace madoguchi::service
