// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/connector/call_options.h"

namespace madoguchi::connector {

/// What became of something written over there.
enum class WriteOutcome {
  done,      ///< it is there
  refused,   ///< it is not, and will not be like this: `error` says why
  not_done,  ///< surely not there: writing it again cannot double it
  unknown,   ///< it went out, no answer came back: look, or ask a person, before it is done again
};

struct WriteReport {
  WriteOutcome outcome = WriteOutcome::not_done;
  std::string thread = {};                    ///< ids as MailHistorySource tells them
  std::string message = {};                   ///< empty where nothing was made
  std::optional<Error> error = std::nullopt;  ///< of all but `done`
};

/// A mail in a thread over there. Plain text; attachments are not taken.
struct ThreadReply {
  std::string thread;
  std::string answers;  ///< id of the message
  std::string to;
  std::string cc = {};
  std::string subject;
  std::string text;
  std::optional<std::string> status = std::nullopt;  ///< of the thread from then on
};

/// What was said on the phone, decided, noted down.
struct ThreadRecord {
  std::string thread;
  std::string subject;
  std::string text;
  TimePoint at = {};
  std::optional<std::string> status = std::nullopt;
};

/// What was written with an unknown end, as it can be known by.
struct WrittenMessage {
  std::string thread;
  std::string subject;
  std::string text;
  TimePoint since = {};  ///< when it began to be written, by our clock
};

/// Only what is set is changed. Labels are merged into those that are there.
struct ThreadChange {
  std::string thread;
  std::optional<std::string> status = std::nullopt;
  std::optional<std::string> assignee = std::nullopt;
  std::vector<std::string> add_labels = {};
  std::vector<std::string> remove_labels = {};
};

/// Writes into the threads of a shared mail tool. Each method writes once: whether and when again
/// is the hub's decision. Statuses are the vendor's own words. Safe for use by many threads.
class TicketWriter {
 public:
  virtual ~TicketWriter() = default;
  [[nodiscard]] virtual WriteReport reply(const ThreadReply& reply, const CallOptions& call) = 0;
  /// Puts it there for somebody to send.
  [[nodiscard]] virtual WriteReport draft(const ThreadReply& reply, const CallOptions& call) = 0;
  [[nodiscard]] virtual WriteReport record(const ThreadRecord& record, const CallOptions& call) = 0;
  /// After `unknown`: the id of the message that was made, or nothing when there is none.
  [[nodiscard]] virtual Result<std::optional<std::string>> find(const WrittenMessage& message,
                                                                const CallOptions& call) = 0;
  /// Has the same effect twice.
  [[nodiscard]] virtual WriteReport change(const ThreadChange& change, const CallOptions& call) = 0;
};

}  // namespace madoguchi::connector
