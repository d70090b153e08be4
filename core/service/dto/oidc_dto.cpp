// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/oidc_dto.h"

namespace madoguchi::json {

using service::IdentityCreateDto;
using service::IdentityDto;
using service::SignInProviderDto;
using service::SignInWaysDto;

const Fields& Table<SignInProviderDto>::fields() {
  static const Fields table = json::fields<SignInProviderDto>(
      field("name", &SignInProviderDto::name, "Its name."),
      field("label", &SignInProviderDto::label, "What the button says."),
      field("url", &SignInProviderDto::url, "Where the button leads."));
  return table;
}

const Fields& Table<SignInWaysDto>::fields() {
  static const Fields table = json::fields<SignInWaysDto>(
      field("providers", &SignInWaysDto::providers, "Beside a password."));
  return table;
}

const Fields& Table<IdentityDto>::fields() {
  static const Fields table = json::fields<IdentityDto>(
      field("id", &IdentityDto::id, "Names it when it is to be taken away."),
      field("provider", &IdentityDto::provider, "The provider's name; its issuer when it is gone."),
      field("subject", &IdentityDto::subject, "Who it is there; null until the first sign-in."),
      field("email", &IdentityDto::email, "The address that says who at the first sign-in."),
      field("created_at", &IdentityDto::created_at, "When it was linked."),
      field("used_at", &IdentityDto::used_at, "The last sign-in by it."));
  return table;
}

const Fields& Table<IdentityCreateDto>::fields() {
  static const Fields table = json::fields<IdentityCreateDto>(
      field("provider", &IdentityCreateDto::provider, "The provider's name.")
          .not_empty()
          .max_length(64),
      field("subject", &IdentityCreateDto::subject, "Who it is there (sub); or give `email`.")
          .not_empty()
          .max_length(255),
      field("email", &IdentityCreateDto::email,
            "A mail address that the provider has verified; or give `subject`."));
  return table;
}

}  // namespace madoguchi::json
