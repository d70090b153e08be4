// SPDX-License-Identifier: Apache-2.0
#include "core/service/tokens.h"

#include "core/crypto/digest.h"
#include "core/crypto/random.h"
#include "core/service/directory.h"
#include "core/service/rights.h"
#include "core/service/unit_of_work.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

using domain::Permission;

constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kTokenHint = 4;
constexpr std::size_t kKnownTokens = 10'000;
constexpr std::size_t kMostTokens = 100;
constexpr std::string_view kTokenPrefix = "mdg_";
/// How exact `last_used_at` is.
constexpr std::chrono::minutes kUseNoted{10};
/// After what time another replica's revocation is seen.
constexpr std::chrono::seconds kTokenReadAgain{1};

TokenDto dto_of(const store::Token& token) {
  TokenDto dto;
  dto.id = token.id;
  dto.agent = token.agent.str();
  dto.name = token.name;
  dto.hint = token.hint;
  dto.created_at = token.created_at;
  dto.last_used_at = token.last_used_at;
  dto.expires_at = token.expires_at;
  return dto;
}

void announce_token(const Environment& env, db::Session& session, const domain::Caller& caller,
                    const store::Token& token, const char* event) {
  store::ChangeEntry entry;
  entry.event = event;
  entry.object_type = "agent";
  entry.object_id = token.agent.str();
  entry.fields = {{"token", "", token.name.empty() ? token.hint : token.name}};
  announce(env, session, caller, std::move(entry));
}

Error no_such_token() {
  return Error::not_found({"There is no such token.", "そのトークンはありません。"});
}

}  // namespace

NewToken make_token(const Environment& env, db::Session& session, const domain::AgentId& agent,
                    std::string name, std::optional<TimePoint> expires_at) {
  NewToken made;
  made.text = Secret(std::string(kTokenPrefix) + crypto::random_token(kTokenBytes));
  const std::string& text = made.text.reveal();
  made.token = {
      env.ids.next(),  agent,        std::move(name), text.substr(text.size() - kTokenHint),
      env.clock.now(), std::nullopt, expires_at};
  store::Tokens(session).insert(made.token, crypto::to_hex(crypto::sha256(text)));
  return made;
}

Result<store::Token> TokenService::find(const std::string& hash) {
  const std::uint64_t generation = env_.directory.generation();
  const SteadyPoint now = env_.clock.steady_now();
  const bool replicas = env_.database.engine() == db::Engine::postgresql;
  std::optional<store::Token> token =
      known_.with([&](const auto& known) -> std::optional<store::Token> {
        const auto found = known.find(hash);
        if (found == known.end() || found->second.generation != generation) return std::nullopt;
        if (replicas && now - found->second.read_at > kTokenReadAgain) return std::nullopt;
        return found->second.token;
      });
  if (token) return std::move(*token);
  using Found = std::optional<store::Token>;
  Result<Found> read = env_.database.read(
      [&](db::Session& session) -> Result<Found> { return store::Tokens(session).by_hash(hash); });
  if (!read) return fail(std::move(read.error()));
  if (!*read) return fail(Error::unauthenticated("unknown token"));
  known_.with([&](auto& known) {
    if (known.size() >= kKnownTokens) known.clear();
    known[hash] = {**read, generation, now};
  });
  return std::move(**read);
}

void TokenService::note_use(const std::string& hash, const store::Token& token) {
  const TimePoint now = env_.clock.now();
  if (token.last_used_at && now - *token.last_used_at < kUseNoted) return;
  known_.with([&](auto& known) {
    const auto found = known.find(hash);
    if (found != known.end()) found->second.token.last_used_at = now;
  });
  // Not worth refusing anybody when it cannot be written.
  (void)env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::Tokens(session).used(token.id, now);
    return {};
  });
}

Result<SignedIn> TokenService::authenticate(std::string_view text) {
  if (text.substr(0, kTokenPrefix.size()) != kTokenPrefix || text.size() > 200) {
    return fail(Error::unauthenticated("not a token of this hub"));
  }
  const std::string hash = crypto::to_hex(crypto::sha256(text));
  const Result<store::Token> token = find(hash);
  if (!token) return fail(token.error());
  if (token->expires_at && *token->expires_at <= env_.clock.now()) {
    return fail(Error::unauthenticated("expired token"));
  }
  Result<domain::Caller> caller = agents_.caller(token->agent);
  if (!caller) return fail(std::move(caller.error()));
  note_use(hash, *token);
  return SignedIn{std::move(*caller), token->id};
}

bool TokenService::holds(const std::string& id) {
  const Result<bool> there = env_.database.read([&](db::Session& session) -> Result<bool> {
    const std::optional<store::Token> token = store::Tokens(session).by_id(id);
    return token && (!token->expires_at || *token->expires_at > env_.clock.now());
  });
  return !there || *there;  // the database is away: nothing changes while it is
}

Result<std::vector<TokenDto>> TokenService::list(const domain::Caller& caller,
                                                 const std::optional<std::string>& agent) {
  const domain::AgentId whose = agent ? domain::AgentId(*agent) : caller.agent;
  if (whose != caller.agent && !caller.may(Permission::agents_manage)) {
    return fail(Error::forbidden(
        {"You see your own tokens only.", "閲覧できるのは自分のトークンだけです。"}));
  }
  return env_.database.read([&](db::Session& session) -> Result<std::vector<TokenDto>> {
    std::vector<TokenDto> dtos;
    for (const store::Token& token : store::Tokens(session).of(whose))
      dtos.push_back(dto_of(token));
    return dtos;
  });
}

Result<TokenDto> TokenService::create(const Context& context, const TokenCreateDto& wish) {
  if (Result<void> clean = refuse_card_numbers(wish.name, "/name"); !clean) {
    return fail(std::move(clean.error()));
  }
  if (wish.expires_at && *wish.expires_at <= env_.clock.now()) {
    return fail(Error::invalid("/expires_at", {"That time has passed.", "過去の日時です。"}));
  }
  const domain::AgentId whose = wish.agent ? domain::AgentId(*wish.agent) : context.caller.agent;
  if (whose != context.caller.agent) {
    if (!context.caller.may(Permission::agents_manage)) {
      return fail(Error::forbidden(
          {"You can make tokens for yourself only.", "作成できるのは自分のトークンだけです。"}));
    }
    const Result<domain::Caller> other = agents_.caller(whose);
    if (!other || other->role != domain::Role::integration) {
      return fail(Error::invalid(
          "/agent", {"Tokens for others can be made for enabled integrations only; people make "
                     "their own.",
                     "他の担当者に作成できるのは、有効な連携用（integration）の担当者のトークンだけ"
                     "です。ご自身のトークンは各自で作成してください。"}));
    }
    const auto directory = env_.directory.view();
    if (!directory) return fail(directory.error());
    const domain::Agent* agent = (*directory)->agent(whose);
    if (agent == nullptr) return fail(Error::unauthenticated("no such agent"));
    if (Result<void> may = check_may_give(context.caller, *agent, **directory); !may) {
      return fail(std::move(may.error()));
    }
  }
  return command(env_, context, [&](db::Session& session) -> Result<TokenDto> {
    if (store::Tokens(session).of(whose).size() >= kMostTokens) {
      return fail(Error::conflict("too-many-tokens",
                                  {"There are 100 tokens already; revoke some first.",
                                   "トークンは 100 個までです。不要なものを無効にしてください。"}));
    }
    NewToken made = make_token(env_, session, whose, text::one_line(wish.name), wish.expires_at);
    announce_token(env_, session, context.caller, made.token, "agent.token_created");
    TokenDto dto = dto_of(made.token);
    dto.token = made.text.reveal();
    return dto;
  });
}

Result<void> TokenService::revoke(const Context& context, const std::string& id) {
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::Tokens tokens(session);
    const std::optional<store::Token> token = tokens.by_id(id);
    const bool visible = token && (token->agent == context.caller.agent ||
                                   context.caller.may(Permission::agents_manage));
    if (!visible) return fail(no_such_token());
    tokens.remove(id);
    announce_token(env_, session, context.caller, *token, "agent.token_revoked");
    session.after_commit([&directory = env_.directory] { directory.expire(); });
    return {};
  });
}

}  // namespace madoguchi::service
