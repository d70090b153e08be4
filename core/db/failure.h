// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/db/session.h"

namespace madoguchi::db {

/// What a caller of Database is told when a Failure ended its unit of work. Types: "storage-full",
/// "database-unavailable" (both unavailable, 503), "already-exists" and "still-referenced"
/// (conflict, 409); everything else is internal.
[[nodiscard]] Error to_error(const Failure& failure);

[[nodiscard]] const char* to_string(FailureKind kind) noexcept;

/// Marks this thread as being inside a writing unit of work while it lives: another one begun there
/// would wait for itself, so Database refuses it.
class InTransaction {
 public:
  InTransaction();
  ~InTransaction();
  InTransaction(const InTransaction&) = delete;
  InTransaction& operator=(const InTransaction&) = delete;

  [[nodiscard]] static bool here() noexcept;
};

/// The error of a unit of work begun inside another one.
[[nodiscard]] Error nested_unit_of_work();

}  // namespace madoguchi::db
