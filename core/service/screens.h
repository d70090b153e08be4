// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/service/dto/screen_dto.h"
#include "core/service/environment.h"
#include "core/service/presence.h"

namespace madoguchi::service {

/// A customer's screen in one answer: stored parts from one snapshot, each in the first page of its
/// own list, so that each tab goes on by itself. What other systems have is added as far as it is
/// known; nobody is waited for. Safe for use by many threads.
class ScreenService {
 public:
  ScreenService(const Environment& env, PresenceService& presence)
      : env_(env), presence_(presence) {}

  [[nodiscard]] Result<ScreenDto> get(const domain::Caller& caller, const std::string& number,
                                      int limit);

 private:
  const Environment& env_;
  PresenceService& presence_;
};

}  // namespace madoguchi::service
