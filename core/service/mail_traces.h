// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/service/dto/intake_dto.h"
#include "core/service/environment.h"
#include "core/store/intake.h"

namespace madoguchi::service {

/// Where a list of mails goes on.
using IntakePlace = store::IntakePlace;

/// What a mail is looked for by; all of it has to fit.
struct TraceFilter {
  std::optional<std::string> message_id;  ///< with or without angle brackets
  std::optional<std::string> address;     ///< sender or recipient
  std::optional<std::string> mailbox;     ///< name
  std::optional<domain::IntakeOutcome> outcome;
  std::optional<TimePoint> from;
  std::optional<TimePoint> to;
  std::optional<IntakePlace> after;
  int limit = 50;
};

struct TraceListing {
  std::vector<MailTraceDto> items;
  std::optional<IntakePlace> next;
};

/// What became of every mail that was taken, whatever it was. Safe for use by many threads.
class MailTraceService {
 public:
  explicit MailTraceService(const Environment& env) : env_(env) {}

  /// Newest first. A page may be short and still have a next.
  [[nodiscard]] Result<TraceListing> list(const domain::Caller& caller, const TraceFilter& filter);

 private:
  const Environment& env_;
};

}  // namespace madoguchi::service
