// SPDX-License-Identifier: Apache-2.0
#include "core/service/room.h"

namespace madoguchi::service {
namespace {

/// Below it nobody is asked.
constexpr std::size_t kLittle = std::size_t{4} << 20U;

}  // namespace

Result<Room> room_for(const Environment& env, std::size_t octets,
                      std::chrono::milliseconds patience) {
  if (octets < kLittle) return Room();
  Room room = env.memory.take(octets, patience);
  if (room) return room;
  Error error = Error::unavailable("too many big contents at once");
  error.type = "overloaded";
  return fail(std::move(error));
}

}  // namespace madoguchi::service
