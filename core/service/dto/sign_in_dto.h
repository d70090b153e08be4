// SPDX-License-Identifier: Apache-2.0
#pragma once

// Signing in, sessions, passwords and tokens as the facade shows them.

#include <optional>
#include <string>
#include <vector>

#include "core/base/secret.h"
#include "core/domain/sign_in.h"
#include "core/json/json.h"
#include "core/service/dto/desk_dto.h"

namespace madoguchi::service {

struct SignInDto {
  std::string name;
  Secret password;
  std::optional<std::string> code = std::nullopt;
};

struct SessionDto {
  std::string id;
  std::string agent;
  domain::SignInMethod method = domain::SignInMethod::password;
  bool second_factor = false;
  std::string peer;
  std::string user_agent;
  TimePoint created_at;
  TimePoint seen_at;
  TimePoint ends_at;
  bool current = false;
  std::optional<std::string> csrf_token;
};

/// GET /me: with what a browser needs to go on.
struct WhoDto : MeDto {
  std::optional<std::string> session;
  std::optional<std::string> csrf_token;
  bool enrolling = false;
};

struct SecondFactorDto {
  bool enabled = false;
  bool required = false;
  std::int64_t recovery_codes_left = 0;
};

struct SecondFactorStartDto {
  std::string secret;
  std::string uri;
};

struct CodeDto {
  std::string code;
};

struct RecoveryCodesDto {
  std::vector<std::string> codes;
  std::optional<std::string> csrf_token;
};

struct PasswordLinkDto {
  std::string token;
  std::string url;
  TimePoint expires_at;
};

struct PasswordByLinkDto {
  Secret token;
  Secret password;
};

struct PasswordChangeDto {
  Secret current;
  Secret password;
};

struct TokenDto {
  std::string id;
  std::string agent;
  std::string name;
  std::string hint;
  TimePoint created_at;
  std::optional<TimePoint> last_used_at;
  std::optional<TimePoint> expires_at;
  std::optional<std::string> token;
};

struct TokenCreateDto {
  std::string name;
  std::optional<std::string> agent = std::nullopt;
  std::optional<TimePoint> expires_at = std::nullopt;
};

}  // namespace madoguchi::service

namespace madoguchi::json {

template <>
struct Table<service::SignInDto> {
  static constexpr const char* name = "SignIn";
  static const Fields& fields();
};
template <>
struct Table<service::SessionDto> {
  static constexpr const char* name = "Session";
  static const Fields& fields();
};
template <>
struct Table<service::WhoDto> {
  static constexpr const char* name = "Me";
  static const Fields& fields();
};
template <>
struct Table<service::SecondFactorDto> {
  static constexpr const char* name = "SecondFactor";
  static const Fields& fields();
};
template <>
struct Table<service::SecondFactorStartDto> {
  static constexpr const char* name = "SecondFactorStart";
  static const Fields& fields();
};
template <>
struct Table<service::CodeDto> {
  static constexpr const char* name = "Code";
  static const Fields& fields();
};
template <>
struct Table<service::RecoveryCodesDto> {
  static constexpr const char* name = "RecoveryCodes";
  static const Fields& fields();
};
template <>
struct Table<service::PasswordLinkDto> {
  static constexpr const char* name = "PasswordLink";
  static const Fields& fields();
};
template <>
struct Table<service::PasswordByLinkDto> {
  static constexpr const char* name = "PasswordByLink";
  static const Fields& fields();
};
template <>
struct Table<service::PasswordChangeDto> {
  static constexpr const char* name = "PasswordChange";
  static const Fields& fields();
};
template <>
struct Table<service::TokenDto> {
  static constexpr const char* name = "Token";
  static const Fields& fields();
};
template <>
struct Table<service::TokenCreateDto> {
  static constexpr const char* name = "TokenCreate";
  static const Fields& fields();
};

}  // namespace madoguchi::json
