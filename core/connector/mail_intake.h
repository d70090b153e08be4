// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/connector/call_options.h"

namespace madoguchi::connector {

/// One mail as it lies on the other side.
struct FetchedMail {
  std::string raw;      ///< as it is stored there
  std::string place;    ///< for operators: "INBOX/4711"
  bool is_old = false;  ///< lay there when the account was connected: history, nothing to answer
  bool is_cut = false;  ///< over the size limit: only its beginning; the whole stays over there
};

struct MailBatch {
  std::vector<FetchedMail> mails;
  /// Behind these mails. To be stored in the same transaction as they are; not at all when equal to
  /// the one that was asked with.
  std::string cursor;
  bool more = false;  ///< ask again at once
  /// Places of mails that the other side cannot hand over. They stay there and are passed over.
  std::vector<std::string> skipped = {};
  /// What could not be looked into, while the rest could: one folder of several. Empty: nothing.
  std::string trouble = {};
};

/// Mails that wait somewhere, fetched by polling. The cursor is all that is remembered between
/// calls, opaque to the hub, which keeps it sealed; empty: the account was never asked. Calls of
/// one account come one after the other. Errors: `unauthenticated` when the account's settings are
/// refused, `unavailable` for everything that may pass; `detail` has the other side's words.
///
///     fetch(cursor) -> the hub stores mails and cursor -> acknowledge(cursor) -> fetch(cursor) …
class MailIntake {
 public:
  virtual ~MailIntake() = default;
  /// The next mails after `cursor`, oldest first, a few dozen and not many megabytes at a time.
  virtual Result<MailBatch> fetch(const std::string& cursor, const CallOptions& call) = 0;
  /// Does over there what the account wants done with mails that are stored here (move, delete):
  /// `cursor` knows which. Returns the cursor to be stored after it, which may be the same.
  /// Harmless to repeat, so a crash before that is healed by calling it before the next fetch.
  virtual Result<std::string> acknowledge(const std::string& cursor, const CallOptions& call) = 0;
};

}  // namespace madoguchi::connector
