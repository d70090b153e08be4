// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/base/guarded.h"
#include "core/store/intake.h"

namespace madoguchi::service {

/// A mail with its bytes as they came.
struct RawMail {
  store::IntakeRecord record;
  std::string raw;
};

/// Mails that have just been made durable, kept in memory for the job that reads them a moment
/// later, so that it need not fetch and open them again. Only a short cut: the oldest are dropped
/// when there are too many octets, and what is not here is in the database. Safe for use by many
/// threads.
class FreshMails {
 public:
  void put(const store::IntakeRecord& record, std::string_view raw);
  /// At most once for each put.
  [[nodiscard]] std::optional<RawMail> take(const domain::IntakeId& id);

 private:
  struct Kept {
    std::unordered_map<std::string, RawMail> mails;
    std::deque<std::string> order;  ///< oldest first; some may be gone
    std::size_t octets = 0;
  };

  Guarded<Kept> kept_;
};

}  // namespace madoguchi::service
