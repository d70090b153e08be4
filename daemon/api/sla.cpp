// SPDX-License-Identifier: Apache-2.0
// /business-hours, /sla-policies
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::BusinessHoursDto;
using service::SlaPolicyDto;

constexpr int kFirstHolidays = 2007;
constexpr int kLastHolidays = 2099;

template <class T>
Result<Created<T>> made_at(const char* path, Result<T> made) {
  if (!made) return fail(std::move(made.error()));
  std::string location = std::string(kBase) + path + made->id;
  return Created<T>{std::move(*made), std::move(location)};
}

void add_hours_routes(RouteTable& table, const Services& services) {
  table.add(Route::get("/business-hours")
                .id("listBusinessHours")
                .summary("All business hours, archived ones too")
                .tag("sla")
                .needs(Permission::settings_read)
                .handle([services](const Call&) -> Result<Page<BusinessHoursDto>> {
                  return whole_page(services.sla.hours());
                }));
  table.add(Route::post("/business-hours")
                .id("createBusinessHours")
                .summary("Adds business hours")
                .tag("sla")
                .needs(Permission::settings_write)
                .handle([services](const Call& call, const service::BusinessHoursCreateDto& wish)
                            -> Result<Created<BusinessHoursDto>> {
                  return made_at("/business-hours/",
                                 services.sla.create_hours(context_of(call, services), wish));
                }));
  table.add(Route::get("/business-hours/{id}")
                .id("getBusinessHours")
                .summary("One of them")
                .tag("sla")
                .needs(Permission::settings_read)
                .handle([services](const Call& call) -> Result<BusinessHoursDto> {
                  return services.sla.hours(call.path("id"));
                }));
  table.add(Route::patch("/business-hours/{id}")
                .id("patchBusinessHours")
                .summary("Changes or archives business hours")
                .description("Due times of cases that are not handled follow within a moment.")
                .tag("sla")
                .needs(Permission::settings_write)
                .needs_if_match()
                .handle([services](const Call& call, const service::BusinessHoursPatchDto& wish)
                            -> Result<BusinessHoursDto> {
                  return services.sla.patch_hours(context_of(call, services), call.path("id"),
                                                  wish);
                }));
  table.add(
      Route::get("/business-hours/{id}/days")
          .id("getBusinessDays")
          .summary("The national holidays of a year, and how long the desk works in it")
          .tag("sla")
          .needs(Permission::settings_read)
          .query_integer("year", "The year; default: this one.", kFirstHolidays, kLastHolidays)
          .handle([services](const Call& call) -> Result<service::BusinessDaysDto> {
            const auto now = domain::BusinessDate::of(services.clock.now()).str();
            const std::int64_t year = call.integer("year").value_or(std::stoi(now));
            return services.sla.days(call.path("id"), static_cast<int>(year));
          }));
}

void add_policy_routes(RouteTable& table, const Services& services) {
  table.add(Route::get("/sla-policies")
                .id("listSlaPolicies")
                .summary("All SLA policies in their order, archived ones too")
                .tag("sla")
                .needs(Permission::settings_read)
                .handle([services](const Call&) -> Result<Page<SlaPolicyDto>> {
                  return whole_page(services.sla.policies());
                }));
  table.add(Route::post("/sla-policies")
                .id("createSlaPolicy")
                .summary("Adds an SLA policy")
                .description(
                    "The first policy that fits a case counts. Of each condition that is given, a "
                    "case has one of the values.")
                .tag("sla")
                .needs(Permission::settings_write)
                .handle([services](const Call& call, const service::SlaPolicyCreateDto& wish)
                            -> Result<Created<SlaPolicyDto>> {
                  return made_at("/sla-policies/",
                                 services.sla.create_policy(context_of(call, services), wish));
                }));
  table.add(Route::get("/sla-policies/{id}")
                .id("getSlaPolicy")
                .summary("One of them")
                .tag("sla")
                .needs(Permission::settings_read)
                .handle([services](const Call& call) -> Result<SlaPolicyDto> {
                  return services.sla.policy(call.path("id"));
                }));
  table.add(Route::patch("/sla-policies/{id}")
                .id("patchSlaPolicy")
                .summary("Changes or archives an SLA policy")
                .description("Due times of cases that are not handled follow within a moment; what "
                             "was handled keeps how it ended.")
                .tag("sla")
                .needs(Permission::settings_write)
                .needs_if_match()
                .handle([services](const Call& call,
                                   const service::SlaPolicyPatchDto& wish) -> Result<SlaPolicyDto> {
                  return services.sla.patch_policy(context_of(call, services), call.path("id"),
                                                   wish);
                }));
}

}  // namespace

void add_sla_routes(RouteTable& table, const Services& services) {
  add_hours_routes(table, services);
  add_policy_routes(table, services);
}

}  // namespace madoguchi::api
