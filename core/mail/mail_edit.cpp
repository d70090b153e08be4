// SPDX-License-Identifier: Apache-2.0
#include "core/mail/mail_edit.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "core/mail/ascii.h"
#include "core/mail/body_text.h"
#include "core/mail/charset_digits.h"
#include "core/mail/compose_body.h"
#include "core/mail/header.h"
#include "core/mail/html_digits.h"
#include "core/mail/part_reader.h"
#include "core/mail/text_files.h"
#include "core/text/card_number.h"

namespace madoguchi::mail {
namespace {

/// Changes of a mail, by where they stand in it.
class Edits {
 public:
  explicit Edits(std::string_view raw) : raw_(raw) {}

  /// `place` is a part of the mail, maybe an empty one.
  void put(std::string_view place, std::string replacement) {
    edits_.push_back({static_cast<std::size_t>(place.data() - raw_.data()), place.size(),
                      std::move(replacement)});
  }

  std::string applied() {
    std::stable_sort(edits_.begin(), edits_.end(),
                     [](const Edit& a, const Edit& b) { return a.offset < b.offset; });
    std::string out;
    out.reserve(raw_.size());
    std::size_t copied = 0;
    for (const Edit& one : edits_) {
      out.append(raw_, copied, one.offset - copied);
      out += one.replacement;
      copied = one.offset + one.length;
    }
    return out.append(raw_, copied, std::string_view::npos);
  }

 private:
  struct Edit {
    std::size_t offset;
    std::size_t length;
    std::string replacement;
  };

  std::string_view raw_;
  std::vector<Edit> edits_;
};

std::string decoded(const PartPlace& part) {
  switch (part.encoding) {
    case TransferEncoding::base64:
      return decode_base64(part.body);
    case TransferEncoding::quoted_printable:
      return decode_quoted_printable(part.body);
    case TransferEncoding::uuencode:
      if (std::optional<UuFile> file = find_uuencoded(part.body)) return std::move(file->bytes);
      break;
    case TransferEncoding::identity:
      break;
  }
  return std::string(part.body);
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  std::string out;
  out.reserve(text.size());
  std::size_t done = 0;
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, done)) {
    out.append(text, done, at - done).append(to);
    done = at + from.size();
  }
  text = out.append(text, done, std::string::npos);
}

std::string base64_body(std::string_view bytes, std::string_view instead_of) {
  std::string body = encode_binary(bytes).body;
  if (instead_of.empty() || instead_of.back() != '\n') body.resize(body.size() - 2);
  if (instead_of.find("\r\n") == std::string_view::npos) replace_all(body, "\r\n", "\n");
  return body;
}

std::string quoted_printable_body(std::string bytes) {
  const bool bare = bytes.find("\r\n") == std::string::npos;
  if (bare) replace_all(bytes, "\n", "\r\n");
  std::string body = encode_quoted_printable(bytes);
  if (bare) replace_all(body, "\r\n", "\n");
  return body;
}

/// Bytes in the transfer encoding of the body that they stand for; nothing for uuencode.
std::optional<std::string> encoded(std::string bytes, const PartPlace& part) {
  switch (part.encoding) {
    case TransferEncoding::identity:
      return bytes;
    case TransferEncoding::base64:
      return base64_body(bytes, part.body);
    case TransferEncoding::quoted_printable:
      return quoted_printable_body(std::move(bytes));
    case TransferEncoding::uuencode:
      break;
  }
  return std::nullopt;
}

/// Changes one mail.
class MailEditor {
 public:
  MailEditor(std::string_view raw, std::string_view charset, std::size_t mails_within)
      : raw_(raw), forced_(charset), mails_within_(mails_within), edits_(raw) {}

  std::string masked() {
    const ReadLimits limits;
    const FieldBlock top =
        split_fields(raw_, {limits.fields, limits.field_octets, limits.field_line}, true);
    const std::string_view* from = top.find("from");
    carrier_ = from == nullptr ? Carrier::unknown : carrier_of(*from);
    Message message;
    PartReader reader(message, limits, WorkClock::now() + limits.time, forced_, carrier_);
    std::vector<PartPlace> places;
    reader.note_places(places);
    reader.read(top);
    const std::string hint = forced_.empty() ? reader.body_charset() : canonical_charset(forced_);
    bool first = true;
    for (const PartPlace& part : places) {
      const bool as_utf8 = part.is_leaf && !body(part);
      fields(part, {first ? std::string_view(hint) : std::string_view(part.hint), carrier_},
             as_utf8);
      first = false;
    }
    return edits_.applied();
  }

 private:
  /// False when the body was written in UTF-8 and base64, which its headers are to say.
  bool body(const PartPlace& part) {
    if (is_mail_type(part.type)) {
      mail(part);
      return true;
    }
    return !is_text_file(part.type, part.file_name) || text(part);
  }

  void mail(const PartPlace& part) {
    if (mails_within_ == 0) return;
    const std::string bytes = decoded(part);
    std::string changed = with_masked_parts(bytes, forced_, mails_within_ - 1);
    if (changed == bytes) return;
    if (auto body = encoded(std::move(changed), part)) edits_.put(part.body, std::move(*body));
  }

  bool text(const PartPlace& part) {
    const std::string bytes = decoded(part);
    const bool html = is_html_file(part.type, part.file_name);
    const DecodedText text = to_utf8(bytes, part, html);
    const std::vector<text::DigitMask> masks =
        html ? html_card_number_masks(text.text) : text::card_number_masks(text.text);
    if (masks.empty()) return true;
    const std::string wanted = text::masked(text.text, masks);
    std::optional<std::string> changed =
        with_masked_digits(bytes, text.decoding.charset, text.text, masks);
    if (changed && to_utf8(*changed, part, html).text == wanted) {
      if (auto body = encoded(std::move(*changed), part)) {
        edits_.put(part.body, std::move(*body));
        return true;
      }
    }
    if (part.fields.empty()) return true;  // nowhere to say so
    edits_.put(part.body, base64_body(wanted, part.body));
    return false;
  }

  DecodedText to_utf8(std::string_view bytes, const PartPlace& part, bool html) const {
    if (!forced_.empty()) {
      DecodedText text = decode_text_as(bytes, forced_, carrier_);
      if (!text.decoding.charset.empty()) return text;
    }
    const std::string* charset = part.content_type.find("charset");
    std::string_view label = charset == nullptr ? std::string_view{} : std::string_view(*charset);
    if (label.empty() && html) label = html_charset(bytes);
    if (label.empty()) label = marked_charset(bytes);
    return decode_text(bytes, label, {part.hint, carrier_});
  }

  void fields(const PartPlace& part, const TextHint& hint, bool as_utf8) {
    bool type_written = !as_utf8;
    bool encoding_written = !as_utf8;
    for (const RawField& field : part.fields) {
      if (!type_written && iequals(field.name, "content-type")) {
        edits_.put(field.value, utf8_type(part));
        type_written = true;
      } else if (!encoding_written && iequals(field.name, "content-transfer-encoding")) {
        edits_.put(field.value, " base64");
        encoding_written = true;
      } else {
        std::string changed = with_masked_field(field.name, field.value, hint);
        if (changed != field.value) edits_.put(field.value, std::move(changed));
      }
    }
    if (type_written && encoding_written) return;
    std::string more;
    if (!type_written) more += "\r\nContent-Type:" + utf8_type(part);
    if (!encoding_written) more += "\r\nContent-Transfer-Encoding: base64";
    const std::string_view last = part.fields.back().value;
    edits_.put(last.substr(last.size()), std::move(more));
  }

  static std::string utf8_type(const PartPlace& part) {
    ParameterField type = part.content_type;
    if (type.value.find('/') == std::string::npos) type.value = part.type;
    auto& list = type.parameters;
    list.erase(std::remove_if(list.begin(), list.end(),
                              [](const Parameter& one) { return one.name == "charset"; }),
               list.end());
    list.push_back({"charset", "utf-8", false});
    return written_parameters("Content-Type", type);
  }

  std::string_view raw_;
  std::string_view forced_;
  std::size_t mails_within_;
  Carrier carrier_ = Carrier::unknown;
  Edits edits_;
};

}  // namespace

std::string with_masked_parts(std::string_view raw, std::string_view charset,
                              std::size_t mails_within) {
  std::string with_lf;  // bare CR as line end: as the reader takes it
  if (raw.find('\n') == std::string_view::npos && raw.find('\r') != std::string_view::npos) {
    with_lf = std::string(raw);
    std::replace(with_lf.begin(), with_lf.end(), '\r', '\n');
    raw = with_lf;
  }
  return MailEditor(raw, charset, mails_within).masked();
}

}  // namespace madoguchi::mail
