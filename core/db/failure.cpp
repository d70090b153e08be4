// SPDX-License-Identifier: Apache-2.0
#include "core/db/failure.h"

#include <string>

namespace madoguchi::db {

namespace {

thread_local int transactions_here = 0;

Error unavailable(const Failure& failure, std::string type, std::chrono::seconds retry_after) {
  Error error = Error::unavailable(std::string(to_string(failure.kind())) + ": " + failure.what(),
                                   retry_after);
  error.type = std::move(type);
  return error;
}

Error conflict(const Failure& failure, std::string type, Text message) {
  Error error = Error::conflict(std::move(type), std::move(message));
  error.detail = failure.what();
  return error;
}

}  // namespace

const char* to_string(FailureKind kind) noexcept {
  switch (kind) {
    case FailureKind::unavailable:
      return "unavailable";
    case FailureKind::disk_full:
      return "disk_full";
    case FailureKind::serialization:
      return "serialization";
    case FailureKind::unique_violation:
      return "unique_violation";
    case FailureKind::foreign_key_violation:
      return "foreign_key_violation";
    case FailureKind::corrupt:
      return "corrupt";
    case FailureKind::io:
      return "io";
    case FailureKind::interrupted:
      return "interrupted";
    case FailureKind::invalid:
      return "invalid";
  }
  return "unknown";
}

Error to_error(const Failure& failure) {
  switch (failure.kind()) {
    case FailureKind::disk_full:
      return unavailable(failure, "storage-full", std::chrono::seconds{60});
    case FailureKind::unavailable:
    case FailureKind::serialization:
    case FailureKind::interrupted:
      return unavailable(failure, "database-unavailable", std::chrono::seconds{5});
    case FailureKind::unique_violation:
      return conflict(
          failure, "already-exists",
          {"Something with the same identity exists already.", "同じものがすでに存在します。"});
    case FailureKind::foreign_key_violation:
      return conflict(failure, "still-referenced",
                      {"It refers to something that is missing, or is still referred to.",
                       "参照先が存在しないか、まだ参照されています。"});
    case FailureKind::corrupt:
    case FailureKind::io:
    case FailureKind::invalid:
      break;
  }
  return Error::internal(std::string("database: ") + to_string(failure.kind()) + ": " +
                         failure.what());
}

InTransaction::InTransaction() { ++transactions_here; }
InTransaction::~InTransaction() { --transactions_here; }
bool InTransaction::here() noexcept { return transactions_here > 0; }

Error nested_unit_of_work() {
  return Error::internal("a unit of work was begun inside another one on the same thread");
}

}  // namespace madoguchi::db
