// SPDX-License-Identifier: Apache-2.0
#include "core/service/feed.h"

#include <algorithm>

#include "core/domain/rights.h"

namespace madoguchi::service {
namespace {

constexpr int kEntriesAtOnce = 200;
constexpr std::chrono::milliseconds kTick{250};

/// What reading a thing of that kind takes.
domain::Permission permission_of(const store::ChangeEntry& entry) {
  using enum domain::Permission;
  struct Kind {
    std::string_view type;
    domain::Permission permission;
  };
  constexpr Kind kKinds[] = {
      {"case", cases_read},     {"message", cases_read},       {"agent", agents_manage},
      {"role", agents_manage},  {"team", agents_manage},       {"webhook", webhooks_manage},
      {"order", orders_read},   {"order_return", orders_read}, {"subscription", orders_read},
      {"product", orders_read}, {"intake", operations_read},   {"import", customers_transfer}};
  for (const Kind& kind : kKinds) {
    if (kind.type == entry.object_type) return kind.permission;
  }
  return entry.customer_id ? customers_read : events_read;
}

}  // namespace

bool may_see(const domain::Caller& caller, const store::ChangeEntry& entry) {
  if (!caller.may(permission_of(entry))) return false;
  const domain::Scope& scope = caller.scope;
  if (scope.is_everything() || scope.is_given(entry.assignee, entry.team)) return true;
  return entry.mailboxes.empty() ? !entry.team : scope.has_one_of(entry.mailboxes);
}

EventDto event_dto(const store::ChangeEntry& entry) {
  EventDto dto;
  dto.id = entry.position.str();
  dto.event = entry.event;
  dto.at = entry.at;
  dto.object_type = entry.object_type;
  dto.object_id = entry.object_id;
  if (!entry.customer_number.empty()) dto.customer = entry.customer_number;
  if (entry.actor) dto.actor = entry.actor->str();
  dto.actor_name = entry.actor_name;
  dto.fields = entry.fields;
  dto.erased = entry.erased;
  return dto;
}

std::string FeedEvent::json_without(std::uint32_t hides) const {
  const bool whole =
      std::none_of(entry.fields.begin(), entry.fields.end(), [&](const domain::FieldChange& one) {
        return (domain::needed_to_see(one.field).bits() & hides) != 0;
      });
  if (whole) return json;
  EventDto dto = event_dto(entry);
  if (passing) dto.id.clear();
  return json::to_string(dto, hides);
}

void Feed::notify() {
  signal_.update([](Signal& signal) { signal.changed = true; });
}

Result<store::Changes::Horizon> Feed::horizon() {
  return database_.read([](db::Session& session) -> Result<store::Changes::Horizon> {
    return store::Changes(session).horizon();
  });
}

Result<std::vector<store::ChangeEntry>> Feed::entries_after(store::FeedPosition position,
                                                            int limit) {
  using Entries = std::vector<store::ChangeEntry>;
  const Result<store::Changes::Horizon> below = horizon();
  if (!below) return fail(below.error());
  return database_.read([&](db::Session& session) -> Result<Entries> {
    return store::History(session, seal_).after(position, *below, limit);
  });
}

Result<std::vector<FeedEvent>> Feed::read_after(store::FeedPosition position) {
  Result<std::vector<store::ChangeEntry>> entries = entries_after(position, kEntriesAtOnce);
  if (!entries) return fail(std::move(entries.error()));
  std::vector<FeedEvent> events;
  events.reserve(entries->size());
  for (store::ChangeEntry& entry : *entries) {
    std::string json = json::to_string(event_dto(entry));
    events.push_back({std::move(entry), std::move(json)});
  }
  return events;
}

Result<store::FeedPosition> Feed::head() {
  const Result<store::Changes::Horizon> below = horizon();
  if (!below) return fail(below.error());
  return database_.read([&](db::Session& session) -> Result<store::FeedPosition> {
    return store::Changes(session).newest(*below);
  });
}

Result<ChangesDto> Feed::page(const domain::Caller& caller, store::FeedPosition after, int limit) {
  const Result<std::vector<store::ChangeEntry>> entries = entries_after(after, limit);
  if (!entries) return fail(entries.error());
  ChangesDto page;
  page.next = entries->empty() ? after.str() : entries->back().position.str();
  for (const store::ChangeEntry& entry : *entries) {
    if (may_see(caller, entry)) page.items.push_back(event_dto(entry));
  }
  return page;
}

Result<void> Feed::subscribe(std::shared_ptr<FeedReader> reader, store::FeedPosition from) {
  while (true) {
    Result<std::vector<FeedEvent>> missed = read_after(from);
    if (!missed) return fail(std::move(missed.error()));
    for (const FeedEvent& event : *missed) {
      if (!reader->deliver(event)) return {};
      from = event.entry.position;
    }
    if (!missed->empty()) continue;
    // Nothing left to catch up with: join where the pump is, or go on if it has moved meanwhile.
    const bool joined = live_.with([&](Live& live) {
      if (live.started && live.position > from) return false;
      if (!live.started) {
        live.started = true;
        live.position = from;
      }
      live.readers.push_back({reader, from});
      return true;
    });
    if (joined) {
      // What was committed since that empty look may have been announced while nobody listened.
      notify();
      return {};
    }
  }
}

void Feed::tell(store::ChangeEntry entry) {
  EventDto dto = event_dto(entry);
  dto.id.clear();
  const FeedEvent event{std::move(entry), json::to_string(dto), true};
  live_.with([&](Live& live) {
    std::erase_if(live.readers,
                  [&](const Joined& joined) { return !joined.reader->deliver(event); });
  });
}

void Feed::pump_once() {
  while (true) {
    const std::optional<store::FeedPosition> position =
        live_.with([](Live& live) -> std::optional<store::FeedPosition> {
          if (live.started && live.readers.empty()) live.started = false;
          return live.started ? std::optional(live.position) : std::nullopt;
        });
    if (!position) return;
    const Result<std::vector<FeedEvent>> events = read_after(*position);
    if (!events || events->empty()) return;
    live_.with([&](Live& live) {
      for (const FeedEvent& event : *events) {
        std::erase_if(live.readers, [&](const Joined& joined) {
          return event.entry.position > joined.from && !joined.reader->deliver(event);
        });
        live.position = event.entry.position;
      }
    });
  }
}

void Feed::tick() {
  const SteadyPoint now = clock_.steady_now();
  live_.with([&](Live& live) {
    std::erase_if(live.readers, [&](const Joined& joined) { return !joined.reader->tick(now); });
  });
}

void Feed::run(const std::stop_token& stop) {
  const std::stop_callback wake(
      stop, [this] { signal_.update([](Signal& signal) { signal.stop = true; }); });
  SteadyPoint next_tick = std::chrono::steady_clock::now() + kTick;
  SteadyPoint next_look = next_tick;
  while (!stop.stop_requested()) {
    bool changed = false;
    signal_.wait_until(
        next_tick, [](const Signal& signal) { return signal.changed || signal.stop; },
        [&](Signal& signal) {
          changed = signal.changed;
          signal.changed = false;
        });
    const SteadyPoint now = std::chrono::steady_clock::now();
    // Other replicas' commits are not announced here: look now and then.
    const bool look = database_.engine() == db::Engine::postgresql && now >= next_look;
    if (changed || look) {
      pump_once();
      next_look = now + kTick;
    }
    if (now >= next_tick) {
      tick();
      next_tick = now + kTick;
    }
  }
}

void Feed::clear() {
  std::vector<Joined> left;
  live_.with([&](Live& live) {
    left.swap(live.readers);
    live.started = false;
  });
  // Whoever waits for a first event hears that there was none.
  for (const Joined& joined : left) (void)joined.reader->tick(SteadyPoint::max());
}

std::size_t Feed::readers() {
  return live_.with([](Live& live) { return live.readers.size(); });
}

}  // namespace madoguchi::service
