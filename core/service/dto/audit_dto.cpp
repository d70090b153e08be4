// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/audit_dto.h"

namespace madoguchi::json {

using service::AuditCheckpointDto;
using service::AuditStateDto;

const Fields& Table<AuditCheckpointDto>::fields() {
  static const Fields table = json::fields<AuditCheckpointDto>(
      field("hub", &AuditCheckpointDto::hub, "Whose history."),
      field("position", &AuditCheckpointDto::position, "Of the change that it ends with."),
      field("hash", &AuditCheckpointDto::hash, "Of that change and all before it; base64."),
      field("at", &AuditCheckpointDto::at, "When it was signed."),
      field("public_key", &AuditCheckpointDto::public_key, "Ed25519, base64."),
      field("signature", &AuditCheckpointDto::signature, "Base64."));
  return table;
}

const Fields& Table<AuditStateDto>::fields() {
  static const Fields table = json::fields<AuditStateDto>(
      field("sealed", &AuditStateDto::sealed, "Changes in the chain of hashes."),
      field("unsealed", &AuditStateDto::unsealed,
            "Changes that are not yet; those of the last second or two."),
      field("public_key", &AuditStateDto::public_key, "What checks signatures: Ed25519, base64."),
      field("checkpoint", &AuditStateDto::checkpoint, "The last one; null: none yet."));
  return table;
}

}  // namespace madoguchi::json
