// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/id.h"
#include "core/base/result.h"
#include "core/crypto/seal.h"
#include "core/service/intake.h"

namespace madoguchi::service {

/// Mails that an MTA's pipe handed in while no daemon listened: sealed files in data_dir/spool,
/// written without lock or database, taken up by the daemon. A file's name is the intake's id, so
/// that taking one up twice is receiving it once.
class Spool {
 public:
  /// `keys` outlives it.
  Spool(std::filesystem::path folder, const crypto::MasterKeys& keys)
      : folder_(std::move(folder)), keys_(keys) {}

  /// On a value the mail is durable. `mailbox` may be empty: the only one there is.
  [[nodiscard]] Result<void> write(IdSource& ids, std::string_view mailbox, std::string_view sender,
                                   std::string_view raw) const;
  /// Hands every waiting mail to the intake; how many were taken. One that cannot be taken stays.
  [[nodiscard]] int take_up(IntakeService& intake, observe::Log& log) const;

 private:
  [[nodiscard]] Result<void> take_one(const std::filesystem::path& file,
                                      IntakeService& intake) const;

  std::filesystem::path folder_;
  const crypto::MasterKeys& keys_;
};

}  // namespace madoguchi::service
