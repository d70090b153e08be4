// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/connector/call_options.h"

namespace madoguchi::connector {

/// Who a mail goes from and to on the wire, which is not what its headers say. Addresses as they
/// stand in an SMTP command (EmailAddress::wire()), without angle brackets.
struct Envelope {
  std::string from;  ///< empty: the null sender, for automatic mails
  std::vector<std::string> recipients;
};

/// What became of the mail for one recipient.
enum class SendOutcome {
  sent,      ///< the server took responsibility
  deferred,  ///< surely not taken now; sending again may work and cannot double it
  failed,    ///< surely not taken, and it will not be: a person has to look
  unknown,   ///< all of it went out, no answer came back: sending again may double it
};

[[nodiscard]] const char* to_string(SendOutcome outcome) noexcept;

struct RecipientReport {
  std::string address;
  SendOutcome outcome = SendOutcome::deferred;
  /// The server's words, or ours when it said none; valid UTF-8, one line, at most 500 octets.
  std::string detail = {};
  int smtp_code = 0;  ///< the reply code `outcome` follows from; 0 when there was no reply
};

/// One entry per recipient of the envelope, in its order.
struct SendReport {
  std::vector<RecipientReport> recipients;
};

/// Hands one finished mail to a mail server. Sends once: when to try again is the hub's decision.
/// Safe for use by many threads.
class MailSender {
 public:
  virtual ~MailSender() = default;
  /// `raw` is the whole RFC 5322 message with CRLF line ends, not dot-stuffed; bare CR or LF is
  /// refused. `call.stop` is honoured until the message has gone out; from then on only the
  /// deadline and `call.cut` end the wait for the answer.
  virtual SendReport send(const Envelope& envelope, std::string_view raw,
                          const CallOptions& call) = 0;
};

}  // namespace madoguchi::connector
