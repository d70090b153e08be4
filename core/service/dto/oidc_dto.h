// SPDX-License-Identifier: Apache-2.0
#pragma once

// Providers that people sign in by, and agents' accounts there.

#include <optional>
#include <string>
#include <vector>

#include "core/json/json.h"

namespace madoguchi::service {

struct SignInProviderDto {
  std::string name;
  std::string label;
  std::string url;
};

struct SignInWaysDto {
  std::vector<SignInProviderDto> providers;
};

struct IdentityDto {
  std::string id;
  std::string provider;
  std::optional<std::string> subject;
  std::optional<std::string> email;
  TimePoint created_at;
  std::optional<TimePoint> used_at;
};

struct IdentityCreateDto {
  std::string provider;
  std::optional<std::string> subject = std::nullopt;
  std::optional<EmailAddress> email = std::nullopt;
};

}  // namespace madoguchi::service

namespace madoguchi::json {

template <>
struct Table<service::SignInProviderDto> {
  static constexpr const char* name = "SignInProvider";
  static const Fields& fields();
};
template <>
struct Table<service::SignInWaysDto> {
  static constexpr const char* name = "SignInWays";
  static const Fields& fields();
};
template <>
struct Table<service::IdentityDto> {
  static constexpr const char* name = "Identity";
  static const Fields& fields();
};
template <>
struct Table<service::IdentityCreateDto> {
  static constexpr const char* name = "IdentityCreate";
  static const Fields& fields();
};

}  // namespace madoguchi::json
