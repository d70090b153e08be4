// SPDX-License-Identifier: Apache-2.0
#include "core/mail/compose_body.h"

#include <algorithm>

#include "core/crypto/encoding.h"
#include "core/mail/iso_2022_jp.h"
#include "core/text/utf8.h"

namespace madoguchi::mail {
namespace {

constexpr std::size_t kLine = 76;

std::string with_crlf(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 32);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r') {
      out += "\r\n";
      if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
    } else if (text[i] == '\n') {
      out += "\r\n";
    } else {
      out += text[i];
    }
  }
  if (out.size() < 2 || out.compare(out.size() - 2, 2, "\r\n") != 0) out += "\r\n";
  return out;
}

bool must_encode(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\r' && c != '\n') || byte >= 0x7F;
}

/// Some relays cut spaces at line ends and put ">" before a "From " that begins a line.
bool survives_unencoded(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find("\r\n", at);
    const std::string_view line = text.substr(at, end - at);
    if (line.size() > kLine + 2 || std::any_of(line.begin(), line.end(), must_encode)) return false;
    const bool signature = line == "-- ";
    if (!line.empty() && (line.back() == ' ' || line.back() == '\t') && !signature) return false;
    if (line.substr(0, 5) == "From ") return false;
    at = end + 2;
  }
  return true;
}

}  // namespace

std::string encode_quoted_printable(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size() * 3 / 2);
  std::size_t column = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (text.substr(i, 2) == "\r\n") {
      out += "\r\n";
      column = 0;
      ++i;
      continue;
    }
    const bool at_end = i + 1 == text.size() || text.substr(i + 1, 2) == "\r\n";
    const bool from = column == 0 && text.substr(i, 5) == "From ";
    const bool dot = column == 0 && c == '.' && at_end;
    const bool escape = must_encode(c) || c == '=' || c == '\r' || c == '\n' || from || dot ||
                        ((c == ' ' || c == '\t') && at_end);
    if (column + (escape ? 3 : 1) > kLine - 1) {
      out += "=\r\n";
      column = 0;
    }
    if (escape) {
      const auto byte = static_cast<unsigned char>(c);
      out += '=';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
      column += 3;
    } else {
      out += c;
      ++column;
    }
  }
  return out;
}

EncodedBody encode_binary(std::string_view bytes) {
  EncodedBody encoded{"base64", {}};
  constexpr std::size_t kBytes = kLine / 4 * 3;
  encoded.body.reserve(bytes.size() / kBytes * (kLine + 2) + kLine + 2);
  for (std::size_t at = 0; at < bytes.size(); at += kBytes) {
    encoded.body += crypto::to_base64(bytes.substr(at, kBytes));
    encoded.body += "\r\n";
  }
  if (encoded.body.empty()) encoded.body = "\r\n";
  return encoded;
}

std::optional<EncodedBody> encode_text_jis(std::string_view utf8) {
  constexpr std::size_t kLongestLine = 998;  // RFC 5322, 2.1.1
  const std::optional<std::string> text = jis_repertoire(text::to_valid_utf8(utf8));
  if (!text) return std::nullopt;
  std::string octets = encode_iso_2022_jp(with_crlf(*text));
  for (std::size_t at = 0; at < octets.size();) {
    const std::size_t end = octets.find("\r\n", at);
    const std::string_view line = std::string_view(octets).substr(at, end - at);
    const bool nul = line.find('\0') != std::string_view::npos;
    if (line.size() > kLongestLine || line.substr(0, 5) == "From " || nul) {
      return encode_binary(octets);
    }
    at = end + 2;
  }
  return EncodedBody{"7bit", std::move(octets)};
}

EncodedBody encode_text(std::string_view utf8) {
  const std::string text = with_crlf(text::to_valid_utf8(utf8));
  if (survives_unencoded(text)) return {"7bit", text};
  const auto escapes =
      static_cast<std::size_t>(std::count_if(text.begin(), text.end(), must_encode));
  // An escaped byte costs three, base64 a third of everything.
  if (escapes * 6 > text.size()) return encode_binary(text);
  return {"quoted-printable", encode_quoted_printable(text)};
}

}  // namespace madoguchi::mail
