// SPDX-License-Identifier: Apache-2.0
// The half of PartReader that names and keeps attachments and puts the texts together.
#include "core/mail/ascii.h"
#include "core/mail/body_text.h"
#include "core/mail/file_name.h"
#include "core/mail/html.h"
#include "core/mail/part_reader.h"
#include "core/mail/utf8.h"
#include "core/text/percent.h"

namespace madoguchi::mail {
namespace {

bool is_blank_text(std::string_view text) { return trim(text).empty(); }

bool is_message(std::string_view type) {
  return type == "message/rfc822" || type == "message/global" || type == "message/news";
}

}  // namespace

std::string PartReader::attachment_name(const Entity& entity, std::string_view bytes) {
  if (is_message(entity.type)) {
    const FieldLimits fields{limits_.fields, limits_.field_octets, limits_.field_line};
    const FieldBlock nested = split_fields(bytes, fields, true);
    if (const std::string_view* subject = nested.find("subject")) {
      Decoding decoding;
      const std::string name = file_name_from_text(decode_header(*subject, hint(), &decoding));
      if (!decoding.sure) add_notice(message_, Notice::unsure_charset);
      if (!name.empty()) return name + ".eml";
    }
    if (entity.file_name.empty()) return "message.eml";
  }
  if (!entity.file_name.empty()) return entity.file_name;
  const std::string number = std::to_string(message_.attachments.size() + 1);
  const bool image = entity.type.substr(0, 6) == "image/";
  return (image ? "image-" : "attachment-") + number + std::string(extension_of(entity.type));
}

void PartReader::attach(Entity& entity, std::string bytes, Place place) {
  Attachment attachment;
  attachment.file_name = attachment_name(entity, bytes);
  attachment.media_type = entity.type;
  attachment.content_id = std::move(entity.content_id);
  attachment.is_inline = entity.disposition.value == "inline" ||
                         (place.parent == Parent::related && entity.disposition.value.empty() &&
                          !attachment.content_id.empty());
  attachment.bytes = std::move(bytes);
  message_.attachments.push_back(std::move(attachment));
}

std::string PartReader::extract_uuencoded(std::string_view text) {
  std::string rest;
  std::size_t done = 0;
  while (std::optional<UuFile> file = find_uuencoded(text, done)) {
    if (parts_ >= limits_.parts) {
      add_notice(message_, Notice::partly_read);
      break;
    }
    ++parts_;
    rest += text.substr(done, file->begin - done);
    done = file->end;
    Entity entity;
    entity.type = "application/octet-stream";
    entity.file_name = clean_file_name(file->name);
    attach(entity, std::move(file->bytes), {});
  }
  rest += text.substr(done);
  return done == 0 ? rest : normalise_lines(std::move(rest));
}

void PartReader::finish_text(std::vector<BodyPiece>& pieces) {
  bool any_html = false;
  for (const BodyPiece& piece : pieces) any_html = any_html || piece.html.has_value();
  bool first = true;
  for (BodyPiece& piece : pieces) {
    const bool use_plain = piece.plain && (!is_blank_text(*piece.plain) || !piece.html);
    std::string plain;
    if (use_plain) {
      plain = *piece.plain;
    } else if (!out_of_time()) {
      plain = normalise_lines(html_to_text(*piece.html));
    }
    const Decoding& decoding = use_plain ? piece.plain_decoding : piece.html_decoding;
    if (message_.text_decoding.charset.empty() || is_blank_text(message_.text)) {
      message_.text_decoding = decoding;
    }
    if (!first && !message_.text.empty()) message_.text += '\n';
    message_.text = message_.text.empty() ? std::move(plain) : message_.text + plain;
    if (any_html) {
      if (piece.html && message_.html_decoding.charset.empty()) {
        message_.html_decoding = piece.html_decoding;
      }
      message_.html += piece.html ? *piece.html : plain_as_html(*piece.plain);
    }
    first = false;
  }
  if (message_.html.size() > limits_.text) {
    message_.html = std::string(utf8_prefix(message_.html, limits_.text));
    add_notice(message_, Notice::partly_read);
  }
}

void PartReader::mark_inline() {
  if (message_.html.empty() || message_.attachments.empty()) return;
  std::unordered_set<std::string> shown;
  const std::string_view html = message_.html;
  for (std::size_t at = html.find("cid:"); at != std::string_view::npos;
       at = html.find("cid:", at + 4)) {
    const std::string_view id = html.substr(at + 4, 300);
    shown.insert(
        text::percent_decoded_where_right(id.substr(0, id.find_first_of("\"'<>) \t\r\n"))));
  }
  for (Attachment& attachment : message_.attachments) {
    if (!attachment.content_id.empty() && shown.count(attachment.content_id) != 0) {
      attachment.is_inline = true;
    }
  }
}

}  // namespace madoguchi::mail
