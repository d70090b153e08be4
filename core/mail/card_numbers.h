// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/mail/message.h"

namespace madoguchi::mail {

/// The card-number guard (core/text/card_number.h) over whole mails (S7). What it looks at is what
/// the reader decodes: header texts, texts, attachments' names, attachments that are text, and
/// mails within the mail, three deep. Files of other kinds (pictures, PDF, archives, documents of
/// office programs) are not looked into.

/// Whether there is a card number in headers, names or attachments: where a message's own subject
/// and texts are not. Cheap for a mail without one.
[[nodiscard]] bool has_card_number_beside_texts(const Message& message);

/// Whether a file that somebody sends holds one, where it is text.
[[nodiscard]] bool has_card_number(std::string_view media_type, std::string_view file_name,
                                   std::string_view bytes);

/// Masks in html that was sanitised; html whose tags cut a number in pieces is emptied, since only
/// its text can be kept. Returns whether there was any.
[[nodiscard]] bool mask_sanitised_html(std::string& html);

/// The mail with every card number masked: a mail that reads as this one does, but for the digits.
/// Only the octets of these digits change, in the charset and transfer encoding they were sent in.
/// A text in which they cannot be found is written anew in UTF-8; when the mail still reads as
/// holding a number (one that lies across two parts, in a winmail.dat, between tags), it is written
/// anew as a whole, from its headers, its text and its attachments.
///
/// `charset`, when not empty, is that of read_as: what the mail must hold no number read by.
[[nodiscard]] std::string mask_mail(std::string_view raw, std::string_view charset = {});

}  // namespace madoguchi::mail
