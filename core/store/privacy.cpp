// SPDX-License-Identifier: Apache-2.0
#include "core/store/privacy.h"

#include <limits>

#include "core/store/columns.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kHold{
    "privacy.hold", "SELECT reason, agent_name, at FROM legal_holds WHERE customer_id = $1"};
constexpr db::Statement kPutHold{
    "privacy.put_hold",
    "INSERT INTO legal_holds (customer_id, reason, agent_name, at) VALUES ($1, $2, $3, $4) ON "
    "CONFLICT (customer_id) DO UPDATE SET reason = $2, agent_name = $3, at = $4"};
constexpr db::Statement kRemoveHold{"privacy.remove_hold",
                                    "DELETE FROM legal_holds WHERE customer_id = $1"};

constexpr db::Statement kSaw{
    "privacy.saw",
    "INSERT INTO sightings (customer_id, hour, agent_id, way, agent_name, at) VALUES ($1, $2, $3, "
    "$4, $5, $6) ON CONFLICT DO NOTHING"};
constexpr db::Statement kSeen{
    "privacy.seen",
    "SELECT customer_id, agent_id, agent_name, way, at FROM sightings WHERE customer_id = $1 AND "
    "(hour, agent_id, way) < ($2, $3, $4) ORDER BY hour DESC, agent_id DESC, way DESC LIMIT $5"};

constexpr std::int64_t kHour = std::int64_t{3600} * 1'000'000;
const Sightings::Place kNewest{std::numeric_limits<std::int64_t>::max(), {}, {}};

}  // namespace

std::optional<LegalHold> LegalHolds::of(const domain::CustomerId& customer) {
  const db::Rows rows = session_.run(kHold, {customer});
  if (rows.empty()) return std::nullopt;
  const db::Row row = rows.front();
  return LegalHold{row.string(0), row.string(1), row.time(2)};
}

void LegalHolds::put(const domain::CustomerId& customer, const LegalHold& hold) {
  session_.queue(kPutHold, {customer, hold.reason, hold.agent_name, hold.at});
}

void LegalHolds::remove(const domain::CustomerId& customer) {
  session_.queue(kRemoveHold, {customer});
}

void Sightings::add(const Sighting& sighting) {
  session_.queue(kSaw, {sighting.customer, to_micros(sighting.at) / kHour, sighting.agent,
                        enum_name(sighting.way), sighting.agent_name, sighting.at});
}

Sightings::Place Sightings::place_of(const Sighting& sighting) {
  return {to_micros(sighting.at) / kHour, sighting.agent.str(),
          std::string(enum_name(sighting.way))};
}

std::vector<Sighting> Sightings::of(const domain::CustomerId& customer,
                                    const std::optional<Place>& after, int limit) {
  const Place& place = after ? *after : kNewest;
  const db::Rows rows =
      session_.run(kSeen, {customer, place.hour, place.agent, place.way, limit + 1});
  std::vector<Sighting> sightings;
  for (const db::Row row : db::each(rows)) {
    sightings.push_back({row.id<domain::CustomerId>(0), row.id<domain::AgentId>(1), row.string(2),
                         enum_column<Way>(row.text(3)), row.time(4)});
  }
  return sightings;
}

}  // namespace madoguchi::store
