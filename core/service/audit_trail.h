// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/secret.h"
#include "core/service/dto/audit_dto.h"
#include "core/service/environment.h"
#include "core/store/audit_chain.h"

namespace madoguchi::service {

/// One thing that is not as it was sealed.
struct AuditFinding {
  std::int64_t position = 0;  ///< in the chain, 1 being the first; 0: in none
  std::string what;
};

struct AuditReport {
  std::int64_t sealed = 0;       ///< changes that were looked at
  std::int64_t checkpoints = 0;  ///< signatures that were looked at
  std::vector<AuditFinding> findings;
  bool more = false;  ///< there are more findings than these
};

/// Makes the change history tamper-evident (security.md, S10): within a second or two each change
/// is hashed together with all before it, and the newest hash is signed every few minutes. The
/// signatures go to the log and to a file too, for whoever can change the database can cut its end
/// off. Safe for use by many threads and by several processes at once.
class AuditTrail {
 public:
  /// `kept`: where signatures are appended, a JSON object a line; empty: nowhere.
  AuditTrail(const Environment& env, std::filesystem::path kept);

  /// Hashes all that is complete; how many changes that were.
  [[nodiscard]] Result<std::int64_t> seal();
  /// Signs the newest hash when many changes or some minutes have passed since the last one.
  [[nodiscard]] Result<void> sign_when_due();
  /// Signs it unless it is signed.
  [[nodiscard]] Result<void> sign();
  /// Does both, again and again, until it is asked to stop; then once more.
  void run(const std::stop_token& stop);

  [[nodiscard]] Result<AuditStateDto> state();
  /// Compares every change with its hash, and the hashes with what was signed: in the database and
  /// in `kept`, the lines of a file of signatures. `invalid` when those cannot be read.
  [[nodiscard]] Result<AuditReport> verify(std::string_view kept);

 private:
  struct Ends {
    store::ChangeLink newest;
    std::optional<store::AuditCheckpoint> signed_last;
  };
  [[nodiscard]] Result<Ends> ends();
  [[nodiscard]] Result<Secret> signing_key();
  Result<void> sign(const store::ChangeLink& newest);
  void keep(const AuditCheckpointDto& checkpoint);

  const Environment& env_;
  const std::filesystem::path kept_;
  observe::Gauge& sealed_;
};

[[nodiscard]] AuditCheckpointDto checkpoint_dto(const std::string& hub,
                                                const std::string& public_key,
                                                const store::AuditCheckpoint& checkpoint);
/// What is signed of a checkpoint.
[[nodiscard]] std::string signed_text(const std::string& hub,
                                      const store::AuditCheckpoint& checkpoint);

}  // namespace madoguchi::service
