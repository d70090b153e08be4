// SPDX-License-Identifier: Apache-2.0
#include "core/mail/image_type.h"

namespace madoguchi::mail {

std::string_view image_type(std::string_view bytes) {
  const auto begins_with = [bytes](std::string_view magic, std::size_t at = 0) {
    return bytes.size() >= at + magic.size() && bytes.substr(at, magic.size()) == magic;
  };
  if (begins_with("\x89PNG\r\n\x1a\n")) return "image/png";
  if (begins_with("\xFF\xD8\xFF")) return "image/jpeg";
  if (begins_with("GIF87a") || begins_with("GIF89a")) return "image/gif";
  if (begins_with("RIFF") && begins_with("WEBP", 8)) return "image/webp";
  return "";
}

}  // namespace madoguchi::mail
