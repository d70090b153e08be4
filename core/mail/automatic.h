// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/mail/message.h"

namespace madoguchi::mail {

/// Marks by which a mail shows that a machine sent it (RFC 3834 and what is in use).
enum class MachineSignal {
  auto_generated,    ///< Auto-Submitted: auto-generated, or any other value but no and auto-replied
  auto_replied,      ///< Auto-Submitted: auto-replied
  precedence_bulk,   ///< Precedence: bulk or junk
  precedence_list,   ///< Precedence: list
  precedence_reply,  ///< Precedence: auto_reply
  list_id,           ///< List-Id, List-Post
  list_unsubscribe,  ///< List-Unsubscribe, Feedback-ID
  response_suppress,  ///< X-Auto-Response-Suppress
  auto_reply_header,  ///< X-Autoreply, X-Autorespond, X-Auto-Reply…
  foreign_loop,       ///< X-Loop
  own_loop,           ///< kLoopHeader with our value
  own_message_id,     ///< Message-ID that we gave out
  null_return_path,   ///< Return-Path: <>
  daemon_sender,      ///< mailer-daemon@, postmaster@
  no_reply_sender,    ///< no-reply@, donotreply@, bounce@
  delivery_report,    ///< multipart/report; report-type=delivery-status
  read_receipt,       ///< multipart/report; report-type=disposition-notification
  other_report,       ///< any other multipart/report (abuse …)
  absence_subject,  ///< 不在, "Out of Office", "Automatic reply:" at the beginning of the subject
};

/// What a signal means for us; one row of the table in automatic.cpp.
struct SignalMeaning {
  MachineSignal signal = MachineSignal::auto_generated;
  const char* name = "";   ///< stable, for logs and notices: "auto-replied"
  bool no_answer = false;  ///< never send an automatic mail in return
  bool no_reopen = false;  ///< joins its case and leaves its state
  bool is_loop = false;    ///< our own mail came back: no new case
  bool is_bulk = false;    ///< sent to many
  bool is_out_of_office = false;
  bool is_delivery_report = false;
};

[[nodiscard]] const SignalMeaning& meaning(MachineSignal signal);

/// How our own mails are known.
struct OwnMail {
  std::string loop_value;  ///< what we write as kLoopHeader; empty: not checked
  /// Whether that Message-ID is one we gave out; empty: not checked.
  std::function<bool(std::string_view)> is_own_id = {};
};

/// Written on every mail of ours.
inline constexpr std::string_view kLoopHeader = "X-Madoguchi-Loop";

/// All signals of a mail, each once, in the order of the enumeration. Pure.
[[nodiscard]] std::vector<MachineSignal> machine_signals(const Message& message,
                                                         const OwnMail& own = {});

/// The meanings together: whether any of the signals says so.
[[nodiscard]] SignalMeaning combined(const std::vector<MachineSignal>& signals);

}  // namespace madoguchi::mail
