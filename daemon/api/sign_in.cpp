// SPDX-License-Identifier: Apache-2.0
// /sessions, /password-links, /me/password, /agents/{id}/invitation
#include "daemon/api/browser.h"
#include "daemon/api/services.h"
#include "daemon/api/visitor.h"

namespace madoguchi::api {

service::Visitor visitor_of(const Call& call) {
  return {call.request().peer, std::string(call.header("User-Agent").value_or(""))};
}

http::Headers with_session(const service::NewSession& made) {
  http::Headers headers;
  headers.add("Set-Cookie", set_cookie(kSessionCookie, made.text.reveal()));
  return headers;
}

namespace {

using domain::Permission;
using service::SessionDto;

SessionDto dto_of(const service::NewSession& made) {
  SessionDto dto = service::SessionService::dto_of(made.session, true);
  dto.csrf_token = service::csrf_token_of(made.text.reveal());
  return dto;
}

Result<Created<SessionDto>> sign_in(const Call& call, const Services& services,
                                    const service::SignInDto& wish) {
  if (comes_from_elsewhere(call.request(), services.public_url)) {
    return fail(Error::forbidden(
        {"Sign in on a page of the hub.", "窓口の画面からサインインしてください。"}));
  }
  Result<service::NewSession> made = services.sign_in.sign_in(wish, visitor_of(call));
  if (!made) return fail(std::move(made.error()));
  return Created<SessionDto>{dto_of(*made), std::string(kBase) + "/sessions/" + made->session.id,
                             with_session(*made)};
}

Result<NoContent> sign_out(const Call& call, const Services& services) {
  const std::string& id = call.path("id");
  if (Result<void> done = services.sessions.end(call.signed_in(), id); !done) {
    return fail(std::move(done.error()));
  }
  NoContent answer;
  if (id == "current" || id == call.signed_in().session) {
    answer.headers.add("Set-Cookie", set_cookie(kSessionCookie, ""));
  }
  return answer;
}

void add_sessions(RouteTable& table, const Services& services) {
  table.add(
      Route::post("/sessions")
          .id("signIn")
          .summary("Signs in with a password")
          .description("Sets the cookie of a session that ends after 30 minutes without a "
                       "call, and after 12 hours. Repeated failures are slowed down: 429 with "
                       "Retry-After.")
          .tag("agents")
          .open()
          .fails_with({401, 403})
          .handle([services](const Call& call, const service::SignInDto& wish) {
            return sign_in(call, services, wish);
          }));
  table.add(
      Route::get("/sessions")
          .id("listSessions")
          .summary("Where one is signed in")
          .tag("agents")
          .signed_in()
          .query_text("agent", "Of that agent; needs the permission agents_manage.", 100)
          .handle([services](const Call& call) -> Result<Page<SessionDto>> {
            Result<std::vector<SessionDto>> all =
                services.sessions.list(call.signed_in(), call.text("agent"));
            if (!all) return fail(std::move(all.error()));
            return Page<SessionDto>{std::move(*all), std::nullopt, std::nullopt, std::nullopt};
          }));
  table.add(Route::del("/sessions/{id}")
                .id("endSession")
                .summary("Signs out: ends a session with its live streams")
                .description("`current` is the session of the call. With agents_manage anybody's.")
                .tag("agents")
                .signed_in()
                .while_enrolling()
                .handle([services](const Call& call) { return sign_out(call, services); }));
}

void add_passwords(RouteTable& table, const Services& services) {
  table.add(
      Route::post("/agents/{id}/invitation")
          .id("inviteAgent")
          .summary("Makes a link by which an agent sets a password")
          .description("For a new agent, or one who has forgotten it. The link can be used once, "
                       "within 30 minutes; it makes older ones void. Hand it over yourself.")
          .tag("agents")
          .needs(Permission::agents_manage)
          .tells_secret()
          .handle([services](const Call& call) -> Result<Reply<service::PasswordLinkDto>> {
            Result<service::PasswordLinkDto> made =
                services.sign_in.make_link(context_of(call, services), call.path("id"));
            if (!made) return fail(std::move(made.error()));
            return Reply<service::PasswordLinkDto>{std::move(*made)};
          }));
  table.add(
      Route::post("/password-links/use")
          .id("usePasswordLink")
          .summary("Sets a password by a link")
          .description("Every session of the agent ends; sign in with the new password.")
          .tag("agents")
          .open()
          .fails_with({404})
          .handle([services](const Call&, const service::PasswordByLinkDto& wish) -> Result<void> {
            return services.sign_in.use_link(wish);
          }));
  table.add(
      Route::put("/me/password")
          .id("changePassword")
          .summary("Changes one's own password")
          .description("By a session. The answer sets another cookie and has another CSRF "
                       "token; all other sessions of the agent end.")
          .tag("agents")
          .signed_in()
          .handle([services](const Call& call,
                             const service::PasswordChangeDto& wish) -> Result<Reply<SessionDto>> {
            Result<service::NewSession> made =
                services.sign_in.change_password(call.signed_in(), wish, visitor_of(call));
            if (!made) return fail(std::move(made.error()));
            return Reply<SessionDto>{dto_of(*made), 200, with_session(*made)};
          }));
}

}  // namespace

void add_sign_in_routes(RouteTable& table, const Services& services) {
  add_sessions(table, services);
  add_passwords(table, services);
  add_second_factor_routes(table, services);
}

}  // namespace madoguchi::api
