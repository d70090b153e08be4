// SPDX-License-Identifier: Apache-2.0
// /surveys, /customers/{number}/surveys
#include "daemon/api/cursor.h"
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::SurveyResponseDto;

Result<Page<SurveyResponseDto>> page_of(Result<service::SurveyListing> listing,
                                        std::string_view list) {
  if (!listing) return fail(std::move(listing.error()));
  Page<SurveyResponseDto> page;
  page.items = std::move(listing->items);
  if (listing->next) page.next_cursor = encode_cursor(list, *listing->next);
  return page;
}

Result<Page<SurveyResponseDto>> list_surveys(const Call& call, const Services& services) {
  store::SurveyQuery query;
  if (call.text("linked")) query.linked = call.flag("linked");
  query.accounts = call.texts("account");
  query.limit = static_cast<int>(call.limit());
  const auto after = call.after("surveys");
  if (!after) return fail(after.error());
  return page_of(services.surveys.list(call.caller(), query, *after), "surveys");
}

Result<Page<SurveyResponseDto>> list_customer_surveys(const Call& call, const Services& services) {
  const auto after = call.after("customer_surveys");
  if (!after) return fail(after.error());
  return page_of(services.surveys.of_customer(call.caller(), call.path("number"), *after,
                                              static_cast<int>(call.limit())),
                 "customer_surveys");
}

Route survey_route(Route route, const char* id, const char* summary, Permission permission) {
  return std::move(route).id(id).summary(summary).tag("surveys").needs(permission);
}

}  // namespace

void add_survey_routes(RouteTable& table, const Services& services) {
  table.add(survey_route(Route::get("/customers/{number}/surveys"), "listCustomerSurveys",
                         "What the customer answered in surveys, last answered first",
                         Permission::customers_read)
                .paged()
                .handle([services](const Call& call) -> Result<Page<SurveyResponseDto>> {
                  return list_customer_surveys(call, services);
                }));
  table.add(survey_route(Route::get("/surveys"), "listSurveys",
                         "Survey responses, last answered first", Permission::customers_read)
                .query_flag("linked", "false: only those that are nobody's yet.")
                .query_texts("account", "The connected account they came from.")
                .paged()
                .handle([services](const Call& call) -> Result<Page<SurveyResponseDto>> {
                  return list_surveys(call, services);
                }));
  table.add(survey_route(Route::post("/surveys"), "takeSurveys", "Tells of survey responses",
                         Permission::customers_transfer)
                .description("For programs that know a survey service. The same account and "
                             "external_id again is the same response, as it is now. Whoever it "
                             "names gets it, at once or when that customer is registered.")
                .handle([services](const Call& call, const service::ToldSurveysDto& told)
                            -> Result<service::TakenSurveysDto> {
                  return services.surveys.take(context_of(call, services), told);
                }));
  table.add(survey_route(Route::get("/surveys/{id}"), "getSurvey", "One survey response",
                         Permission::customers_read)
                .handle([services](const Call& call) -> Result<SurveyResponseDto> {
                  return services.surveys.get(call.caller(), call.path("id"));
                }));
  table.add(
      survey_route(Route::patch("/surveys/{id}"), "patchSurvey", "Says whose response it is",
                   Permission::customers_write)
          .needs_if_match()
          .handle([services](const Call& call,
                             const service::SurveyPatchDto& wish) -> Result<SurveyResponseDto> {
            return services.surveys.patch(context_of(call, services), call.path("id"), wish);
          }));
}

}  // namespace madoguchi::api
