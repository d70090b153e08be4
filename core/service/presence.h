// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/base/guarded.h"
#include "core/service/dto/presence_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// Who looks at a case and who writes in it: in memory alone, gone when the window is or the
/// process ends, told to everybody who may see the case and listens to this process. Says nothing
/// about who may change what. Safe for use by many threads.
class PresenceService {
 public:
  explicit PresenceService(const Environment& env) : env_(env) {}

  [[nodiscard]] Result<std::vector<PresentDto>> list(const domain::Caller& caller,
                                                     const std::string& number);
  /// Of a case that the caller has seen already.
  [[nodiscard]] std::vector<PresentDto> at(const std::string& number);
  /// Holds for kPresence unless it is said again.
  [[nodiscard]] Result<std::vector<PresentDto>> say(const domain::Caller& caller,
                                                    const std::string& number,
                                                    const PresenceDto& presence);

 private:
  struct Present {
    std::string name;
    PresenceState state = PresenceState::looking;
    TimePoint since;
    SteadyPoint until;
  };
  using Room = std::map<domain::AgentId, Present>;
  using Rooms = std::map<std::int64_t, Room>;

  static void forget_gone(Rooms& rooms, SteadyPoint now);
  [[nodiscard]] static std::vector<PresentDto> dtos_of(const Rooms& rooms, std::int64_t sequence);

  const Environment& env_;
  Guarded<Rooms> rooms_;  ///< by the sequence of the case
};

}  // namespace madoguchi::service
