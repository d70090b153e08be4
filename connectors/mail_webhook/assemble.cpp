// SPDX-License-Identifier: Apache-2.0
#include "connectors/mail_webhook/assemble.h"

#include <algorithm>
#include <array>

#include "core/crypto/digest.h"
#include "core/crypto/encoding.h"
#include "core/mail/address_list.h"
#include "core/mail/ascii.h"
#include "core/mail/header.h"
#include "core/text/percent.h"

namespace madoguchi::connectors::mail_webhook {
namespace {

constexpr std::size_t kBase64Line = 57;  // octets in, 76 characters out
constexpr std::size_t kWordOctets = 42;  // of text in one encoded-word of at most 75 characters

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x7F && (byte >= 0x20 || c == '\t');
  });
}

bool is_header_name(std::string_view name) {
  return !name.empty() && name.size() <= 200 && std::all_of(name.begin(), name.end(), [](char c) {
    return c > ' ' && c < 0x7F && c != ':';
  });
}

bool is_token(std::string_view text) {
  constexpr std::string_view kOthers = "!#$&^_.+-";
  return !text.empty() && text.size() <= 127 && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || mail::is_digit(c) ||
           kOthers.find(c) != std::string_view::npos;
  });
}

std::string media_type(std::string_view given) {
  const std::size_t slash = std::min(given.find('/'), given.size());
  if (slash == given.size() || !is_token(given.substr(0, slash)) ||
      !is_token(given.substr(slash + 1))) {
    return "application/octet-stream";
  }
  // A part of that kind would have to be cut at boundaries again.
  if (mail::istarts_with(given, "multipart/")) return "application/octet-stream";
  return mail::lower(given);
}

/// Encoded-words (RFC 2047) of whole characters.
std::string words(std::string_view utf8) {
  std::string out;
  while (!utf8.empty()) {
    std::size_t length = std::min(kWordOctets, utf8.size());
    while (length < utf8.size() && length > 1 &&
           (static_cast<unsigned char>(utf8[length]) & 0xC0U) == 0x80U) {
      --length;
    }
    if (!out.empty()) out += "\r\n ";
    out += "=?UTF-8?B?" + crypto::to_base64(utf8.substr(0, length)) + "?=";
    utf8.remove_prefix(length);
  }
  return out;
}

std::string address_text(const mail::Address& address) {
  std::string shown = address.address.empty() ? "" : "<" + address.address + ">";
  if (address.name.empty()) return shown;
  return words(address.name) + (shown.empty() ? "" : "\r\n " + shown);
}

std::string addresses_text(std::string_view value) {
  std::string out;
  for (const mail::Address& one : mail::parse_addresses(value, {"utf-8"})) {
    const std::string text = address_text(one);
    if (!text.empty()) out += (out.empty() ? "" : ",\r\n ") + text;
  }
  return out;
}

bool holds_addresses(std::string_view name) {
  constexpr std::array<std::string_view, 6> kNames = {"from", "sender", "reply-to",
                                                      "to",   "cc",     "bcc"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](std::string_view one) { return mail::iequals(one, name); });
}

void add_header(std::string& out, const std::string& name, std::string_view given) {
  if (!is_header_name(name) || mail::istarts_with(name, "content-") ||
      mail::iequals(name, "mime-version")) {
    return;
  }
  std::string value = mail::unfold(given);
  // Whatever is left of control characters must not become a line of its own.
  for (char& c : value) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t') c = ' ';
  }
  out += name + ": ";
  if (is_ascii(value)) {
    out += value;
  } else {
    out += holds_addresses(name) ? addresses_text(value) : words(value);
  }
  out += "\r\n";
}

void add_base64(std::string& out, std::string_view bytes) {
  out += "Content-Transfer-Encoding: base64\r\n\r\n";
  out.reserve(out.size() + bytes.size() / 3 * 4 + bytes.size() / kBase64Line * 2 + 8);
  while (!bytes.empty()) {
    out += crypto::to_base64(bytes.substr(0, kBase64Line)) + "\r\n";
    bytes.remove_prefix(std::min(kBase64Line, bytes.size()));
  }
}

std::string text_type(const char* type, const std::string& charset) {
  return std::string("Content-Type: text/") + type + "; charset=\"" +
         (is_token(charset) ? charset : "utf-8") + "\"\r\n";
}

void add_file(std::string& out, const FilePart& file) {
  const std::string content_id = mail::unfold(file.content_id);
  const bool has_id = !content_id.empty() && is_ascii(content_id);
  out += "Content-Type: " + media_type(file.media_type) + "\r\n";
  out += std::string("Content-Disposition: ") + (has_id ? "inline" : "attachment");
  if (!file.name.empty()) out += ";\r\n filename*=UTF-8''" + text::percent_encoded(file.name);
  out += "\r\n";
  if (has_id) out += "Content-ID: <" + content_id + ">\r\n";
  add_base64(out, file.bytes);
}

std::string boundary_of(const MailParts& parts, const char* level) {
  crypto::Sha256 digest;
  digest.update(level);
  if (parts.text) digest.update(parts.text->bytes);
  if (parts.html) digest.update(parts.html->bytes);
  for (const FilePart& file : parts.files) digest.update(file.bytes);
  // No line of base64 can begin like that.
  return "=_" + crypto::to_hex(digest.finish()).substr(0, 32);
}

void add_texts(std::string& out, const MailParts& parts) {
  const TextPart none{{}, "utf-8"};
  if (parts.html && !parts.text) {
    out += text_type("html", parts.html->charset);
    add_base64(out, parts.html->bytes);
    return;
  }
  const TextPart& text = parts.text ? *parts.text : none;
  if (!parts.html) {
    out += text_type("plain", text.charset);
    add_base64(out, text.bytes);
    return;
  }
  const std::string boundary = boundary_of(parts, "alternative");
  out += "Content-Type: multipart/alternative; boundary=\"" + boundary + "\"\r\n\r\n";
  out += "--" + boundary + "\r\n" + text_type("plain", text.charset);
  add_base64(out, text.bytes);
  out += "--" + boundary + "\r\n" + text_type("html", parts.html->charset);
  add_base64(out, parts.html->bytes);
  out += "--" + boundary + "--\r\n";
}

}  // namespace

bool MailParts::has_header(std::string_view name) const {
  return std::any_of(headers.begin(), headers.end(),
                     [&](const auto& header) { return mail::iequals(header.first, name); });
}

void MailParts::add_missing(std::string_view name, std::string value) {
  if (!value.empty() && !has_header(name)) headers.emplace_back(name, std::move(value));
}

std::string assemble(const MailParts& parts, std::string_view provider) {
  std::string out;
  for (const auto& header : parts.headers) add_header(out, header.first, header.second);
  add_header(out, "X-Madoguchi-Assembled", provider);
  out += "MIME-Version: 1.0\r\n";
  if (parts.files.empty()) {
    add_texts(out, parts);
    return out;
  }
  const std::string boundary = boundary_of(parts, "mixed");
  out += "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"\r\n\r\n";
  out += "--" + boundary + "\r\n";
  add_texts(out, parts);
  for (const FilePart& file : parts.files) {
    out += "--" + boundary + "\r\n";
    add_file(out, file);
  }
  out += "--" + boundary + "--\r\n";
  return out;
}

}  // namespace madoguchi::connectors::mail_webhook
