// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/sign_in_dto.h"

namespace madoguchi::json {

using service::CodeDto;
using service::MeDto;
using service::PasswordByLinkDto;
using service::PasswordChangeDto;
using service::PasswordLinkDto;
using service::RecoveryCodesDto;
using service::SecondFactorDto;
using service::SecondFactorStartDto;
using service::SessionDto;
using service::SignInDto;
using service::TokenCreateDto;
using service::TokenDto;
using service::WhoDto;

namespace {
/// In octets, before a password is looked at.
constexpr std::size_t kLongestSecret = 1024;
}  // namespace

const Fields& Table<SignInDto>::fields() {
  static const Fields table = json::fields<SignInDto>(
      field("name", &SignInDto::name, "The agent's name.").not_empty().max_length(100),
      field("password", &SignInDto::password, "The password.")
          .not_empty()
          .max_length(kLongestSecret),
      field("code", &SignInDto::code,
            "Of the authenticator app, or a recovery code; asked for by a problem of type "
            "second-factor-required.")
          .max_length(40));
  return table;
}

const Fields& Table<SessionDto>::fields() {
  static const Fields table = json::fields<SessionDto>(
      field("id", &SessionDto::id, "Names the session when it is to be ended."),
      field("agent", &SessionDto::agent, "Id of the agent who signed in."),
      field("method", &SessionDto::method, "How."),
      field("second_factor", &SessionDto::second_factor, "Whether a second factor was shown."),
      field("peer", &SessionDto::peer, "Address it began from."),
      field("user_agent", &SessionDto::user_agent, "What the browser called itself."),
      field("created_at", &SessionDto::created_at, "When it began."),
      field("seen_at", &SessionDto::seen_at, "Its last call, to a minute."),
      field("ends_at", &SessionDto::ends_at, "When it ends if nothing more is called."),
      field("current", &SessionDto::current, "Whether it is the session of this call."),
      field("csrf_token", &SessionDto::csrf_token,
            "For X-CSRF-Token of writes; only in the answer to signing in, and in GET /me.")
          .omitted_when_empty());
  return table;
}

const Fields& Table<WhoDto>::fields() {
  static const Fields table = [] {
    Fields all = Table<MeDto>::fields();  // a WhoDto begins with a MeDto
    for (Field& own : json::fields<WhoDto>(
             field("session", &WhoDto::session, "Id of the session, when one has signed in.")
                 .omitted_when_empty(),
             field("csrf_token", &WhoDto::csrf_token,
                   "For X-CSRF-Token of writes by the session's cookie.")
                 .omitted_when_empty(),
             field("enrolling", &WhoDto::enrolling,
                   "Whether a second factor has to be added before anything else."))) {
      all.push_back(std::move(own));
    }
    return all;
  }();
  return table;
}

const Fields& Table<SecondFactorDto>::fields() {
  static const Fields table = json::fields<SecondFactorDto>(
      field("enabled", &SecondFactorDto::enabled, "Whether a code is asked for at signing in."),
      field("required", &SecondFactorDto::required, "Whether the role has to have one."),
      field("recovery_codes_left", &SecondFactorDto::recovery_codes_left,
            "How many recovery codes are unused."));
  return table;
}

const Fields& Table<SecondFactorStartDto>::fields() {
  static const Fields table = json::fields<SecondFactorStartDto>(
      field("secret", &SecondFactorStartDto::secret, "To be typed into an app; told once."),
      field("uri", &SecondFactorStartDto::uri,
            "The same as an otpauth:// address, for a QR code."));
  return table;
}

const Fields& Table<CodeDto>::fields() {
  static const Fields table = json::fields<CodeDto>(
      field("code", &CodeDto::code, "Six digits of the app, or a recovery code.")
          .not_empty()
          .max_length(40));
  return table;
}

const Fields& Table<RecoveryCodesDto>::fields() {
  static const Fields table = json::fields<RecoveryCodesDto>(
      field("codes", &RecoveryCodesDto::codes, "Each holds once; told once."),
      field("csrf_token", &RecoveryCodesDto::csrf_token,
            "The session's new one, when it goes on under a new cookie.")
          .omitted_when_empty());
  return table;
}

const Fields& Table<PasswordLinkDto>::fields() {
  static const Fields table = json::fields<PasswordLinkDto>(
      field("token", &PasswordLinkDto::token, "What POST /password-links/use takes; told once."),
      field("url", &PasswordLinkDto::url, "The console's address that takes it."),
      field("expires_at", &PasswordLinkDto::expires_at, "Until when it can be used, once."));
  return table;
}

const Fields& Table<PasswordByLinkDto>::fields() {
  static const Fields table = json::fields<PasswordByLinkDto>(
      field("token", &PasswordByLinkDto::token, "What stands in the link behind #.")
          .not_empty()
          .max_length(200),
      field("password", &PasswordByLinkDto::password, "The new password: 12 to 128 characters.")
          .not_empty()
          .max_length(kLongestSecret));
  return table;
}

const Fields& Table<PasswordChangeDto>::fields() {
  static const Fields table = json::fields<PasswordChangeDto>(
      field("current", &PasswordChangeDto::current, "The password so far.")
          .not_empty()
          .max_length(kLongestSecret),
      field("password", &PasswordChangeDto::password, "The new password: 12 to 128 characters.")
          .not_empty()
          .max_length(kLongestSecret));
  return table;
}

const Fields& Table<TokenDto>::fields() {
  static const Fields table = json::fields<TokenDto>(
      field("id", &TokenDto::id, "Names the token when it is to be revoked."),
      field("agent", &TokenDto::agent, "Id of the agent it stands for."),
      field("name", &TokenDto::name, "What it is called."),
      field("hint", &TokenDto::hint, "Its last four characters; empty of older ones."),
      field("created_at", &TokenDto::created_at, "When it was made."),
      field("last_used_at", &TokenDto::last_used_at, "When it was used last, to ten minutes."),
      field("expires_at", &TokenDto::expires_at, "When it ends; null: never."),
      field("token", &TokenDto::token, "The token itself; told once, when it is made.")
          .omitted_when_empty());
  return table;
}

const Fields& Table<TokenCreateDto>::fields() {
  static const Fields table = json::fields<TokenCreateDto>(
      field("name", &TokenCreateDto::name, "What to call it.").not_empty().max_length(100),
      field("agent", &TokenCreateDto::agent,
            "Id of an integration it is for; default: the caller."),
      field("expires_at", &TokenCreateDto::expires_at, "When it ends; default: never."));
  return table;
}

}  // namespace madoguchi::json
