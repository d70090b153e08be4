// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/rights_dto.h"

namespace madoguchi::json {

using service::PermissionDto;
using service::RoleCreateDto;
using service::RoleDto;
using service::RolePatchDto;
using service::TeamCreateDto;
using service::TeamDto;
using service::TeamPatchDto;

namespace {

constexpr std::size_t kMostMembers = 1000;
constexpr std::size_t kMostMailboxes = 500;

}  // namespace

const Fields& Table<TeamDto>::fields() {
  static const Fields table = json::fields<TeamDto>(
      field("id", &TeamDto::id, "Names the team in assign and filters."),
      field("name", &TeamDto::name, "Unique name."),
      field("members", &TeamDto::members, "Ids of its agents."),
      field("mailboxes", &TeamDto::mailboxes,
            "Names of the mailboxes that its members see beside their own."),
      field("archived", &TeamDto::archived,
            "Is given nothing new and lends no mailbox; its members still see its cases."),
      field("version", &TeamDto::version, "Counts changes; the ETag."));
  return table;
}

const Fields& Table<TeamCreateDto>::fields() {
  static const Fields table = json::fields<TeamCreateDto>(
      field("name", &TeamCreateDto::name, "Unique name.").not_empty().max_length(100),
      field("members", &TeamCreateDto::members, "Ids of its agents.")
          .optional()
          .max_items(kMostMembers),
      field("mailboxes", &TeamCreateDto::mailboxes,
            "Names of the mailboxes that its members see beside their own.")
          .optional()
          .max_items(kMostMailboxes));
  return table;
}

const Fields& Table<TeamPatchDto>::fields() {
  static const Fields table = json::fields<TeamPatchDto>(
      field("name", &TeamPatchDto::name, "Unique name.").not_empty().max_length(100),
      field("members", &TeamPatchDto::members, "Ids of its agents.").max_items(kMostMembers),
      field("mailboxes", &TeamPatchDto::mailboxes,
            "Names of the mailboxes that its members see beside their own.")
          .max_items(kMostMailboxes),
      field("archived", &TeamPatchDto::archived, "Whether it is given nothing new."));
  return table;
}

const Fields& Table<RoleDto>::fields() {
  static const Fields table = json::fields<RoleDto>(
      field("id", &RoleDto::id, "What agents name as custom_role; a built-in role's name."),
      field("name", &RoleDto::name, "Unique name."),
      field("description", &RoleDto::description, "For whom it is."),
      field("built_in", &RoleDto::built_in, "Part of the hub; cannot be changed."),
      field("based_on", &RoleDto::based_on,
            "Whose place it takes where a rule names a role, such as approval."),
      field("permissions", &RoleDto::permissions, "All that it may do."),
      field("version", &RoleDto::version, "Counts changes; the ETag."));
  return table;
}

const Fields& Table<RoleCreateDto>::fields() {
  static const Fields table = json::fields<RoleCreateDto>(
      field("name", &RoleCreateDto::name, "Unique name.").not_empty().max_length(100),
      field("description", &RoleCreateDto::description, "For whom it is.")
          .optional()
          .max_length(1000),
      field("based_on", &RoleCreateDto::based_on,
            "Whose place it takes where a rule names a role, such as approval."),
      field("permissions", &RoleCreateDto::permissions, "All that it may do; of your own.")
          .max_items(64));
  return table;
}

const Fields& Table<RolePatchDto>::fields() {
  static const Fields table = json::fields<RolePatchDto>(
      field("name", &RolePatchDto::name, "Unique name.").not_empty().max_length(100),
      field("description", &RolePatchDto::description, "For whom it is.").max_length(1000),
      field("permissions", &RolePatchDto::permissions, "All that it may do; of your own.")
          .max_items(64));
  return table;
}

const Fields& Table<PermissionDto>::fields() {
  static const Fields table =
      json::fields<PermissionDto>(field("name", &PermissionDto::name, "As roles name it."),
                                  field("en", &PermissionDto::en, "What it allows, in English."),
                                  field("ja", &PermissionDto::ja, "What it allows, in Japanese."));
  return table;
}

}  // namespace madoguchi::json
