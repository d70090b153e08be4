// SPDX-License-Identifier: Apache-2.0
#include "core/service/sessions.h"

#include "core/crypto/digest.h"
#include "core/crypto/encoding.h"
#include "core/crypto/random.h"
#include "core/service/directory.h"
#include "core/service/unit_of_work.h"
#include "core/store/sessions.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

using domain::Permission;

constexpr std::size_t kSessionBytes = 32;
constexpr std::size_t kMostSessions = 20;
constexpr std::size_t kLongestUserAgent = 200;
/// How exact `seen_at` is.
constexpr std::chrono::minutes kSeenNoted{1};

std::string hash_of(std::string_view text) { return crypto::to_hex(crypto::sha256(text)); }

Error session_is_gone() {
  return Error::not_found({"There is no such session.", "そのセッションはありません。"});
}

void announce_sign_in(const Environment& env, db::Session& session, const domain::Caller& caller,
                      const domain::Session& one, const char* event) {
  store::ChangeEntry entry;
  entry.event = event;
  entry.object_type = "agent";
  entry.object_id = one.agent.str();
  entry.fields = {{"session", "", one.id}, {"from", "", one.peer}};
  announce(env, session, caller, std::move(entry));
}

}  // namespace

std::string csrf_token_of(std::string_view session_text) {
  const crypto::Digest mac = crypto::hmac_sha256(Secret(std::string(session_text)), "csrf");
  return crypto::to_base64url(crypto::as_bytes(mac));
}

bool is_csrf_token_of(const SignedIn& who, std::string_view shown) {
  return !who.csrf_token.empty() && crypto::equal_in_constant_time(who.csrf_token, shown);
}

SessionDto SessionService::dto_of(const domain::Session& session, bool current) {
  SessionDto dto;
  dto.id = session.id;
  dto.agent = session.agent.str();
  dto.method = session.method;
  dto.second_factor = session.second_factor;
  dto.peer = session.peer;
  dto.user_agent = session.user_agent;
  dto.created_at = session.created_at;
  dto.seen_at = session.seen_at;
  dto.ends_at = std::min(session.ends_at, session.seen_at + domain::kSessionIdle);
  dto.current = current;
  return dto;
}

Result<SignedIn> SessionService::authenticate(std::string_view text) {
  if (text.empty() || text.size() > 100) return fail(Error::unauthenticated("not a session"));
  using Found = std::optional<domain::Session>;
  const Result<Found> found = env_.database.read([&](db::Session& session) -> Result<Found> {
    return store::Sessions(session).by_hash(hash_of(text));
  });
  if (!found) return fail(found.error());
  const TimePoint now = env_.clock.now();
  if (!*found || !(*found)->holds(now)) return fail(Error::unauthenticated("no such session"));
  const domain::Session& one = **found;
  Result<domain::Caller> caller = agents_.caller(one.agent);
  if (!caller) return fail(std::move(caller.error()));
  if (now - one.seen_at >= kSeenNoted) {
    // Not worth refusing anybody when it cannot be written.
    (void)env_.database.in_transaction([&](db::Session& session) -> Result<void> {
      store::Sessions(session).seen(one.id, now);
      return {};
    });
  }
  SignedIn who{std::move(*caller), "", one.id, csrf_token_of(text)};
  // A provider that people sign in by asks for its own factors.
  who.enrolling = one.method == domain::SignInMethod::password && !one.second_factor &&
                  demands_second_factor(who.caller);
  return who;
}

bool SessionService::holds(const std::string& id) {
  const Result<bool> there = env_.database.read([&](db::Session& session) -> Result<bool> {
    const std::optional<domain::Session> one = store::Sessions(session).by_id(id);
    return one && one->holds(env_.clock.now());
  });
  return !there || *there;  // the database is away: nothing changes while it is
}

NewSession SessionService::open(db::Session& session, const domain::Agent& agent,
                                domain::SignInMethod method, bool second_factor,
                                const Visitor& visitor) {
  store::Sessions sessions(session);
  const std::vector<domain::Session> before = sessions.of(agent.id);
  for (std::size_t i = kMostSessions - 1; i < before.size(); ++i) sessions.remove(before[i].id);
  NewSession made;
  made.text = Secret(crypto::random_token(kSessionBytes));
  domain::Session& one = made.session;
  one.id = env_.ids.next();
  one.agent = agent.id;
  one.method = method;
  one.second_factor = second_factor;
  one.peer = visitor.peer;
  one.user_agent = text::one_line(
      text::to_valid_utf8(text::truncate_utf8(visitor.user_agent, kLongestUserAgent)));
  one.created_at = one.seen_at = env_.clock.now();
  one.ends_at = one.created_at + domain::kSessionLength;
  sessions.insert(one, hash_of(made.text.reveal()));
  announce_sign_in(env_, session, {agent.id, agent.name}, one, "agent.signed_in");
  return made;
}

Result<NewSession> SessionService::renew(db::Session& session, const SignedIn& who, bool shown) {
  store::Sessions sessions(session);
  std::optional<domain::Session> one = sessions.by_id(who.session);
  if (!one) return fail(session_is_gone());
  sessions.remove_of(one->agent);
  NewSession made;
  made.text = Secret(crypto::random_token(kSessionBytes));
  made.session = std::move(*one);
  made.session.id = env_.ids.next();
  made.session.second_factor = made.session.second_factor || shown;
  made.session.seen_at = env_.clock.now();
  sessions.insert(made.session, hash_of(made.text.reveal()));
  session.after_commit([&directory = env_.directory] { directory.expire(); });
  return made;
}

Result<std::vector<SessionDto>> SessionService::list(const SignedIn& who,
                                                     const std::optional<std::string>& agent) {
  const domain::AgentId whose = agent ? domain::AgentId(*agent) : who.caller.agent;
  if (whose != who.caller.agent && !who.caller.may(Permission::agents_manage)) {
    return fail(Error::forbidden(
        {"You see your own sessions only.", "閲覧できるのは自分のセッションだけです。"}));
  }
  return env_.database.read([&](db::Session& session) -> Result<std::vector<SessionDto>> {
    std::vector<SessionDto> dtos;
    for (const domain::Session& one : store::Sessions(session).of(whose)) {
      if (one.holds(env_.clock.now())) dtos.push_back(dto_of(one, one.id == who.session));
    }
    return dtos;
  });
}

Result<void> SessionService::end(const SignedIn& who, const std::string& id) {
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::Sessions sessions(session);
    const std::optional<domain::Session> one = sessions.by_id(id == "current" ? who.session : id);
    const bool visible =
        one && (one->agent == who.caller.agent || who.caller.may(Permission::agents_manage));
    if (!visible) return fail(session_is_gone());
    sessions.remove(one->id);
    announce_sign_in(env_, session, who.caller, *one, "agent.signed_out");
    session.after_commit([&directory = env_.directory] { directory.expire(); });
    return {};
  });
}

Result<void> SessionService::forget_old() {
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::Sessions(session).remove_unseen_since(env_.clock.now() - domain::kSessionIdle);
    return {};
  });
}

}  // namespace madoguchi::service
