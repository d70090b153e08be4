// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/mail/message.h"

namespace madoguchi::mail {

/// A file of an outgoing mail. `is_inline` ones with a content id that the html shows by cid:
/// travel beside the html (multipart/related), the others behind the text.
using OutgoingAttachment = Attachment;

/// What texts are written in. iso_2022_jp is for old receivers: each header and each text that has
/// a character without code in it is written in UTF-8 all the same (core/mail/iso_2022_jp.h).
enum class WrittenIn { utf_8, iso_2022_jp };

/// A mail to be written. All texts UTF-8; ids without angle brackets.
struct Outgoing {
  Address from;
  std::optional<Address> reply_to;
  std::vector<Address> to;
  std::vector<Address> cc;
  std::string subject;
  std::string text;  ///< made from the html when empty
  std::string html;  ///< empty: a mail of plain text
  std::string message_id;
  std::vector<std::string> in_reply_to;
  std::vector<std::string> references;
  std::vector<OutgoingAttachment> attachments;
  /// Such as Auto-Submitted. Not the headers written from the members above, nor Bcc, nor MIME
  /// ones.
  std::vector<std::pair<std::string, std::string>> extra_headers;
  TimePoint date;
  std::chrono::minutes utc_offset{0};  ///< how `date` is written: 540 for Japan
  WrittenIn charset = WrittenIn::utf_8;
};

/// The mail as octets for SMTP DATA or an IMAP APPEND (without dot-stuffing): RFC 5322 and RFC 2045
/// to 2047, 2183, 2231, 2387; lines end in CRLF, none is over 998 octets, headers are folded at 78
/// where they can be. 7-bit throughout, except for addresses that are not ASCII themselves
/// (RFC 6531: the sender needs SMTPUTF8 for those).
///
/// File names that are not ASCII are written by RFC 2231 as `filename*` and, for old readers, by
/// RFC 2047 as `name`. References keep the first and the newest 20. The same input gives the same
/// octets.
///
/// Error::invalid, with a pointer such as "/to/0/address", when there is no recipient, an address
/// or the message id is none, or a CR, LF or NUL stands in anything that becomes part of a header:
/// a header line cannot be smuggled in (S4 f). Ids of other people's mails in `in_reply_to` and
/// `references` that could not be written as ids are left out.
[[nodiscard]] Result<std::string> compose(const Outgoing& mail);

/// Only what MIME adds: its headers and the body, from text, html and attachments. Nothing is
/// checked.
[[nodiscard]] std::string compose_entity(const Outgoing& mail);

}  // namespace madoguchi::mail
