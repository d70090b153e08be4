// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "core/json/json.h"

namespace madoguchi::service {

/// What was signed of the change history, for whoever keeps it elsewhere; octets in base64. The
/// signature is Ed25519 (RFC 8032) over what `signed_text` (audit_trail.h) makes of it.
struct AuditCheckpointDto {
  std::string hub;
  std::int64_t position = 0;
  std::string hash;
  TimePoint at;
  std::string public_key;
  std::string signature;
};

struct AuditStateDto {
  std::int64_t sealed = 0;
  std::int64_t unsealed = 0;
  std::string public_key;
  std::optional<AuditCheckpointDto> checkpoint;
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct json::Table<service::AuditCheckpointDto> {
  static constexpr const char* name = "AuditCheckpoint";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::AuditStateDto> {
  static constexpr const char* name = "AuditState";
  static const json::Fields& fields();
};

}  // namespace madoguchi
