// SPDX-License-Identifier: Apache-2.0
// /tokens
#include "daemon/api/services.h"

namespace madoguchi::api {

using service::TokenDto;

void add_token_routes(RouteTable& table, const Services& services) {
  table.add(Route::get("/tokens")
                .id("listTokens")
                .summary("Bearer tokens, newest first")
                .tag("agents")
                .signed_in()
                .query_text("agent", "Of that agent; needs the permission agents_manage.", 100)
                .handle([services](const Call& call) -> Result<Page<TokenDto>> {
                  Result<std::vector<TokenDto>> all =
                      services.tokens.list(call.caller(), call.text("agent"));
                  if (!all) return fail(std::move(all.error()));
                  return Page<TokenDto>{std::move(*all), std::nullopt, std::nullopt, std::nullopt};
                }));
  table.add(
      Route::post("/tokens")
          .id("createToken")
          .summary("Makes a bearer token for a program")
          .description("For oneself, with one's own rights; with agents_manage also for an "
                       "agent whose role is integration. The answer has the token, once.")
          .tag("agents")
          .signed_in()
          .tells_secret()
          .handle([services](const Call& call,
                             const service::TokenCreateDto& wish) -> Result<Created<TokenDto>> {
            Result<TokenDto> made = services.tokens.create(context_of(call, services), wish);
            if (!made) return fail(std::move(made.error()));
            std::string location = std::string(kBase) + "/tokens/" + made->id;
            return Created<TokenDto>{std::move(*made), std::move(location)};
          }));
  table.add(Route::del("/tokens/{id}")
                .id("revokeToken")
                .summary("Revokes a token; its live streams end")
                .tag("agents")
                .signed_in()
                .handle([services](const Call& call) -> Result<void> {
                  return services.tokens.revoke(context_of(call, services), call.path("id"));
                }));
}

}  // namespace madoguchi::api
