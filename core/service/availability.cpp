// SPDX-License-Identifier: Apache-2.0
#include "core/service/availability.h"

#include "core/service/unit_of_work.h"

namespace madoguchi::service {

Result<AvailabilityDto> AvailabilityService::get(const domain::Caller& caller) {
  return env_.database.read([&](db::Session& session) -> Result<AvailabilityDto> {
    return AvailabilityDto{store::Assignments(session).availability(caller.agent)};
  });
}

Result<AvailabilityDto> AvailabilityService::put(const Context& context,
                                                 const AvailabilityDto& wish) {
  return command(env_, context, [&](db::Session& session) -> Result<AvailabilityDto> {
    store::Assignments assignments(session);
    const store::Availability before = assignments.availability(context.caller.agent);
    if (before == wish.availability) return wish;
    assignments.set_availability(context.caller.agent, wish.availability, env_.clock.now());
    store::ChangeEntry entry;
    entry.event = "agent.availability_changed";
    entry.object_type = "agent";
    entry.object_id = context.caller.agent.str();
    entry.fields = {{"availability", std::string(enum_name(before)),
                     std::string(enum_name(wish.availability))}};
    announce(env_, session, context.caller, std::move(entry));
    return wish;
  });
}

}  // namespace madoguchi::service
