// SPDX-License-Identifier: Apache-2.0
#pragma once

// Teams, roles and permissions as the facade shows them.

#include <optional>
#include <string>
#include <vector>

#include "core/domain/names.h"
#include "core/json/json.h"

namespace madoguchi::service {

struct TeamDto {
  std::string id;
  std::string name;
  std::vector<std::string> members;
  std::vector<std::string> mailboxes;
  bool archived = false;
  std::int64_t version = 0;
};

struct TeamCreateDto {
  std::string name;
  std::vector<std::string> members;
  std::vector<std::string> mailboxes;
};

struct TeamPatchDto {
  std::optional<std::string> name;
  std::optional<std::vector<std::string>> members;
  std::optional<std::vector<std::string>> mailboxes;
  std::optional<bool> archived;
};

/// A role of the hub, whose id is its name, or one that the desk made.
struct RoleDto {
  std::string id;
  std::string name;
  std::string description;
  bool built_in = false;
  domain::Role based_on = domain::Role::agent;
  domain::Permissions permissions;
  std::int64_t version = 1;
};

struct RoleCreateDto {
  std::string name;
  std::string description;
  domain::Role based_on = domain::Role::agent;
  std::vector<domain::Permission> permissions;
};

struct RolePatchDto {
  std::optional<std::string> name;
  std::optional<std::string> description;
  std::optional<std::vector<domain::Permission>> permissions;
};

struct PermissionDto {
  domain::Permission name = domain::Permission::cases_read;
  std::string en;
  std::string ja;
};

}  // namespace madoguchi::service

namespace madoguchi::json {

template <>
struct Table<service::TeamDto> {
  static constexpr const char* name = "Team";
  static const Fields& fields();
};
template <>
struct Table<service::TeamCreateDto> {
  static constexpr const char* name = "TeamCreate";
  static const Fields& fields();
};
template <>
struct Table<service::TeamPatchDto> {
  static constexpr const char* name = "TeamPatch";
  static const Fields& fields();
};
template <>
struct Table<service::RoleDto> {
  static constexpr const char* name = "Role";
  static const Fields& fields();
};
template <>
struct Table<service::RoleCreateDto> {
  static constexpr const char* name = "RoleCreate";
  static const Fields& fields();
};
template <>
struct Table<service::RolePatchDto> {
  static constexpr const char* name = "RolePatch";
  static const Fields& fields();
};
template <>
struct Table<service::PermissionDto> {
  static constexpr const char* name = "Permission";
  static const Fields& fields();
};

}  // namespace madoguchi::json
