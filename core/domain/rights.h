// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "core/base/text.h"
#include "core/domain/agent.h"

namespace madoguchi::domain {

/// What the permission allows, for people who make roles.
[[nodiscard]] Text text_of(Permission permission);
/// What it takes to see what a member of that name was and became, in the history: a permission in
/// each answer hides the member itself by the same right (json's field tables).
[[nodiscard]] Permissions needed_to_see(std::string_view field);
/// Whom the role is for.
[[nodiscard]] Text text_of(Role role);

}  // namespace madoguchi::domain
