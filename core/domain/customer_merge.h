// SPDX-License-Identifier: Apache-2.0
#pragma once

// One person who was registered twice: how two customers become one, and how that is taken back.

#include <vector>

#include "core/domain/customer.h"

namespace madoguchi::domain {

/// `target` with what `source` knows besides: its values fill empty ones, its addresses, numbers,
/// labels, tags and reasons are added. What the target prefers stays preferred.
[[nodiscard]] Customer merged(Customer target, const Customer& source);

/// Values of `source` that differ from those of the merged `target` and are lost sight of: `from`
/// is the source's, `to` is what stays.
[[nodiscard]] std::vector<FieldChange> not_taken(const Customer& target, const Customer& source);

/// `now` without what merging brought: a value that is still as merging left it becomes what it was
/// before, one that was changed since stays; of lists, what came by the merging goes.
[[nodiscard]] Customer unmerged(Customer now, const Customer& before, const Customer& after);

}  // namespace madoguchi::domain
