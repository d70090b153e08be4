// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/oidc.h"

#include "daemon/app/http_client.h"
#include "daemon/app/password_file.h"

namespace madoguchi::app {
namespace {

/// A browser waits for the answer, and a worker with it.
constexpr std::chrono::milliseconds kProviderLimit{5'000};

crypto::JwsAlgorithm algorithm_of(config::OidcAlgorithm algorithm) {
  switch (algorithm) {
    case config::OidcAlgorithm::rs256:
      return crypto::JwsAlgorithm::rs256;
    case config::OidcAlgorithm::rs384:
      return crypto::JwsAlgorithm::rs384;
    case config::OidcAlgorithm::rs512:
      return crypto::JwsAlgorithm::rs512;
    case config::OidcAlgorithm::ps256:
      return crypto::JwsAlgorithm::ps256;
    case config::OidcAlgorithm::ps384:
      return crypto::JwsAlgorithm::ps384;
    case config::OidcAlgorithm::ps512:
      return crypto::JwsAlgorithm::ps512;
    case config::OidcAlgorithm::es256:
      return crypto::JwsAlgorithm::es256;
    case config::OidcAlgorithm::es384:
      return crypto::JwsAlgorithm::es384;
    case config::OidcAlgorithm::es512:
      return crypto::JwsAlgorithm::es512;
    case config::OidcAlgorithm::eddsa:
      return crypto::JwsAlgorithm::eddsa;
  }
  return crypto::JwsAlgorithm::rs256;
}

service::AskProvider provider_asker(const net::HttpClient& client) {
  return [&client](const service::ProviderRequest& request) -> Result<service::ProviderAnswer> {
    Result<net::HttpRequest> wish = http_request(request.url, kProviderLimit);
    if (!wish) return fail(std::move(wish.error()));
    wish->headers = {{"Accept", "application/json"}};
    if (request.form) {
      wish->method = "POST";
      wish->body = *request.form;
      wish->headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    }
    if (!request.authorization.empty()) {
      wish->headers.emplace_back("Authorization", request.authorization);
    }
    net::HttpResult answer = client.send(*wish);
    if (!answer) return fail(net::to_error(answer.error()));
    return service::ProviderAnswer{answer->status, std::move(answer->body)};
  };
}

}  // namespace

domain::Role role_of(config::PersonRole role) {
  switch (role) {
    case config::PersonRole::viewer:
      return domain::Role::viewer;
    case config::PersonRole::agent:
      return domain::Role::agent;
    case config::PersonRole::supervisor:
      return domain::Role::supervisor;
    case config::PersonRole::admin:
      return domain::Role::admin;
  }
  return domain::Role::viewer;
}

Result<service::OidcService::Options> oidc_options(const config::Configuration& configuration,
                                                   const net::HttpClient& client) {
  service::OidcService::Options options;
  const config::HttpSettings& http = configuration.http;
  options.public_url =
      http.public_url.value_or((http.tls_certificate ? "https://" : "http://") + http.listen.str());
  options.ask = provider_asker(client);
  for (const config::OidcSettings& one : configuration.oidc) {
    service::OidcProvider provider;
    provider.name = one.name;
    provider.label = one.label;
    provider.issuer = one.issuer;
    provider.client_id = one.client_id;
    if (one.client_secret_file) {
      Result<Secret> secret = read_password(*one.client_secret_file, "/oidc");
      if (!secret) return fail(std::move(secret.error()));
      provider.client_secret = std::move(*secret);
    }
    provider.scopes = one.scopes;
    for (const config::OidcAlgorithm algorithm : one.algorithms) {
      provider.algorithms.insert(algorithm_of(algorithm));
    }
    provider.create_role = role_of(one.create_role);
    provider.create_domains = one.create_domains;
    provider.role_claim = one.role_claim;
    for (const config::OidcRoleSettings& role : one.roles) {
      provider.roles.emplace_back(role.value, role_of(role.role));
    }
    options.providers.push_back(std::move(provider));
  }
  return options;
}

}  // namespace madoguchi::app
