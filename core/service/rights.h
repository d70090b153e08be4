// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/service/dto/rights_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

class DirectoryView;

/// Nobody gives what they do not have themselves: forbidden when `permissions` has more than the
/// caller, or `mailboxes` (nullopt: all) more than the caller sees.
[[nodiscard]] Result<void> check_may_give(const domain::Caller& caller,
                                          const domain::Permissions& permissions);
[[nodiscard]] Result<void> check_may_give(
    const domain::Caller& caller, const std::optional<std::vector<domain::MailboxId>>& mailboxes);

/// All that the agent has: for who makes an agent so, and for who makes a way to come in as that
/// agent, by a link, a token, another account, or without a second factor.
[[nodiscard]] Result<void> check_may_give(const domain::Caller& caller, const domain::Agent& agent,
                                          const DirectoryView& directory);

/// Teams. Safe for use by many threads.
class TeamService {
 public:
  explicit TeamService(const Environment& env) : env_(env) {}

  [[nodiscard]] Result<std::vector<TeamDto>> list();
  [[nodiscard]] Result<TeamDto> get(const std::string& id);
  [[nodiscard]] Result<TeamDto> create(const Context& context, const TeamCreateDto& wish);
  [[nodiscard]] Result<TeamDto> patch(const Context& context, const std::string& id,
                                      const TeamPatchDto& wish);
  /// One that cases are given to is archived instead.
  [[nodiscard]] Result<void> remove(const Context& context, const std::string& id);

 private:
  const Environment& env_;
};

/// The hub's roles, and those that the desk made. Safe for use by many threads.
class RoleService {
 public:
  explicit RoleService(const Environment& env) : env_(env) {}

  [[nodiscard]] static std::vector<PermissionDto> permissions();
  /// The built-in ones first.
  [[nodiscard]] Result<std::vector<RoleDto>> list();
  [[nodiscard]] Result<RoleDto> get(const std::string& id);
  [[nodiscard]] Result<RoleDto> create(const Context& context, const RoleCreateDto& wish);
  [[nodiscard]] Result<RoleDto> patch(const Context& context, const std::string& id,
                                      const RolePatchDto& wish);
  /// Conflict "role-in-use" while an agent has it.
  [[nodiscard]] Result<void> remove(const Context& context, const std::string& id);

 private:
  const Environment& env_;
};

}  // namespace madoguchi::service
