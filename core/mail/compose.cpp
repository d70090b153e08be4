// SPDX-License-Identifier: Apache-2.0
#include "core/mail/compose.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/email_address.h"
#include "core/crypto/digest.h"
#include "core/mail/compose_body.h"
#include "core/mail/compose_header.h"
#include "core/mail/html.h"
#include "core/text/utf8.h"

namespace madoguchi::mail {
namespace {

constexpr std::size_t kMaxReferences = 20;
constexpr std::size_t kMaxIdOctets = 900;

bool breaks_lines(std::string_view value) {
  return std::any_of(value.begin(), value.end(),
                     [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 0x20) : c; });
  return out;
}

/// An id that can stand between angle brackets (RFC 5322 msg-id, loosely: no space, no brackets).
bool is_message_id(std::string_view id) {
  return !id.empty() && id.size() <= kMaxIdOctets && std::all_of(id.begin(), id.end(), [](char c) {
    return c > 0x20 && c < 0x7F && c != '<' && c != '>';
  });
}

/// Collects what is wrong, so that a caller sees everything at once.
class Check {
 public:
  void line(const std::string& pointer, std::string_view value) {
    if (breaks_lines(value)) {
      add(pointer, {"Line breaks and NUL are not allowed here.", "改行や NUL 文字は使えません。"});
    }
  }
  void address(const std::string& pointer, const Address& address) {
    line(pointer + "/name", address.name);
    if (breaks_lines(address.address)) {
      line(pointer + "/address", address.address);
    } else if (const auto parsed = EmailAddress::parse(address.address); !parsed) {
      add(pointer + "/address", parsed.error().fields.empty()
                                    ? parsed.error().message
                                    : parsed.error().fields.front().message);
    }
  }
  void add(std::string pointer, Text message) {
    errors_.push_back({std::move(pointer), std::move(message)});
  }
  [[nodiscard]] bool ok() const { return errors_.empty(); }
  std::vector<FieldError> take() { return std::move(errors_); }

 private:
  std::vector<FieldError> errors_;
};

bool is_own_header(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "from",    "sender", "reply-to",   "to",          "cc",         "bcc",
      "subject", "date",   "message-id", "in-reply-to", "references", "mime-version"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames) ||
         name.substr(0, 8) == "content-";
}

void check_extra_headers(const Outgoing& mail, Check& check) {
  for (std::size_t i = 0; i < mail.extra_headers.size(); ++i) {
    const auto& header = mail.extra_headers[i];
    const std::string pointer = fmt::format("/extra_headers/{}", i);
    const bool is_name = !header.first.empty() && header.first.size() <= 70 &&
                         std::all_of(header.first.begin(), header.first.end(),
                                     [](char c) { return c > 0x20 && c < 0x7F && c != ':'; });
    if (!is_name || is_own_header(lower(header.first))) {
      check.add(pointer, {"Not a header that may be added.", "追加できないヘッダーです。"});
    }
    check.line(pointer, header.second);
  }
}

Result<void> validate(const Outgoing& mail) {
  Check check;
  check.address("/from", mail.from);
  if (mail.reply_to) check.address("/reply_to", *mail.reply_to);
  for (std::size_t i = 0; i < mail.to.size(); ++i)
    check.address(fmt::format("/to/{}", i), mail.to[i]);
  for (std::size_t i = 0; i < mail.cc.size(); ++i)
    check.address(fmt::format("/cc/{}", i), mail.cc[i]);
  if (mail.to.empty() && mail.cc.empty()) {
    check.add("/to", {"At least one recipient is needed.", "宛先を1件以上指定してください。"});
  }
  check.line("/subject", mail.subject);
  if (!is_message_id(mail.message_id)) {
    check.add("/message_id", {"Not a message id.", "Message-ID の形式ではありません。"});
  }
  for (const std::string& id : mail.in_reply_to) check.line("/in_reply_to", id);
  for (const std::string& id : mail.references) check.line("/references", id);
  for (std::size_t i = 0; i < mail.attachments.size(); ++i) {
    const OutgoingAttachment& file = mail.attachments[i];
    check.line(fmt::format("/attachments/{}/file_name", i), file.file_name);
    check.line(fmt::format("/attachments/{}/media_type", i), file.media_type);
    check.line(fmt::format("/attachments/{}/content_id", i), file.content_id);
  }
  check_extra_headers(mail, check);
  if (!check.ok()) return fail(Error::invalid(check.take()));
  return {};
}

void write_address(HeaderLine& line, const Address& address) {
  const Result<EmailAddress> parsed = EmailAddress::parse(address.address);
  const std::string wire = parsed ? parsed->wire() : std::string{};  // validated before
  const std::string name = text::one_line(address.name);
  if (name.empty()) {
    line.word(wire);
    return;
  }
  line.phrase(name);
  line.word("<" + wire + ">");
}

void write_addresses(std::string& out, std::string_view name, const std::vector<Address>& addresses,
                     WrittenIn charset) {
  if (addresses.empty()) return;
  HeaderLine line(name, charset);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    if (i > 0) line.glue(",");
    write_address(line, addresses[i]);
  }
  out += line.take();
}

/// The ids that can be written, each once, in order.
std::vector<std::string> writable_ids(const std::vector<std::string>& ids) {
  std::vector<std::string> out;
  for (const std::string& id : ids) {
    if (is_message_id(id) && std::find(out.begin(), out.end(), id) == out.end()) out.push_back(id);
  }
  return out;
}

void write_ids(std::string& out, std::string_view name, std::vector<std::string> ids) {
  if (ids.empty()) return;
  // The first names the conversation, the newest are what readers match against.
  if (ids.size() > kMaxReferences + 1) {
    ids.erase(ids.begin() + 1, ids.end() - static_cast<std::ptrdiff_t>(kMaxReferences));
  }
  HeaderLine line(name);
  for (const std::string& id : ids) line.word("<" + id + ">");
  out += line.take();
}

void write_line(std::string& out, std::string_view name, std::string_view value,
                WrittenIn charset) {
  HeaderLine line(name, charset);
  line.unstructured(text::one_line(value));
  out += line.take();
}

/// A part: its Content-* headers and its body, which ends in CRLF.
struct Part {
  std::string headers;
  std::string body;
};

bool is_media_type(std::string_view type) {
  const std::size_t slash = type.find('/');
  if (slash == 0 || slash == std::string_view::npos || slash + 1 == type.size() ||
      type.size() > 100)
    return false;
  return std::all_of(type.begin(), type.end(),
                     [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                              std::string_view("/!#$&-^_.+").find(c) != std::string_view::npos;
                     }) &&
         type.find('/', slash + 1) == std::string_view::npos;
}

Part text_part(std::string_view subtype, std::string_view text, WrittenIn charset) {
  if (charset == WrittenIn::iso_2022_jp) {
    if (std::optional<EncodedBody> jis = encode_text_jis(text)) {
      return {fmt::format("Content-Type: text/{}; charset=ISO-2022-JP\r\n"
                          "Content-Transfer-Encoding: {}\r\n",
                          subtype, jis->encoding),
              std::move(jis->body)};
    }
  }
  EncodedBody encoded = encode_text(text);
  return {fmt::format("Content-Type: text/{}; charset=UTF-8\r\nContent-Transfer-Encoding: {}\r\n",
                      subtype, encoded.encoding),
          std::move(encoded.body)};
}

Part file_part(const OutgoingAttachment& file, bool beside_html, WrittenIn charset) {
  std::string type = lower(file.media_type);
  // RFC 2046 forbids base64 for composite types; a file of one travels as plain octets.
  const bool composite = type.substr(0, 10) == "multipart/" || type.substr(0, 8) == "message/";
  if (!is_media_type(type) || composite) type = "application/octet-stream";
  std::string name = text::one_line(file.file_name);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '/' || c == '\\'; }, '_');
  if (name.empty()) name = "attachment";
  HeaderLine content_type("Content-Type", charset);
  content_type.word(type);
  content_type.legacy_parameter("name", name);
  HeaderLine disposition("Content-Disposition");
  disposition.word(beside_html ? "inline" : "attachment");
  disposition.parameter("filename", name);
  Part part;
  part.headers = content_type.take() + disposition.take();
  if (is_message_id(file.content_id)) part.headers += "Content-ID: <" + file.content_id + ">\r\n";
  EncodedBody encoded = encode_binary(file.bytes);
  part.headers += "Content-Transfer-Encoding: " + encoded.encoding + "\r\n";
  part.body = std::move(encoded.body);
  return part;
}

/// Deterministic, unlike any line of the parts: "=_" occurs in no encoded body, and a boundary that
/// stands in a 7bit one is counted on.
std::string boundary_for(std::string_view message_id, int level, const std::vector<Part>& parts) {
  for (int attempt = 0;; ++attempt) {
    const std::string seed = fmt::format("{}|{}|{}", message_id, level, attempt);
    const std::string boundary = "=_" + crypto::to_hex(crypto::sha256(seed)).substr(0, 32);
    const bool taken = std::any_of(parts.begin(), parts.end(), [&](const Part& part) {
      return part.body.find(boundary) != std::string::npos;
    });
    if (!taken) return boundary;
  }
}

Part multipart(std::string_view subtype, std::string_view parameters,
               const std::vector<Part>& parts, std::string_view message_id, int level) {
  const std::string boundary = boundary_for(message_id, level, parts);
  Part whole;
  whole.headers = fmt::format("Content-Type: multipart/{}{};\r\n boundary=\"{}\"\r\n", subtype,
                              parameters, boundary);
  for (const Part& part : parts) {
    whole.body += "--" + boundary + "\r\n" + part.headers + "\r\n" + part.body;
    // The CRLF before a boundary belongs to the boundary; bodies end in their own.
    whole.body += "\r\n";
  }
  whole.body += "--" + boundary + "--\r\n";
  return whole;
}

Part body_of(const Outgoing& mail) {
  std::vector<Part> inline_parts;
  std::vector<Part> files;
  for (const OutgoingAttachment& file : mail.attachments) {
    const bool beside_html = file.is_inline && !mail.html.empty() && is_message_id(file.content_id);
    (beside_html ? inline_parts : files).push_back(file_part(file, beside_html, mail.charset));
  }
  const std::string& id = mail.message_id;
  Part body =
      text_part("plain", mail.text.empty() ? html_to_text(mail.html) : mail.text, mail.charset);
  if (!mail.html.empty()) {
    Part html = text_part("html", mail.html, mail.charset);
    if (!inline_parts.empty()) {
      inline_parts.insert(inline_parts.begin(), std::move(html));
      html = multipart("related", "; type=\"text/html\"", inline_parts, id, 1);
    }
    body = multipart("alternative", "", {std::move(body), std::move(html)}, id, 2);
  }
  if (files.empty()) return body;
  files.insert(files.begin(), std::move(body));
  return multipart("mixed", "", files, id, 3);
}

}  // namespace

Result<std::string> compose(const Outgoing& mail) {
  if (const Result<void> valid = validate(mail); !valid) return fail(valid.error());
  std::string out = "Date: " + format_date(mail.date, mail.utc_offset) + "\r\n";
  write_addresses(out, "From", {mail.from}, mail.charset);
  if (mail.reply_to) write_addresses(out, "Reply-To", {*mail.reply_to}, mail.charset);
  write_addresses(out, "To", mail.to, mail.charset);
  write_addresses(out, "Cc", mail.cc, mail.charset);
  write_line(out, "Subject", mail.subject, mail.charset);
  out += "Message-ID: <" + mail.message_id + ">\r\n";
  write_ids(out, "In-Reply-To", writable_ids(mail.in_reply_to));
  std::vector<std::string> references = mail.references;
  references.insert(references.end(), mail.in_reply_to.begin(), mail.in_reply_to.end());
  write_ids(out, "References", writable_ids(references));
  for (const auto& header : mail.extra_headers)
    write_line(out, header.first, header.second, mail.charset);
  return out + compose_entity(mail);
}

std::string compose_entity(const Outgoing& mail) {
  const Part body = body_of(mail);
  return "MIME-Version: 1.0\r\n" + body.headers + "\r\n" + body.body;
}

}  // namespace madoguchi::mail
