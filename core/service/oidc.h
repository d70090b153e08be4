// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/base/guarded.h"
#include "core/base/secret.h"
#include "core/service/dto/oidc_dto.h"
#include "core/service/environment.h"
#include "core/service/id_token.h"
#include "core/service/sessions.h"

namespace madoguchi::service {

/// One configured provider.
struct OidcProvider {
  std::string name;
  std::string label;
  std::string issuer;
  std::string client_id;
  Secret client_secret;  ///< empty: a public client
  std::vector<std::string> scopes;
  std::set<crypto::JwsAlgorithm> algorithms;
  std::vector<std::string> create_domains;  ///< of mail addresses whose owners get an agent
  domain::Role create_role = domain::Role::agent;
  std::string role_claim;
  std::vector<std::pair<std::string, domain::Role>> roles;
};

/// A request to a provider, and its answer whatever its status.
struct ProviderRequest {
  std::string url;
  std::optional<std::string> form = std::nullopt;  ///< POSTed; else GET
  std::string authorization = {};
};
struct ProviderAnswer {
  int status = 0;
  std::string body;
};
using AskProvider = std::function<Result<ProviderAnswer>(const ProviderRequest&)>;

/// What the provider's redirect brought back.
struct OidcReturn {
  std::optional<std::string> code;
  std::optional<std::string> state;
  std::optional<std::string> error;
  std::optional<std::string> issuer;  ///< RFC 9207
};

/// Signing in by OpenID Connect's code flow with PKCE (RFC 6749, 7636, 9700). What ties the way
/// there to the way back is a random text in a cookie of the browser: state, nonce and verifier are
/// made of it, nothing is stored. Asks at most three things of providers at once. Safe for use by
/// many threads.
class OidcService {
 public:
  struct Options {
    std::vector<OidcProvider> providers;
    std::string public_url;
    AskProvider ask;
  };
  OidcService(const Environment& env, SessionService& sessions, Options options)
      : env_(env), sessions_(sessions), options_(std::move(options)) {}

  [[nodiscard]] SignInWaysDto ways() const;

  struct Start {
    std::string location;  ///< where the browser goes
    std::string cookie;    ///< what it has to bring back
  };
  /// `return_to`: a path of ours.
  [[nodiscard]] Result<Start> start(const std::string& provider,
                                    const std::optional<std::string>& return_to);
  struct Finish {
    NewSession session;
    std::string return_to;
  };
  [[nodiscard]] Result<Finish> finish(const std::string& provider, std::string_view cookie,
                                      const OidcReturn& back, const Visitor& visitor);

  [[nodiscard]] Result<std::vector<IdentityDto>> identities(const std::string& agent);
  [[nodiscard]] Result<IdentityDto> link(const Context& context, const std::string& agent,
                                         const IdentityCreateDto& wish);
  [[nodiscard]] Result<void> unlink(const Context& context, const std::string& agent,
                                    const std::string& identity);

 private:
  struct Known {
    std::string authorization_endpoint;
    std::string token_endpoint;
    std::string jwks_uri;
    bool posts_secret = false;  ///< the secret goes into the form
    bool says_issuer = false;   ///< the way back has `iss`
    SteadyPoint read_at{};
  };
  struct Keys {
    std::vector<ProviderKey> keys;
    SteadyPoint read_at{};
    std::optional<SteadyPoint> missed_at = std::nullopt;  ///< read again for one that was not there
  };

  [[nodiscard]] Result<const OidcProvider*> find(const std::string& name) const;
  [[nodiscard]] Result<std::string> ask(const ProviderRequest& request);
  [[nodiscard]] Result<Known> discover(const OidcProvider& provider);
  [[nodiscard]] Result<std::vector<ProviderKey>> keys_of(const OidcProvider& provider,
                                                         const Known& known, bool anew);
  [[nodiscard]] Result<std::string> id_token(const OidcProvider& provider, const Known& known,
                                             const std::string& code, const std::string& verifier);
  [[nodiscard]] Result<IdClaims> claims_of(const OidcProvider& provider, const Known& known,
                                           const std::string& token, const std::string& nonce);
  [[nodiscard]] Result<domain::Agent> agent_of(db::Session& session, const OidcProvider& provider,
                                               const IdClaims& claims);
  [[nodiscard]] std::string redirect_uri(const OidcProvider& provider) const;

  const Environment& env_;
  SessionService& sessions_;
  const Options options_;
  Guarded<std::map<std::string, Known>> known_;  ///< by provider
  Guarded<std::map<std::string, Keys>> keys_;
  Guarded<int> asking_{0};
};

}  // namespace madoguchi::service
