// SPDX-License-Identifier: Apache-2.0
#include "core/config/configuration_spec.h"

#include <fmt/format.h>

#include <map>

namespace madoguchi::config {
namespace {

Codec<PersonRole> person_role() {
  return choice<PersonRole>({{"viewer", PersonRole::viewer},
                             {"agent", PersonRole::agent},
                             {"supervisor", PersonRole::supervisor},
                             {"admin", PersonRole::admin}});
}

Codec<OidcAlgorithm> oidc_algorithm() {
  return choice<OidcAlgorithm>({{"RS256", OidcAlgorithm::rs256},
                                {"RS384", OidcAlgorithm::rs384},
                                {"RS512", OidcAlgorithm::rs512},
                                {"PS256", OidcAlgorithm::ps256},
                                {"PS384", OidcAlgorithm::ps384},
                                {"PS512", OidcAlgorithm::ps512},
                                {"ES256", OidcAlgorithm::es256},
                                {"ES384", OidcAlgorithm::es384},
                                {"ES512", OidcAlgorithm::es512},
                                {"EdDSA", OidcAlgorithm::eddsa}});
}

Codec<std::string> issuer() {
  return text_that(
      {"an https URL without query and fragment", "クエリとフラグメントのない https の URL"},
      [](std::string_view url) {
        return url.size() > 8 && url.size() <= 500 && url.substr(0, 8) == "https://" &&
               url.find_first_of("?#@ ") == std::string_view::npos;
      });
}

ConfigSpec<OidcRoleSettings> oidc_role_spec() {
  return ConfigSpec<OidcRoleSettings>(
             "A role that people have whose claim has that value; the first that fits.")
      .must("value", &OidcRoleSettings::value, text(200), "cs-leads", "The value.")
      .must("role", &OidcRoleSettings::role, person_role(), PersonRole::supervisor, "The role.");
}

}  // namespace

ConfigSpec<SignInSettings> sign_in_spec() {
  return ConfigSpec<SignInSettings>("How people sign in. Read at start.")
      .may("second_factor_for", &SignInSettings::second_factor_for, list(person_role(), 4),
           "Roles whose people have to give a code of an authenticator app beside the password; "
           "until they have one they can do nothing else than add it.");
}

ConfigSpec<OidcSettings> oidc_spec() {
  return ConfigSpec<OidcSettings>(
             "A provider that people sign in by (OpenID Connect), at /api/v1/oidc/NAME/start; one "
             "such table each. Register PUBLIC_URL/api/v1/oidc/NAME/callback there. Read at start.")
      .must("name", &OidcSettings::name, plain_name(), "company", "NAME of the URLs.")
      .must("label", &OidcSettings::label, text(100), "Company account", "What the button says.")
      .must("issuer", &OidcSettings::issuer, issuer(), "https://login.shop.example",
            "Its issuer, exactly as it writes it; /.well-known/openid-configuration is below it.")
      .must("client_id", &OidcSettings::client_id, text(255), "madoguchi",
            "What it knows the hub by.")
      .may("client_secret_file", &OidcSettings::client_secret_file, config::path(),
           "/etc/madoguchi/oidc.secret",
           "The file whose first line is the client's secret; without it the hub is a public "
           "client.")
      .may("scopes", &OidcSettings::scopes, list(text(100), 20), "What it is asked for.")
      .may("algorithms", &OidcSettings::algorithms, list(oidc_algorithm(), 10),
           "What its ID tokens may be signed with; nothing else is believed.")
      .may("create_domains", &OidcSettings::create_domains, list(host(), 100),
           "Makes agents of unknown people with a verified mail address of one of these domains; "
           "without any an administrator links agents to accounts (POST /agents/{id}/identities).")
      .may("create_role", &OidcSettings::create_role, person_role(),
           "The role of such an agent, unless a claim gives one.")
      .may("role_claim", &OidcSettings::role_claim, text(100),
           "The claim, a text or a list of them, that gives roles by the tables below at each "
           "sign-in.")
      .tables("role", &OidcSettings::roles, oidc_role_spec());
}

void providers_are_distinct(const Configuration& configuration, Complaints& complaints) {
  std::map<std::string, std::size_t> names;
  for (std::size_t i = 0; i < configuration.oidc.size(); ++i) {
    if (!names.emplace(configuration.oidc[i].name, i).second) {
      complaints.about(fmt::format("/oidc/{}/name", i),
                       {"is the name of another provider too", "他の提供元と同じ名前です"},
                       {"a name of its own", "重複しない名前"});
    }
  }
  if (!configuration.oidc.empty() && !configuration.http.public_url &&
      !configuration.http.listen.is_local()) {
    complaints.about("/oidc/0", {"needs [http] public_url", "[http] public_url が必要です"},
                     {"public_url: the provider sends people back there",
                      "public_url（提供元がここへ戻します）"});
  }
}

}  // namespace madoguchi::config
