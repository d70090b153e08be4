// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace madoguchi::lmtp {

struct ReceivedRecipient {
  std::string address;  ///< as it stood between the angle brackets
  std::string mailbox;  ///< what Intake::resolve said
};

/// Who a mail came from and to on the wire, and how.
struct ReceivedEnvelope {
  std::string sender;  ///< as it stood between the angle brackets; empty: the null sender
  std::vector<ReceivedRecipient> recipients;  ///< at least one, in the order they were named
  std::string peer;                           ///< "127.0.0.1:50312", or "unix"
  bool smtputf8 = false;                      ///< RFC 6531 was asked for
  bool eight_bit = false;                     ///< BODY=8BITMIME (RFC 6152)
};

/// What the LMTP server hands mails to. Called by many threads at once; may throw, which counts as
/// "unavailable". Errors become replies: not_found 550 5.1.1, too_large 552 5.3.4, malformed and
/// invalid 554 5.6.0 (of an address 550 5.1.3), forbidden 550 5.7.1; rate_limited, and unavailable
/// of the types "storage-full" and "overloaded", 452 4.3.1; all others 451 4.3.0: the peer tries
/// again.
class Intake {
 public:
  virtual ~Intake() = default;
  /// The name of the mailbox that takes mail for `recipient` ("a@b.example", "\"a b\"@c.example",
  /// or "postmaster" alone), or not_found.
  virtual Result<std::string> resolve(std::string_view recipient) = 0;
  /// Makes the mail durable for all its recipients at once. On a value each recipient is answered
  /// 250, which cannot be taken back. `raw` is the message with dots unstuffed, valid during the
  /// call.
  virtual Result<void> receive(const ReceivedEnvelope& envelope, std::string_view raw) = 0;
};

}  // namespace madoguchi::lmtp
