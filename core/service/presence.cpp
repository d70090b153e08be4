// SPDX-License-Identifier: Apache-2.0
#include "core/service/presence.h"

#include "core/service/case_access.h"
#include "core/service/feed.h"

namespace madoguchi::service {
namespace {

/// Said again every 20 seconds, one that is missed does not matter.
constexpr std::chrono::seconds kPresence{45};

/// The case's sequence, and who may hear of it.
struct Scene {
  std::int64_t sequence = 0;
  store::ChangeEntry entry;
};

Result<Scene> place_of(const Environment& env, const domain::Caller& caller,
                       const std::string& number) {
  return env.database.read([&](db::Session& session) -> Result<Scene> {
    const Result<store::CaseRecord> record = find_case(session, caller, number);
    if (!record) return fail(record.error());
    Scene place;
    place.sequence = record->value.sequence;
    place.entry.event = "case.presence";
    place.entry.object_type = "case";
    place.entry.object_id = record->value.number();
    place.entry.mailboxes = sight_of(session, record->value);
    place.entry.assignee = record->value.assignee;
    place.entry.team = record->value.team;
    place.entry.actor = caller.agent;
    place.entry.actor_name = caller.name;
    return place;
  });
}

std::string name_of(PresenceState state) { return std::string(enum_name(state)); }

}  // namespace

void PresenceService::forget_gone(Rooms& rooms, SteadyPoint now) {
  for (auto& room : rooms) {
    std::erase_if(room.second, [&](const auto& one) { return one.second.until <= now; });
  }
  std::erase_if(rooms, [](const auto& room) { return room.second.empty(); });
}

std::vector<PresentDto> PresenceService::dtos_of(const Rooms& rooms, std::int64_t sequence) {
  std::vector<PresentDto> dtos;
  const auto room = rooms.find(sequence);
  if (room == rooms.end()) return dtos;
  for (const auto& one : room->second) {
    dtos.push_back({one.first.str(), one.second.name, one.second.state, one.second.since});
  }
  return dtos;
}

Result<std::vector<PresentDto>> PresenceService::list(const domain::Caller& caller,
                                                      const std::string& number) {
  const Result<Scene> place = place_of(env_, caller, number);
  if (!place) return fail(place.error());
  return rooms_.with([&](Rooms& rooms) {
    forget_gone(rooms, env_.clock.steady_now());
    return dtos_of(rooms, place->sequence);
  });
}

std::vector<PresentDto> PresenceService::at(const std::string& number) {
  const std::optional<std::int64_t> sequence = domain::parse_case_number(number);
  if (!sequence) return {};
  return rooms_.with([&](Rooms& rooms) {
    forget_gone(rooms, env_.clock.steady_now());
    return dtos_of(rooms, *sequence);
  });
}

Result<std::vector<PresentDto>> PresenceService::say(const domain::Caller& caller,
                                                     const std::string& number,
                                                     const PresenceDto& presence) {
  Result<Scene> place = place_of(env_, caller, number);
  if (!place) return fail(std::move(place.error()));
  const SteadyPoint now = env_.clock.steady_now();
  std::string before;
  std::vector<PresentDto> there = rooms_.with([&](Rooms& rooms) {
    forget_gone(rooms, now);
    Room& room = rooms[place->sequence];
    const auto known = room.find(caller.agent);
    if (known != room.end()) before = name_of(known->second.state);
    if (presence.state == PresenceState::gone) {
      room.erase(caller.agent);
    } else {
      Present& one = room[caller.agent];
      if (before != name_of(presence.state)) one.since = env_.clock.now();
      one.name = caller.name;
      one.state = presence.state;
      one.until = now + kPresence;
    }
    return dtos_of(rooms, place->sequence);
  });
  const std::string after = presence.state == PresenceState::gone ? "" : name_of(presence.state);
  if (before != after) {
    place->entry.at = env_.clock.now();
    place->entry.fields = {{"presence", before, after}};
    env_.feed.tell(std::move(place->entry));
  }
  return there;
}

}  // namespace madoguchi::service
