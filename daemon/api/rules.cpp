// SPDX-License-Identifier: Apache-2.0
// /rules
#include "daemon/api/cursor.h"
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::RuleDto;

constexpr char kRunsCursor[] = "rule_runs";

Route rule_route(Route route, const char* id, const char* summary, Permission permission) {
  return std::move(route).id(id).summary(summary).tag("automation").needs(permission);
}

Result<Page<service::RuleRunDto>> list_runs(const Call& call, const Services& services) {
  const auto after = call.after(kRunsCursor);
  if (!after) return fail(after.error());
  Result<service::RuleRunListing> listing =
      services.rules.runs(call.caller(), call.path("id"), *after, static_cast<int>(call.limit()));
  if (!listing) return fail(std::move(listing.error()));
  Page<service::RuleRunDto> page;
  page.items = std::move(listing->items);
  if (listing->next) page.next_cursor = encode_cursor(kRunsCursor, *listing->next);
  return page;
}

}  // namespace

void add_rule_routes(RouteTable& table, const Services& services) {
  table.add(rule_route(Route::get("/rules"), "listRules", "All rules, in the order they are tried",
                       Permission::settings_read)
                .handle([services](const Call&) -> Result<Page<RuleDto>> {
                  Result<std::vector<RuleDto>> all = services.rules.list();
                  if (!all) return fail(std::move(all.error()));
                  return Page<RuleDto>{std::move(*all), std::nullopt, std::nullopt, std::nullopt};
                }));
  table.add(
      rule_route(Route::post("/rules"), "createRule", "Adds a rule", Permission::settings_write)
          .description("After one of its events, when its conditions hold, its actions are done, "
                       "as one change of the case that its history shows with the reason. A rule "
                       "acts once because of one change; rules that set each other off are held "
                       "back.")
          .handle([services](const Call& call,
                             const service::RuleCreateDto& wish) -> Result<Created<RuleDto>> {
            Result<RuleDto> made = services.rules.create(context_of(call, services), wish);
            if (!made) return fail(std::move(made.error()));
            std::string location = std::string(kBase) + "/rules/" + made->id;
            return Created<RuleDto>{std::move(*made), std::move(location)};
          }));
  table.add(rule_route(Route::get("/rules/{id}"), "getRule", "One rule", Permission::settings_read)
                .handle([services](const Call& call) -> Result<RuleDto> {
                  return services.rules.get(call.path("id"));
                }));
  table.add(rule_route(Route::patch("/rules/{id}"), "patchRule", "Changes a rule, or switches it",
                       Permission::settings_write)
                .needs_if_match()
                .handle([services](const Call& call,
                                   const service::RulePatchDto& wish) -> Result<RuleDto> {
                  return services.rules.patch(context_of(call, services), call.path("id"), wish);
                }));
  table.add(rule_route(Route::del("/rules/{id}"), "deleteRule", "Deletes a rule",
                       Permission::settings_write)
                .needs_if_match()
                .handle([services](const Call& call) -> Result<void> {
                  return services.rules.remove(context_of(call, services), call.path("id"));
                }));
  table.add(rule_route(Route::get("/rules/{id}/runs"), "listRuleRuns",
                       "What became of the rule, newest first", Permission::settings_read)
                .paged()
                .whole_desk()
                .handle([services](const Call& call) -> Result<Page<service::RuleRunDto>> {
                  return list_runs(call, services);
                }));
  table.add(rule_route(Route::post("/rules/dry-run"), "dryRunRule",
                       "What a rule would do to cases that are there", Permission::settings_write)
                .description("Looks at the newest cases of the filter as they are now, whatever "
                             "the rule's events. Nothing is changed.")
                .handle([services](const Call& call, const service::RuleDryRunDto& wish)
                            -> Result<service::RuleDryRunAnswerDto> {
                  return services.rules.dry_run(call.caller(), wish);
                }));
}

}  // namespace madoguchi::api
