// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/mail/message.h"

namespace madoguchi::mail {

/// What a mail server says about a mail that it was given: RFC 3464 when it says it so, else the
/// wording of the common ones, in English and in Japanese.

enum class ReportedState { delivered, deferred, bounced };

/// Why a mail did not arrive. Named in the API: see name_of.
enum class FailureReason {
  other,
  unknown_user,
  mailbox_full,
  blocked,
  too_large,
  content,
  host_unknown,
  expired,
  relay_denied,
  suspended,
};

struct ReportedRecipient {
  std::string address;               ///< as EmailAddress takes it
  std::vector<std::string> aliases;  ///< what else the report calls it: the original recipient
  ReportedState state = ReportedState::bounced;
  FailureReason reason = FailureReason::other;  ///< says nothing when it was delivered
  bool hard = false;        ///< bounced, and every other mail to that address will be too
  std::string status_code;  ///< "5.1.1" (RFC 3463); empty: none was given
  std::string words;        ///< the server's own, one line of UTF-8, at most 500 octets
};

struct DeliveryReport {
  const char* reporter = "";  ///< "rfc3464", or whose wording it is: "qmail", "docomo"
  /// It says so by RFC 3464. Otherwise it was recognised by its words, which can be wrong.
  bool structured = false;
  std::vector<ReportedRecipient> recipients;  ///< at least one, at most kReportedRecipients
  /// How the returned mail calls itself, the surest first: its Message-ID, then the addresses of
  /// its Reply-To, Return-Path and From.
  std::vector<std::string> marks;
};

inline constexpr std::size_t kReportedRecipients = 200;

/// The report that the mail is, if it is one. What was recognised by its words came from a mail
/// system: a person who writes about a bounce has not sent one. Reads at most the first 64 KiB of
/// text. Pure.
[[nodiscard]] std::optional<DeliveryReport> read_delivery_report(const Message& message) noexcept;

/// The class of a server's answer. `status_code` may be empty: it is looked for in the words.
[[nodiscard]] FailureReason failure_reason(std::string_view status_code, std::string_view words);
/// Whether that reason says that the address itself is no good.
[[nodiscard]] bool is_hard(FailureReason reason);
/// "unknown_user"; stable.
[[nodiscard]] const char* name_of(FailureReason reason);
/// The first enhanced status code of RFC 3463 in the text; empty when there is none.
[[nodiscard]] std::string status_code_in(std::string_view words);

}  // namespace madoguchi::mail
