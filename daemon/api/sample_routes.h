// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/api/dispatcher.h"

/// A small route table and everything the dispatcher needs, for the tests of this folder.
namespace madoguchi::api::sample {

enum class State { open, done };

struct Thing {
  std::string number;
  std::string title;
  State state = State::open;
  std::int64_t version = 1;
};
struct NewThing {
  std::string title;
  std::optional<State> state;
};
struct ThingPatch {
  json::Patch<std::string> title;
};

}  // namespace madoguchi::api::sample

template <>
struct madoguchi::EnumNames<madoguchi::api::sample::State> {
  using State = madoguchi::api::sample::State;
  static constexpr EnumName<State> values[] = {{State::open, "open"}, {State::done, "done"}};
};
template <>
struct madoguchi::json::Table<madoguchi::api::sample::Thing> {
  using Thing = madoguchi::api::sample::Thing;
  static constexpr const char* name = "Thing";
  static const Fields& fields() {
    static const Fields table = json::fields<Thing>(
        field("number", &Thing::number, "The number."), field("title", &Thing::title, "The title."),
        field("state", &Thing::state, ""), field("version", &Thing::version, ""));
    return table;
  }
};
template <>
struct madoguchi::json::Table<madoguchi::api::sample::NewThing> {
  using NewThing = madoguchi::api::sample::NewThing;
  static constexpr const char* name = "NewThing";
  static const Fields& fields() {
    static const Fields table =
        json::fields<NewThing>(field("title", &NewThing::title, "").not_empty().max_length(20),
                               field("state", &NewThing::state, ""));
    return table;
  }
};
template <>
struct madoguchi::json::Table<madoguchi::api::sample::ThingPatch> {
  using ThingPatch = madoguchi::api::sample::ThingPatch;
  static constexpr const char* name = "ThingPatch";
  static const Fields& fields() {
    static const Fields table =
        json::fields<ThingPatch>(field("title", &ThingPatch::title, "").not_null().not_empty());
    return table;
  }
};

namespace madoguchi::api::sample {

/// Things by number, and one method per route.
struct Things {
  std::map<std::string, Thing> all = {{"1", {"1", "first", State::open, 7}}};
  int created = 0;
  std::optional<Answer> waiting = std::nullopt;

  Result<Thing> find(const std::string& number) const {
    const auto found = all.find(number);
    if (found == all.end()) {
      return fail(Error::not_found({"No such thing.", "該当するものがありません。"}));
    }
    return found->second;
  }
};

inline RouteTable routes(Things& things) {
  using domain::Permission;
  RouteTable table;
  table.add(Route::get("/things")
                .id("listThings")
                .summary("Lists things.")
                .tag("things")
                .needs(Permission::cases_read)
                .paged()
                .query_choice<State>("state", "In which state.", true)
                .query_flag("count", "Counts them.")
                .query_time("created_after", "Not before.")
                .handle([&things](const Call& call) -> Result<Page<Thing>> {
                  const auto after = call.after("things");
                  if (!after) return fail(after.error());
                  Page<Thing> page;
                  const std::vector<State> states = call.choices<State>("state");
                  for (const auto& one : things.all) {
                    const bool wanted =
                        states.empty() ||
                        std::find(states.begin(), states.end(), one.second.state) != states.end();
                    if (wanted && page.items.size() < call.limit())
                      page.items.push_back(one.second);
                  }
                  if (call.flag("count")) page.count = std::int64_t(things.all.size());
                  return page;
                }));
  table.add(Route::get("/things/{number}")
                .id("getThing")
                .summary("One thing.")
                .tag("things")
                .needs(Permission::cases_read)
                .handle([&things](const Call& call) { return things.find(call.path("number")); }));
  table.add(Route::post("/things")
                .id("createThing")
                .summary("Creates a thing.")
                .tag("things")
                .needs(Permission::cases_write)
                .handle([&things](const Call&, const NewThing& body) -> Result<Created<Thing>> {
                  ++things.created;
                  Thing thing{std::to_string(things.all.size() + 1), body.title};
                  things.all[thing.number] = thing;
                  return Created<Thing>{thing, "/api/v1/things/" + thing.number};
                }));
  table.add(Route::patch("/things/{number}")
                .id("patchThing")
                .summary("Changes a thing.")
                .tag("things")
                .needs(Permission::cases_write)
                .needs_if_match()
                .handle([&things](const Call& call, const ThingPatch& patch) -> Result<Thing> {
                  Result<Thing> thing = things.find(call.path("number"));
                  if (!thing) return thing;
                  if (call.if_match() && *call.if_match() != thing->version) {
                    return fail(Error::stale().with_member("current", json::to_string(*thing)));
                  }
                  if (patch.title.apply_to(thing->title)) ++thing->version;
                  return things.all[thing->number] = *thing;
                }));
  table.add(Route::post("/things/{number}/finish")
                .id("finishThing")
                .summary("Finishes a thing.")
                .tag("things")
                .needs(Permission::cases_write)
                .handle([](const Call& call) -> Result<void> {
                  const std::string& number = call.path("number");
                  if (number == "busy") return fail(Error::unavailable("disk full"));
                  if (number == "boom") throw std::runtime_error("a secret place");
                  if (number == "taken")
                    return fail(Error::conflict("taken", {"Taken.", "担当済みです。"}));
                  return {};
                }));
  table.add(Route::post("/raw")
                .id("takeRaw")
                .summary("Takes bytes.")
                .needs(Permission::intake_write)
                .takes({"message/rfc822"})
                .max_body(100)
                .query_text("mailbox", "Which.")
                .also({200})
                .handle([](const Call& call, const RawBody& raw) -> Result<Reply<Thing>> {
                  Reply<Thing> reply{
                      {std::to_string(raw.bytes.size()), call.text("mailbox").value_or("")}};
                  reply.status = 201;
                  return reply;
                }));
  table.add(Route::get("/things/{number}/raw")
                .id("getRaw")
                .summary("The bytes.")
                .needs(Permission::raw_read)
                .handle([](const Call&) -> Result<Bytes> {
                  return Bytes{"abc", "text/plain", "見積\"書.txt"};
                }));
  table.add(Route::get("/wait").id("wait").summary("Waits.").signed_in().defer<Thing>(
      [&things](Call, Answer answer) { things.waiting.emplace(std::move(answer)); }));
  table.add(Route::get("/livez").at_root().id("livez").summary("Alive.").open().handle(
      [](const Call&) -> Result<void> { return {}; }));
  table.add(Route::get("/app/{rest...}")
                .at_root()
                .id("app")
                .summary("Files.")
                .open()
                .handle([](const Call& call) -> Result<Bytes> {
                  return Bytes{call.path("rest"), "text/plain"};
                }));
  return table;
}

}  // namespace madoguchi::api::sample
