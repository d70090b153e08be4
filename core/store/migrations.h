// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/db/migrator.h"

namespace madoguchi::store {

/// The steps of the schema, oldest first: the files core/store/migrations/NNNN_name.sql, embedded
/// by cmake/migrations.cmake.
[[nodiscard]] const std::vector<db::Migration>& migrations();

}  // namespace madoguchi::store
