// SPDX-License-Identifier: Apache-2.0
#include "core/mail/part_reader.h"

#include <algorithm>
#include <utility>

#include "core/mail/ascii.h"
#include "core/mail/body_text.h"
#include "core/mail/file_name.h"
#include "core/mail/utf8.h"

namespace madoguchi::mail {
namespace {

bool is_blank_text(std::string_view text) { return trim(text).empty(); }

bool is_multipart(std::string_view type) { return type.substr(0, 10) == "multipart/"; }
/// "text" alone, or a type with blanks or junk, is what RFC 2045 section 5.2 says: plain text.
std::string media_type(std::string value) {
  const std::size_t slash = value.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == value.size()) {
    return value == "html" ? "text/html" : "text/plain";
  }
  return value;
}

void append(std::vector<BodyPiece>& to, std::vector<BodyPiece>&& from) {
  for (BodyPiece& piece : from) to.push_back(std::move(piece));
}

}  // namespace

void add_notice(Message& message, Notice notice) {
  if (std::find(message.notices.begin(), message.notices.end(), notice) == message.notices.end()) {
    message.notices.push_back(notice);
  }
}

PartReader::PartReader(Message& message, const ReadLimits& limits, WorkPoint deadline,
                       std::string_view forced_charset, Carrier carrier)
    : message_(message),
      limits_(limits),
      deadline_(deadline),
      forced_charset_(canonical_charset(forced_charset)),
      carrier_(carrier) {}

void PartReader::read(const FieldBlock& top) {
  std::vector<BodyPiece> pieces = part(top, {});
  finish_text(pieces);
  mark_inline();
  message_.body_digest = digest_.hex();
}

bool PartReader::out_of_time() {
  if (WorkClock::now() < deadline_) return false;
  add_notice(message_, Notice::partly_read);
  return true;
}

void PartReader::note(const Entity& entity, const FieldBlock& block, bool is_leaf) {
  places_->push_back({block.fields, entity.body, entity.encoding, entity.type, entity.content_type,
                      entity.file_name, body_charset_, is_leaf});
}

PartReader::Entity PartReader::describe(const FieldBlock& block, Place place) {
  Entity entity;
  entity.body = block.body;
  const std::string_view* type = nullptr;
  const std::string_view* disposition = nullptr;
  const std::string_view* encoding = nullptr;
  for (const RawField& field : block.fields) {
    if (field.name.size() < 10 || fold_case(field.name[0]) != 'c') continue;
    if (type == nullptr && iequals(field.name, "content-type")) type = &field.value;
    if (encoding == nullptr && iequals(field.name, "content-transfer-encoding")) {
      encoding = &field.value;
    }
    if (disposition == nullptr && iequals(field.name, "content-disposition")) {
      disposition = &field.value;
    }
    if (iequals(field.name, "content-id")) {
      std::vector<std::string> ids = parse_message_ids(field.value, 1);
      entity.content_id = ids.empty() ? unfold(field.value) : std::move(ids.front());
    }
  }
  if (type != nullptr) {
    entity.content_type = parse_parameters(*type, hint(), limits_.parameters);
    entity.type = media_type(entity.content_type.value);
  } else {
    entity.type = place.parent == Parent::digest ? "message/rfc822" : "text/plain";
  }
  if (disposition != nullptr) {
    entity.disposition = parse_parameters(*disposition, hint(), limits_.parameters);
  }
  if (encoding != nullptr) entity.encoding = transfer_encoding(*encoding);
  const std::string* name = entity.disposition.find("filename");
  if (name == nullptr || name->empty()) name = entity.content_type.find("name");
  if (name == nullptr) name = entity.disposition.find("name");
  if (name != nullptr) entity.file_name = clean_file_name(*name);
  if (!entity.content_type.sure || !entity.disposition.sure) {
    add_notice(message_, Notice::unsure_charset);
  }
  if (entity.content_type.limited || entity.disposition.limited || block.limited) {
    add_notice(message_, Notice::partly_read);
  }
  return entity;
}

std::vector<BodyPiece> PartReader::part(const FieldBlock& block, Place place) {
  if (block.mended) add_notice(message_, Notice::malformed);
  Entity entity = describe(block, place);
  const bool is_leaf = !is_multipart(entity.type);
  if (places_ != nullptr) note(entity, block, is_leaf);
  if (is_leaf) return leaf(entity, place);
  // Nobody may encode a multipart; those who do anyway are decoded when the boundary is hidden.
  std::string storage;
  if (entity.encoding != TransferEncoding::identity && guess_boundary(entity.body).empty()) {
    entity.body = decode(entity, storage);
  }
  if (storage.empty()) return multipart(entity, place);
  std::vector<PartPlace>* const places = std::exchange(places_, nullptr);
  std::vector<BodyPiece> pieces = multipart(entity, place);
  places_ = places;
  return pieces;
}

std::vector<BodyPiece> PartReader::multipart(const Entity& entity, Place place) {
  if (place.depth >= limits_.depth || searched_ >= limits_.searched) {
    add_notice(message_, Notice::partly_read);
    digest_.add(entity.body);
    return {};
  }
  const std::string* boundary = entity.content_type.find("boundary");
  MultipartBody body;
  if (boundary != nullptr) body = split(entity.body, trim(*boundary));
  if (!body.found) {
    add_notice(message_, Notice::malformed);
    body = split(entity.body, guess_boundary(entity.body));
  }
  if (!body.found) {
    Entity plain;
    plain.type = "text/plain";
    plain.body = entity.body;
    if (places_ != nullptr) note(plain, {}, true);
    return leaf(plain, place);
  }
  if (!body.closed && !body.limited) add_notice(message_, Notice::malformed);

  Parent parent = Parent::mixed;
  if (entity.type == "multipart/alternative") parent = Parent::alternative;
  if (entity.type == "multipart/related") parent = Parent::related;
  if (entity.type == "multipart/digest") parent = Parent::digest;
  const FieldLimits fields{limits_.fields, limits_.field_octets, limits_.field_line};
  std::vector<std::vector<BodyPiece>> children;
  std::size_t read = 0;
  std::size_t end_of_read = 0;
  for (const std::string_view bytes : body.parts) {
    if (parts_ >= limits_.parts) break;
    ++parts_;
    children.push_back(
        part(split_fields(bytes, fields, false), {parent, place.depth + 1, read == 0}));
    ++read;
    end_of_read = static_cast<std::size_t>(bytes.data() - entity.body.data()) + bytes.size();
  }
  if (body.limited || read < body.parts.size()) {
    add_notice(message_, Notice::partly_read);
    digest_.add(entity.body.substr(end_of_read));
  }
  std::vector<BodyPiece> pieces;
  if (parent == Parent::alternative) {
    if (std::optional<BodyPiece> best = alternative(std::move(children))) {
      pieces.push_back(std::move(*best));
    }
    return pieces;
  }
  for (std::vector<BodyPiece>& child : children) append(pieces, std::move(child));
  return pieces;
}

MultipartBody PartReader::split(std::string_view body, std::string_view boundary) {
  searched_ += body.size();
  return split_multipart(body, boundary, limits_.parts - std::min(limits_.parts, parts_));
}

/// The first plain text that says something, the last html: senders order from plain to rich.
std::optional<BodyPiece> PartReader::alternative(std::vector<std::vector<BodyPiece>> children) {
  std::optional<BodyPiece> best;
  for (std::vector<BodyPiece>& child : children) {
    if (child.empty()) continue;
    if (!best) best.emplace();
    std::string plain;
    std::string html;
    const bool has_html = std::any_of(child.begin(), child.end(),
                                      [](const BodyPiece& p) { return p.html.has_value(); });
    for (BodyPiece& piece : child) {
      if (piece.plain) plain += (plain.empty() ? "" : "\n") + *piece.plain;
      if (has_html) html += piece.html ? *piece.html : plain_as_html(*piece.plain);
    }
    if (!is_blank_text(plain) && (!best->plain || is_blank_text(*best->plain))) {
      best->plain = std::move(plain);
      best->plain_decoding = child.front().plain_decoding;
    }
    if (!is_blank_text(html)) {
      best->html = std::move(html);
      for (const BodyPiece& piece : child) {
        if (piece.html) best->html_decoding = piece.html_decoding;
      }
    }
  }
  if (best && !best->plain && !best->html) best->plain.emplace();
  return best;
}

bool PartReader::is_body_text(const Entity& entity, Place place) const {
  if (entity.type.substr(0, 5) != "text/") return false;
  const bool plain_or_html = entity.type == "text/plain" || entity.type == "text/html";
  const bool readable = plain_or_html || entity.type == "text/enriched" ||
                        entity.type == "text/x-plain" || entity.type == "text/markdown";
  if (!readable) return false;
  if (entity.disposition.value == "attachment") {
    return place.parent == Parent::none && entity.file_name.empty();
  }
  if (entity.file_name.empty() || place.parent == Parent::none) return true;
  if (place.parent == Parent::alternative) return true;
  if (place.parent == Parent::related && place.first) return true;
  return leaves_ == 0 && entity.disposition.value.empty();
}

std::string_view PartReader::decode(const Entity& entity, std::string& storage) {
  std::string_view body = entity.body;
  const std::size_t room = limits_.decoded - std::min(limits_.decoded, decoded_);
  const bool base64 = entity.encoding == TransferEncoding::base64;
  if (const std::size_t most = base64 ? room / 3 * 4 : room; body.size() > most) {
    body = body.substr(0, most);
    add_notice(message_, Notice::partly_read);
  }
  switch (entity.encoding) {
    case TransferEncoding::base64: {
      bool broken = false;
      storage = decode_base64(body, &broken);
      if (broken) add_notice(message_, Notice::malformed);
      break;
    }
    case TransferEncoding::quoted_printable:
      storage = decode_quoted_printable(body);
      break;
    case TransferEncoding::uuencode:
      if (std::optional<UuFile> file = find_uuencoded(body)) {
        storage = std::move(file->bytes);
        break;
      }
      [[fallthrough]];
    case TransferEncoding::identity:
      decoded_ += body.size();
      return body;
  }
  decoded_ += storage.size();
  return storage;
}

std::vector<BodyPiece> PartReader::leaf(Entity& entity, Place place) {
  std::string storage;
  const std::string_view bytes = decode(entity, storage);
  digest_.add(bytes);
  std::vector<BodyPiece> pieces;
  if (is_body_text(entity, place)) {
    if (!out_of_time()) pieces = text(entity, bytes);
  } else if (place.parent != Parent::alternative ||
             (entity.type != "text/x-amp-html" && entity.type != "text/watch-html")) {
    attach(entity, bytes.data() == storage.data() ? std::move(storage) : std::string(bytes), place);
  }
  ++leaves_;
  return pieces;
}

std::string_view PartReader::within(std::string_view bytes, std::size_t& used) {
  const std::size_t room = limits_.text - std::min(limits_.text, used);
  if (bytes.size() > room) {
    // Not within a character: a charset that is not UTF-8 can be cut safely only between lines.
    constexpr std::size_t kLongLine = 64 * 1024;
    bytes = utf8_prefix(bytes, room);
    const std::size_t line_end = bytes.rfind('\n');
    if (line_end != std::string_view::npos && bytes.size() - line_end < kLongLine) {
      bytes = bytes.substr(0, line_end + 1);
    }
    add_notice(message_, Notice::partly_read);
  }
  used += bytes.size();
  return bytes;
}

DecodedText PartReader::to_utf8(std::string_view bytes, std::string_view label) {
  DecodedText text;
  if (!forced_charset_.empty()) text = decode_text_as(bytes, forced_charset_, carrier_);
  if (text.decoding.charset.empty()) text = decode_text(bytes, label, hint());
  if (!text.decoding.sure) add_notice(message_, Notice::unsure_charset);
  if (body_charset_.empty() && text.decoding.charset != "us-ascii") {
    body_charset_ = text.decoding.charset;
  }
  return text;
}

std::vector<BodyPiece> PartReader::text(const Entity& entity, std::string_view bytes) {
  const std::string* charset = entity.content_type.find("charset");
  std::string_view label = charset == nullptr ? std::string_view{} : std::string_view(*charset);
  std::vector<BodyPiece> pieces(1);
  BodyPiece& piece = pieces.front();
  if (entity.type == "text/html") {
    bytes = within(bytes, html_);
    if (label.empty()) label = html_charset(bytes);
    DecodedText text = to_utf8(bytes, label);
    piece.html = normalise_lines(std::move(text.text));
    piece.html_decoding = std::move(text.decoding);
    return pieces;
  }
  DecodedText text = to_utf8(within(bytes, plain_), label);
  std::string plain = normalise_lines(std::move(text.text));
  const std::string* format = entity.content_type.find("format");
  if (format != nullptr && iequals(*format, "flowed")) {
    const std::string* del_sp = entity.content_type.find("delsp");
    plain = normalise_lines(unflow(plain, del_sp != nullptr && iequals(*del_sp, "yes")));
  }
  piece.plain = extract_uuencoded(plain);
  piece.plain_decoding = std::move(text.decoding);
  return pieces;
}

}  // namespace madoguchi::mail
