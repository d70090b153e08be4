// SPDX-License-Identifier: Apache-2.0
// /me/second-factor, /agents/{id}/second-factor
#include "daemon/api/services.h"
#include "daemon/api/visitor.h"

namespace madoguchi::api {
namespace {

using service::CodeDto;
using service::RecoveryCodesDto;

Route factor_route(Route route, const char* id, const char* summary) {
  return std::move(route).id(id).summary(summary).tag("agents").signed_in();
}

Result<Reply<RecoveryCodesDto>> confirm(const Call& call, const Services& services,
                                        const CodeDto& wish) {
  Result<service::SecondFactorService::Confirmed> done =
      services.second_factor.confirm(call.signed_in(), wish, visitor_of(call));
  if (!done) return fail(std::move(done.error()));
  done->codes.csrf_token = service::csrf_token_of(done->session.text.reveal());
  return Reply<RecoveryCodesDto>{std::move(done->codes), 200, with_session(done->session)};
}

}  // namespace

void add_second_factor_routes(RouteTable& table, const Services& services) {
  table.add(factor_route(Route::get("/me/second-factor"), "getSecondFactor",
                         "Whether one signs in with a code too")
                .while_enrolling()
                .handle([services](const Call& call) {
                  return services.second_factor.state(call.signed_in());
                }));
  table.add(factor_route(Route::post("/me/second-factor"), "beginSecondFactor",
                         "A secret for an authenticator app (TOTP, RFC 6238)")
                .description("Nothing is asked for until it is confirmed with a code of the app.")
                .while_enrolling()
                .tells_secret()
                .handle([services](const Call& call) -> Result<service::SecondFactorStartDto> {
                  return services.second_factor.begin(call.signed_in());
                }));
  table.add(
      factor_route(Route::post("/me/second-factor/confirm"), "confirmSecondFactor",
                   "From now on a code of the app is asked for")
          .description("The answer has ten recovery codes, once, and sets another cookie; all "
                       "other sessions of the agent end.")
          .while_enrolling()
          .tells_secret()
          .handle([services](const Call& call, const CodeDto& wish) {
            return confirm(call, services, wish);
          }));
  table.add(
      factor_route(Route::post("/me/second-factor/recovery-codes"), "renewRecoveryCodes",
                   "Ten new recovery codes in place of the old ones")
          .tells_secret()
          .handle([services](const Call& call, const CodeDto& wish) -> Result<RecoveryCodesDto> {
            return services.second_factor.renew_codes(call.signed_in(), wish, visitor_of(call));
          }));
  table.add(factor_route(Route::post("/me/second-factor/remove"), "removeSecondFactor",
                         "No code is asked for any more")
                .handle([services](const Call& call, const CodeDto& wish) -> Result<void> {
                  return services.second_factor.remove(call.signed_in(), wish, visitor_of(call));
                }));
  table.add(Route::del("/agents/{id}/second-factor")
                .id("resetSecondFactor")
                .summary("Takes away the second factor of somebody who has lost it")
                .description("The agent's sessions end. The password alone is enough until another "
                             "factor is added.")
                .tag("agents")
                .needs(domain::Permission::agents_manage)
                .handle([services](const Call& call) -> Result<void> {
                  return services.second_factor.reset(context_of(call, services), call.path("id"));
                }));
}

}  // namespace madoguchi::api
