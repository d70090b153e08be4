// SPDX-License-Identifier: Apache-2.0
#include "core/mail/card_numbers.h"

#include <algorithm>

#include "core/mail/ascii.h"
#include "core/mail/charset.h"
#include "core/mail/compose.h"
#include "core/mail/compose_header.h"
#include "core/mail/header.h"
#include "core/mail/html.h"
#include "core/mail/html_digits.h"
#include "core/mail/mail_edit.h"
#include "core/mail/read.h"
#include "core/mail/text_files.h"
#include "core/text/card_number.h"
#include "core/text/utf8.h"

namespace madoguchi::mail {
namespace {

bool is_clean(std::string_view text) { return text::card_number_masks(text).empty(); }

/// Headers that machines write for machines: numbers in them are of hosts, times and digests. Names
/// of parts are looked at as what they are.
bool is_of_machines(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "received",     "date",         "dkim-signature", "authentication-results",
      "received-spf", "mime-version", "content-type",   "content-transfer-encoding"};
  return istarts_with(name, "arc-") ||
         std::any_of(std::begin(kNames), std::end(kNames),
                     [&](std::string_view one) { return iequals(name, one); });
}

/// What stands between the tags, run together.
std::string between_tags(std::string_view html) {
  std::string out;
  bool in_tag = false;
  for (const char c : html) {
    if (c == '<') in_tag = true;
    if (!in_tag) out += c;
    if (c == '>') in_tag = false;
  }
  return out;
}

bool has_number(const Message& message, std::size_t depth);

bool file_has_number(std::string_view type, std::string_view name, std::string_view bytes,
                     std::size_t depth) {
  if (!is_clean(name)) return true;
  if (is_mail_type(type)) return depth > 0 && has_number(read(bytes), depth - 1);
  if (!is_text_file(type, name)) return false;
  const DecodedText text = decode_text(bytes, marked_charset(bytes));
  return !is_clean(text.text) ||
         (is_html_file(type, name) && !html_card_number_masks(text.text).empty());
}

bool file_has_number(const Attachment& file, std::size_t depth) {
  return file_has_number(file.media_type, file.file_name, file.bytes, depth);
}

bool beside_texts(const Message& message, std::size_t depth) {
  return std::any_of(
             message.headers.begin(), message.headers.end(),
             [](const Header& one) { return !is_clean(one.value) && !is_of_machines(one.name); }) ||
         std::any_of(message.attachments.begin(), message.attachments.end(),
                     [&](const Attachment& file) { return file_has_number(file, depth); });
}

/// Anywhere in the message, as it will be shown.
bool has_number(const Message& message, std::size_t depth) {
  const auto named = [](const std::vector<Address>& list) {
    return std::any_of(list.begin(), list.end(),
                       [](const Address& one) { return !is_clean(one.name); });
  };
  if (!is_clean(message.subject) || !is_clean(message.text) || named(message.from) ||
      named(message.to) || named(message.cc) || named(message.reply_to) || named(message.sender)) {
    return true;
  }
  std::string html = message.html.empty() ? std::string{} : sanitize_html(message.html);
  return mask_sanitised_html(html) || beside_texts(message, depth);
}

/// The text of a file in UTF-8 without numbers; nothing when that cannot be told.
std::string masked_file(const Attachment& file) {
  std::string text = decode_text(file.bytes, marked_charset(file.bytes)).text;
  if (is_html_file(file.media_type, file.file_name)) {
    text = text::masked(text, html_card_number_masks(text));
  }
  return text::mask_card_numbers(std::move(text));
}

/// Its headers, its text and its attachments in a mail of ours.
std::string written_anew(std::string_view raw, std::string_view charset, std::size_t depth) {
  const Message message = charset.empty() ? read(raw) : read_as(raw, charset);
  std::string out;
  for (const RawField& field : split_fields(raw, {}, true).fields) {
    if (istarts_with(field.name, "content-") || iequals(field.name, "mime-version")) continue;
    const std::string value = decode_header(field.value);
    if (is_of_machines(field.name) || is_clean(value)) {
      out.append(field.name).append(":").append(field.value).append("\r\n");
    } else {
      HeaderLine line(field.name);
      line.unstructured(text::one_line(text::mask_card_numbers(value)));
      out += line.take();
    }
  }
  Outgoing mail;
  mail.text = text::mask_card_numbers(message.text);
  mail.message_id = message.body_digest;  // for the boundaries
  for (const Attachment& file : message.attachments) {
    Attachment kept = file;
    kept.file_name = text::mask_card_numbers(kept.file_name);
    if (file_has_number(kept, depth)) kept.bytes = masked_file(kept);
    if (file_has_number(kept, depth)) kept.bytes.clear();
    mail.attachments.push_back(std::move(kept));
  }
  return out + compose_entity(mail);
}

}  // namespace

bool has_card_number_beside_texts(const Message& message) {
  return beside_texts(message, kMailsWithin);
}

bool has_card_number(std::string_view media_type, std::string_view file_name,
                     std::string_view bytes) {
  return file_has_number(media_type, file_name, bytes, kMailsWithin);
}

bool mask_sanitised_html(std::string& html) {
  bool found = false;
  html = text::mask_card_numbers(std::move(html), &found);
  if (is_clean(between_tags(html)) || is_clean(html_to_text(html))) return found;
  html.clear();
  return true;
}

std::string mask_mail(std::string_view raw, std::string_view charset) {
  std::string edited = with_masked_parts(raw, charset, kMailsWithin);
  const auto still = [&](std::string_view bytes) {
    return has_number(charset.empty() ? read(bytes) : read_as(bytes, charset), kMailsWithin);
  };
  if (still(edited)) edited = written_anew(edited, charset, kMailsWithin);
  return edited;
}

}  // namespace madoguchi::mail
