// SPDX-License-Identifier: Apache-2.0
#include "core/mail/file_name.h"

#include <algorithm>

#include "core/mail/ascii.h"
#include "core/mail/utf8.h"

namespace madoguchi::mail {
namespace {

constexpr std::size_t kMaxOctets = 200;
constexpr std::size_t kMaxExtension = 16;

/// Octets of an invisible or direction-changing character at `i`, 0 when it is another one: C1
/// controls, U+061C, U+200B..U+200F, U+2028..U+202E, U+2060..U+206F, U+FEFF.
std::size_t hidden(std::string_view text, std::size_t i) {
  const auto at = [&](std::size_t k) {
    return k < text.size() ? static_cast<unsigned char>(text[k]) : 0U;
  };
  const unsigned a = at(i);
  const unsigned b = at(i + 1);
  const unsigned c = at(i + 2);
  if (a == 0xC2 && b >= 0x80 && b < 0xA0) return 2;
  if (a == 0xD8 && b == 0x9C) return 2;
  if (a == 0xE2 && b == 0x80 && ((c >= 0x8B && c <= 0x8F) || (c >= 0xA8 && c <= 0xAE))) return 3;
  if (a == 0xE2 && b == 0x81 && c >= 0xA0 && c <= 0xAF) return 3;
  if (a == 0xEF && b == 0xBB && c == 0xBF) return 3;
  return 0;
}

std::string visible(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::size_t skip = c < 0x20 || c == 0x7F ? 1 : hidden(text, i);
    if (skip == 0) out += text[i];
    i += skip == 0 ? 1 : skip;
  }
  return out;
}

std::string shorten(std::string_view name) {
  if (name.size() <= kMaxOctets) return std::string(name);
  const std::size_t dot = name.rfind('.');
  std::string_view extension =
      dot == std::string_view::npos ? std::string_view{} : name.substr(dot);
  if (extension.size() > kMaxExtension) extension = {};
  return std::string(utf8_prefix(name, kMaxOctets - extension.size())) + std::string(extension);
}

}  // namespace

std::string clean_file_name(std::string_view name) {
  const std::string shown = visible(name);
  std::string_view last = trim(shown);
  while (!last.empty() && (last.back() == '/' || last.back() == '\\')) last.remove_suffix(1);
  if (const std::size_t slash = last.find_last_of("/\\"); slash != std::string_view::npos) {
    last.remove_prefix(slash + 1);
  }
  // Windows drops trailing dots and spaces, so "a.exe. " would become another name there.
  while (!last.empty() && (last.back() == '.' || is_blank(last.back()))) last.remove_suffix(1);
  return shorten(trim(last));
}

std::string file_name_from_text(std::string_view text) {
  std::string plain(text);
  std::replace(plain.begin(), plain.end(), '/', '_');
  std::replace(plain.begin(), plain.end(), '\\', '_');
  return clean_file_name(plain);
}

std::string_view extension_of(std::string_view media_type) {
  struct Known {
    std::string_view type;
    std::string_view extension;
  };
  static constexpr Known kKnown[] = {
      {"application/gzip", ".gz"},
      {"application/json", ".json"},
      {"application/ms-tnef", ".dat"},
      {"application/msword", ".doc"},
      {"application/pdf", ".pdf"},
      {"application/pgp-signature", ".asc"},
      {"application/pkcs7-mime", ".p7m"},
      {"application/pkcs7-signature", ".p7s"},
      {"application/rtf", ".rtf"},
      {"application/vnd.ms-excel", ".xls"},
      {"application/vnd.ms-powerpoint", ".ppt"},
      {"application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx"},
      {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"},
      {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"},
      {"application/xml", ".xml"},
      {"application/zip", ".zip"},
      {"application/x-pkcs7-signature", ".p7s"},
      {"application/x-zip-compressed", ".zip"},
      {"audio/amr", ".amr"},
      {"audio/mpeg", ".mp3"},
      {"audio/mp4", ".m4a"},
      {"audio/wav", ".wav"},
      {"audio/x-wav", ".wav"},
      {"image/bmp", ".bmp"},
      {"image/gif", ".gif"},
      {"image/heic", ".heic"},
      {"image/jpeg", ".jpg"},
      {"image/jpg", ".jpg"},
      {"image/pjpeg", ".jpg"},
      {"image/png", ".png"},
      {"image/svg+xml", ".svg"},
      {"image/tiff", ".tif"},
      {"image/webp", ".webp"},
      {"message/delivery-status", ".txt"},
      {"message/disposition-notification", ".txt"},
      {"message/global", ".eml"},
      {"message/rfc822", ".eml"},
      {"text/calendar", ".ics"},
      {"text/csv", ".csv"},
      {"text/html", ".html"},
      {"text/plain", ".txt"},
      {"text/rfc822-headers", ".txt"},
      {"text/vcard", ".vcf"},
      {"text/x-vcard", ".vcf"},
      {"text/xml", ".xml"},
      {"video/3gpp", ".3gp"},
      {"video/mp4", ".mp4"},
      {"video/mpeg", ".mpg"},
      {"video/quicktime", ".mov"},
  };
  const auto* const found = std::find_if(std::begin(kKnown), std::end(kKnown),
                                         [&](const Known& k) { return k.type == media_type; });
  return found == std::end(kKnown) ? std::string_view(".bin") : found->extension;
}

}  // namespace madoguchi::mail
