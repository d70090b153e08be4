// SPDX-License-Identifier: Apache-2.0
// /sign-in, /oidc/{provider}/start, /oidc/{provider}/callback, /agents/{id}/identities
#include "daemon/api/oidc.h"

#include "daemon/api/browser.h"
#include "daemon/api/visitor.h"

namespace madoguchi::api {

/// 303: the browser goes on there.
struct SeeOther {
  http::Headers headers;
};

template <>
struct Answering<SeeOther> {
  static constexpr int kStatus = 303;
  static const json::Type* type() { return nullptr; }
  static http::Response render(SeeOther& other, std::uint32_t) {
    return {kStatus, std::move(other.headers), {}};
  }
};

namespace {

using domain::Permission;
using service::IdentityDto;

constexpr std::string_view kFlowCookie = "__Host-oidc";
constexpr int kFlowSeconds = 600;

Result<SeeOther> start(const Call& call, service::OidcService& oidc) {
  Result<service::OidcService::Start> begun =
      oidc.start(call.path("provider"), call.text("return_to"));
  if (!begun) return fail(std::move(begun.error()));
  SeeOther other;
  other.headers.add("Location", std::move(begun->location));
  other.headers.add("Set-Cookie", set_cookie(kFlowCookie, begun->cookie, kFlowSeconds));
  return other;
}

Result<SeeOther> finish(const Call& call, service::OidcService& oidc) {
  const service::OidcReturn back{call.text("code"), call.text("state"), call.text("error"),
                                 call.text("iss")};
  Result<service::OidcService::Finish> done =
      oidc.finish(call.path("provider"), cookie_of(call.request(), kFlowCookie).value_or(""), back,
                  visitor_of(call));
  if (!done) return fail(std::move(done.error()));
  SeeOther other;
  other.headers = with_session(done->session);
  other.headers.add("Set-Cookie", set_cookie(kFlowCookie, ""));
  other.headers.add("Location", std::move(done->return_to));
  return other;
}

void add_flow(RouteTable& table, service::OidcService& oidc) {
  table.add(
      Route::get("/sign-in")
          .id("listSignInWays")
          .summary("How people can sign in")
          .tag("agents")
          .open()
          .handle([&oidc](const Call&) -> Result<service::SignInWaysDto> { return oidc.ways(); }));
  table.add(Route::get("/oidc/{provider}/start")
                .id("startOidc")
                .summary("Sends the browser to a provider to sign in (OpenID Connect)")
                .description("For a link or button of a page, not for fetch().")
                .tag("agents")
                .open()
                .query_text("return_to", "A path of the hub to come back to; default /app/.", 500)
                .fails_with({422})
                .handle([&oidc](const Call& call) { return start(call, oidc); }));
  table.add(Route::get("/oidc/{provider}/callback")
                .id("finishOidc")
                .summary("Where the provider sends the browser back")
                .description("Opens a session for the agent whose account it is.")
                .tag("agents")
                .open()
                .query_text("code", "What the provider gives.", 4000)
                .query_text("state", "What it was given.", 500)
                .query_text("iss", "Who it is (RFC 9207).", 500)
                .query_text("error", "Why it refuses.", 500)
                .query_text("error_description", "The same in words.", 2000)
                .query_text("error_uri", "More about it.", 2000)
                .query_text("session_state", "Not used.", 2000)
                .query_text("scope", "Not used.", 2000)
                .query_text("authuser", "Not used.", 200)
                .query_text("hd", "Not used.", 200)
                .query_text("prompt", "Not used.", 200)
                .fails_with({401, 403})
                .handle([&oidc](const Call& call) { return finish(call, oidc); }));
}

}  // namespace

void add_oidc_routes(RouteTable& table, service::OidcService& oidc, const Services& services) {
  add_flow(table, oidc);
  table.add(
      Route::get("/agents/{id}/identities")
          .id("listIdentities")
          .summary("An agent's accounts at providers")
          .tag("agents")
          .needs(Permission::agents_manage)
          .handle([&oidc](const Call& call) -> Result<Page<IdentityDto>> {
            Result<std::vector<IdentityDto>> all = oidc.identities(call.path("id"));
            if (!all) return fail(std::move(all.error()));
            return Page<IdentityDto>{std::move(*all), std::nullopt, std::nullopt, std::nullopt};
          }));
  table.add(Route::post("/agents/{id}/identities")
                .id("linkIdentity")
                .summary("Lets an agent sign in by an account at a provider")
                .description("By its subject, or by a mail address that the provider has verified; "
                             "from the first sign-in on the subject alone counts.")
                .tag("agents")
                .needs(Permission::agents_manage)
                .handle([&oidc, services](const Call& call, const service::IdentityCreateDto& wish)
                            -> Result<Created<IdentityDto>> {
                  Result<IdentityDto> made =
                      oidc.link(context_of(call, services), call.path("id"), wish);
                  if (!made) return fail(std::move(made.error()));
                  std::string location =
                      std::string(kBase) + "/agents/" + call.path("id") + "/identities/" + made->id;
                  return Created<IdentityDto>{std::move(*made), std::move(location)};
                }));
  table.add(Route::del("/agents/{id}/identities/{identity}")
                .id("unlinkIdentity")
                .summary("The account lets nobody in any more")
                .tag("agents")
                .needs(Permission::agents_manage)
                .handle([&oidc, services](const Call& call) -> Result<void> {
                  return oidc.unlink(context_of(call, services), call.path("id"),
                                     call.path("identity"));
                }));
}

}  // namespace madoguchi::api
