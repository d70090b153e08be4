// SPDX-License-Identifier: Apache-2.0
#include "core/service/oidc.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/crypto/digest.h"
#include "core/crypto/encoding.h"
#include "core/crypto/random.h"
#include "core/domain/names.h"
#include "core/json/value.h"
#include "core/net/url.h"
#include "core/service/directory.h"
#include "core/service/unit_of_work.h"
#include "core/store/agents.h"
#include "core/store/identities.h"
#include "core/store/sessions.h"
#include "core/text/percent.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

using View = std::shared_ptr<const DirectoryView>;

constexpr std::size_t kFlowBytes = 32;
constexpr std::size_t kLongestReturn = 500;
constexpr std::chrono::hours kReadAgain{1};
/// For a key that is not there, no more often than this.
constexpr std::chrono::seconds kKeysReadAgain{60};
constexpr int kMostAsking = 3;

constexpr observe::LogMessage kProviderNotBelieved{
    "oidc.not_believed", observe::Level::warning,
    "What a provider said about somebody who signs in could not be believed.",
    "The error says which check failed. After a change at the provider compare [[oidc]] with it: "
    "issuer, client_id, algorithms; look at both clocks. Without one somebody tries things out."};

Error no_such_provider() {
  return Error::not_found({"There is no such provider.", "その認証の提供元はありません。"});
}

Error not_this_sign_in(const char* why) {
  Error error =
      Error::forbidden({"This does not belong to a sign-in that was begun here. Begin again.",
                        "開始されたサインインと一致しません。もう一度最初からお試しください。"});
  error.type = "provider-not-believed";
  error.detail = why;
  return error;
}

Error provider_failed(std::string detail) {
  return Error::unavailable(std::move(detail), std::chrono::seconds{10});
}

/// One of the texts that are made of a flow's secret.
std::string made_of(const std::string& flow, const OidcProvider& provider, const char* what) {
  const crypto::Digest mac =
      crypto::hmac_sha256(Secret(flow), std::string(what) + "\n" + provider.name);
  return crypto::to_base64url(crypto::as_bytes(mac));
}

std::string form_of(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string form;
  for (const auto& field : fields) {
    form += (form.empty() ? "" : "&") + field.first + "=" + text::percent_encoded(field.second);
  }
  return form;
}

/// Not to anybody else's site.
bool is_own_path(const std::string& path) {
  if (path.empty() || path.size() > kLongestReturn || path[0] != '/') return false;
  if (path.size() > 1 && (path[1] == '/' || path[1] == '\\')) return false;
  return std::none_of(path.begin(), path.end(), [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '\\';
  });
}

std::string mail_domain_of(const std::string& address_key) {
  return address_key.substr(address_key.rfind('@') + 1);
}

std::optional<domain::Role> role_by_claim(const OidcProvider& provider, const IdClaims& claims) {
  for (const auto& one : provider.roles) {
    const auto& said = claims.role_values;
    if (std::find(said.begin(), said.end(), one.first) != said.end()) return one.second;
  }
  return std::nullopt;
}

void announce_identity(const Environment& env, db::Session& session, const domain::Caller& caller,
                       const domain::AgentId& agent, const char* event,
                       std::vector<domain::FieldChange> fields) {
  store::ChangeEntry entry;
  entry.event = event;
  entry.object_type = "agent";
  entry.object_id = agent.str();
  entry.fields = std::move(fields);
  announce(env, session, caller, std::move(entry));
  session.after_commit([&directory = env.directory] { directory.expire(); });
}

}  // namespace

SignInWaysDto OidcService::ways() const {
  SignInWaysDto ways;
  for (const OidcProvider& one : options_.providers) {
    ways.providers.push_back({one.name, one.label, "/api/v1/oidc/" + one.name + "/start"});
  }
  return ways;
}

Result<const OidcProvider*> OidcService::find(const std::string& name) const {
  for (const OidcProvider& one : options_.providers) {
    if (one.name == name) return &one;
  }
  return fail(no_such_provider());
}

std::string OidcService::redirect_uri(const OidcProvider& provider) const {
  return options_.public_url + "/api/v1/oidc/" + provider.name + "/callback";
}

Result<std::string> OidcService::ask(const ProviderRequest& request) {
  const bool got = asking_.with([](int& count) { return count < kMostAsking && ++count > 0; });
  if (!got) return fail(provider_failed("too many sign-ins wait for providers"));
  struct Leave {
    Guarded<int>& asking;
    ~Leave() {
      asking.with([](int& count) { --count; });
    }
  };
  const Leave leave{asking_};
  Result<ProviderAnswer> answer = options_.ask(request);
  if (!answer) return fail(provider_failed(request.url + ": " + answer.error().describe()));
  if (answer->status != 200) {
    return fail(provider_failed(fmt::format("{} answers {}", request.url, answer->status)));
  }
  return std::move(answer->body);
}

Result<OidcService::Known> OidcService::discover(const OidcProvider& provider) {
  const SteadyPoint now = env_.clock.steady_now();
  std::optional<Known> kept = known_.with([&](const auto& known) -> std::optional<Known> {
    const auto found = known.find(provider.name);
    if (found == known.end() || now - found->second.read_at > kReadAgain) return std::nullopt;
    return found->second;
  });
  if (kept) return std::move(*kept);
  std::string base = provider.issuer;
  if (base.back() == '/') base.pop_back();
  const Result<std::string> body = ask({base + "/.well-known/openid-configuration"});
  if (!body) return fail(body.error());
  const Result<json::Value> said = json::parse(*body, 16);
  if (!said) return fail(provider_failed("its configuration is no JSON"));
  Known known;
  known.authorization_endpoint = json::text_at(*said, "/authorization_endpoint").value_or("");
  known.token_endpoint = json::text_at(*said, "/token_endpoint").value_or("");
  known.jwks_uri = json::text_at(*said, "/jwks_uri").value_or("");
  known.says_issuer =
      json::boolean_at(*said, "/authorization_response_iss_parameter_supported").value_or(false);
  if (const json::Value* methods = json::find(*said, "/token_endpoint_auth_methods_supported");
      methods != nullptr && methods->is_array()) {
    const auto has = [&](const char* name) {
      return std::find(methods->begin(), methods->end(), name) != methods->end();
    };
    known.posts_secret = !has("client_secret_basic") && has("client_secret_post");
  }
  known.read_at = now;
  if (json::text_at(*said, "/issuer").value_or("") != provider.issuer) {
    return fail(provider_failed("its configuration names another issuer"));
  }
  for (const std::string* url :
       {&known.authorization_endpoint, &known.token_endpoint, &known.jwks_uri}) {
    if (!net::is_plain_https(*url)) return fail(provider_failed("its configuration lacks an URL"));
  }
  known_.with([&](auto& all) { all[provider.name] = known; });
  return known;
}

Result<std::vector<ProviderKey>> OidcService::keys_of(const OidcProvider& provider,
                                                      const Known& known, bool anew) {
  const SteadyPoint now = env_.clock.steady_now();
  std::optional<Keys> kept = keys_.with([&](const auto& all) -> std::optional<Keys> {
    const auto found = all.find(provider.name);
    if (found == all.end()) return std::nullopt;
    const Keys& last = found->second;
    const bool may_read = anew ? !last.missed_at || now - *last.missed_at > kKeysReadAgain
                               : now - last.read_at > kReadAgain;
    return may_read ? std::nullopt : std::optional(last);
  });
  if (kept) return std::move(kept->keys);
  const Result<std::string> body = ask({known.jwks_uri});
  if (!body) return fail(body.error());
  Result<std::vector<ProviderKey>> keys = read_provider_keys(*body);
  if (!keys) return keys;
  keys_.with([&](auto& all) {
    Keys& last = all[provider.name];
    last = {*keys, now, anew ? std::optional(now) : last.missed_at};
  });
  return keys;
}

Result<OidcService::Start> OidcService::start(const std::string& name,
                                              const std::optional<std::string>& return_to) {
  const Result<const OidcProvider*> found = find(name);
  if (!found) return fail(found.error());
  const OidcProvider& provider = **found;
  const std::string back = return_to.value_or("/app/");
  if (!is_own_path(back)) {
    return fail(Error::invalid("/return_to",
                               {"Give a path of the hub.", "窓口内のパスを指定してください。"}));
  }
  const Result<Known> known = discover(provider);
  if (!known) return fail(known.error());
  const std::string flow = crypto::random_token(kFlowBytes);
  const crypto::Digest challenge = crypto::sha256(made_of(flow, provider, "verifier"));
  std::string scopes;
  for (const std::string& one : provider.scopes) scopes += (scopes.empty() ? "" : " ") + one;
  const std::string query =
      form_of({{"response_type", "code"},
               {"client_id", provider.client_id},
               {"redirect_uri", redirect_uri(provider)},
               {"scope", scopes},
               {"state", made_of(flow, provider, "state")},
               {"nonce", made_of(flow, provider, "nonce")},
               {"code_challenge", crypto::to_base64url(crypto::as_bytes(challenge))},
               {"code_challenge_method", "S256"}});
  const char joint = known->authorization_endpoint.find('?') == std::string::npos ? '?' : '&';
  return Start{known->authorization_endpoint + joint + query,
               flow + "." + crypto::to_base64url(back)};
}

Result<std::string> OidcService::id_token(const OidcProvider& provider, const Known& known,
                                          const std::string& code, const std::string& verifier) {
  std::vector<std::pair<std::string, std::string>> fields = {
      {"grant_type", "authorization_code"},
      {"code", code},
      {"redirect_uri", redirect_uri(provider)},
      {"code_verifier", verifier}};
  ProviderRequest request{known.token_endpoint};
  const std::string& secret = provider.client_secret.reveal();
  if (secret.empty() || known.posts_secret) {
    fields.emplace_back("client_id", provider.client_id);
    if (!secret.empty()) fields.emplace_back("client_secret", secret);
  } else {
    request.authorization = "Basic " + crypto::to_base64(text::percent_encoded(provider.client_id) +
                                                         ":" + text::percent_encoded(secret));
  }
  request.form = form_of(fields);
  const Result<std::string> body = ask(request);
  if (!body) return fail(body.error());
  const Result<json::Value> said = json::parse(*body, 16);
  std::optional<std::string> token =
      said ? json::text_at(*said, "/id_token") : std::optional<std::string>();
  if (!token) return fail(provider_failed("its token answer has no id_token"));
  return std::move(*token);
}

Result<IdClaims> OidcService::claims_of(const OidcProvider& provider, const Known& known,
                                        const std::string& token, const std::string& nonce) {
  const IdTokenWish wish{provider.issuer, provider.client_id, nonce, provider.algorithms,
                         provider.role_claim};
  for (const bool anew : {false, true}) {
    const Result<std::vector<ProviderKey>> keys = keys_of(provider, known, anew);
    if (!keys) return fail(keys.error());
    Result<IdClaims> claims = read_id_token(token, *keys, wish, env_.clock.now());
    if (claims || claims.error().type != "unknown-key" || anew) return claims;
  }
  return fail(Error::internal("no claims"));
}

Result<domain::Agent> OidcService::agent_of(db::Session& session, const OidcProvider& provider,
                                            const IdClaims& claims) {
  store::Identities identities(session);
  store::Agents agents(session);
  const std::optional<EmailAddress> address = [&]() -> std::optional<EmailAddress> {
    Result<EmailAddress> parsed = EmailAddress::parse(claims.email);
    return parsed ? std::optional(std::move(*parsed)) : std::nullopt;
  }();
  std::optional<store::Identity> identity = identities.by_subject(provider.issuer, claims.subject);
  if (!identity && address) identity = identities.by_email(provider.issuer, address->key());
  const std::optional<domain::Role> role = role_by_claim(provider, claims);
  if (!identity) {
    const bool ours =
        address && std::find(provider.create_domains.begin(), provider.create_domains.end(),
                             mail_domain_of(address->key())) != provider.create_domains.end();
    if (!ours || agents.by_name(address->key())) {
      Error error = Error::forbidden(
          {"Nobody here has this account. Ask an administrator to link it.",
           "このアカウントに対応する担当者がいません。管理者に登録を依頼してください。"});
      error.type = "no-agent";
      return fail(std::move(error));
    }
    domain::Agent made;
    made.id = env_.ids.make<domain::AgentId>();
    made.name = address->key();
    made.display_name = claims.name.empty() ? made.name : text::one_line(claims.name);
    made.role = role.value_or(provider.create_role);
    made.created_at = env_.clock.now();
    agents.insert(made);
    announce_identity(env_, session, {{}, "oidc " + provider.name}, made.id, "agent.created",
                      {{"name", "", made.name}});
    identity = store::Identity{env_.ids.next(), made.id,      provider.issuer,
                               claims.subject,  std::nullopt, env_.clock.now()};
    identities.insert(*identity);
  }
  identities.used(identity->id, claims.subject, env_.clock.now());
  std::vector<domain::Agent> all = agents.all();
  const auto found = std::find_if(
      all.begin(), all.end(), [&](const domain::Agent& one) { return one.id == identity->agent; });
  if (found == all.end() || found->disabled) return fail(Error::unauthenticated("disabled agent"));
  if (role && *role != found->role) {
    const std::string before(enum_name(found->role));
    found->role = *role;
    if (!agents.update(*found)) throw db::Failure(db::FailureKind::serialization, "agent changed");
    store::Sessions(session).remove_of(found->id);
    announce_identity(env_, session, {{}, "oidc " + provider.name}, found->id, "agent.changed",
                      {{"role", before, std::string(enum_name(*role))}});
  }
  return std::move(*found);
}

Result<OidcService::Finish> OidcService::finish(const std::string& name, std::string_view cookie,
                                                const OidcReturn& back, const Visitor& visitor) {
  const Result<const OidcProvider*> found = find(name);
  if (!found) return fail(found.error());
  const OidcProvider& provider = **found;
  const std::size_t dot = cookie.find('.');
  if (dot == std::string_view::npos || cookie.size() > 2000) {
    return fail(not_this_sign_in("no cookie of a sign-in"));
  }
  const std::string flow(cookie.substr(0, dot));
  const std::string return_to = crypto::from_base64url(cookie.substr(dot + 1)).value_or("/app/");
  if (!back.state ||
      !crypto::equal_in_constant_time(*back.state, made_of(flow, provider, "state"))) {
    return fail(not_this_sign_in("state: of another sign-in"));
  }
  const Result<Known> known = discover(provider);
  if (!known) return fail(known.error());
  if (back.issuer ? *back.issuer != provider.issuer : known->says_issuer) {
    return fail(not_this_sign_in("iss: another provider"));
  }
  if (back.error || !back.code) {
    Error error = Error::forbidden(
        {"The provider has refused the sign-in.", "認証の提供元がサインインを拒否しました。"});
    error.type = "provider-refused";
    error.detail = back.error.value_or("no code").substr(0, 200);
    return fail(std::move(error));
  }
  const Result<std::string> token =
      id_token(provider, *known, *back.code, made_of(flow, provider, "verifier"));
  if (!token) return fail(token.error());
  const Result<IdClaims> claims =
      claims_of(provider, *known, *token, made_of(flow, provider, "nonce"));
  if (!claims) {
    env_.log.write(kProviderNotBelieved, {observe::Field("provider", provider.name),
                                          observe::Field("error", claims.error())});
    return fail(claims.error());
  }
  Result<NewSession> made =
      env_.database.in_transaction([&](db::Session& session) -> Result<NewSession> {
        const Result<domain::Agent> agent = agent_of(session, provider, *claims);
        if (!agent) return fail(agent.error());
        return sessions_.open(session, *agent, domain::SignInMethod::oidc, false, visitor);
      });
  if (!made) return fail(std::move(made.error()));
  return Finish{std::move(*made), is_own_path(return_to) ? return_to : "/app/"};
}

}  // namespace madoguchi::service
