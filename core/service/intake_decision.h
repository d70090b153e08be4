// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/message.h"
#include "core/mail/automatic.h"
#include "core/mail/delivery_report.h"
#include "core/mail/message.h"
#include "core/service/directory.h"
#include "core/service/environment.h"
#include "core/service/masked_mails.h"
#include "core/store/intake.h"
#include "core/store/messages.h"

namespace madoguchi::service {

/// A mail with all that costs time already done: read, masked, sanitised, its contents prepared,
/// its search words cut. What is left for the transaction is deciding and writing.
struct ReadMail {
  mail::Message mail;       ///< texts masked; attachments' bytes already let go
  domain::Message message;  ///< without case, as it will be stored
  std::vector<store::Blobs::Prepared> blobs;
  store::FoundBy found_by;
  mail::SignalMeaning machine;
  std::vector<std::string> signals;
  std::optional<mail::DeliveryReport> report;
  /// What is to rest in place of the mail, because that held a card number.
  std::optional<store::Blobs::Prepared> masked = std::nullopt;
};

/// What reading takes of memory, in times of the mail's octets: as it came, decoded, and once more
/// where a card number has to be masked. Whoever reads one has room for it (room.h).
inline constexpr std::int64_t kTimesToRead = 3;

/// With a `charset` it is read as a person wants it read, whatever its labels say.
[[nodiscard]] Result<ReadMail> read_mail(const Environment& env, const store::IntakeRecord& record,
                                         std::string_view raw, std::string_view charset = {});

/// Decides and writes everything: the message in its case, or the further delivery of one that is
/// there. Returns the intake record as it was written. May run more than once.
[[nodiscard]] Result<store::IntakeRecord> place_mail(const Environment& env, db::Session& session,
                                                     store::IntakeRecord record,
                                                     const ReadMail& read,
                                                     const DirectoryView& directory);

}  // namespace madoguchi::service
