// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/download.h"

namespace madoguchi::api {
namespace {

std::string safe_type(const std::string& media_type) {
  for (const char* known : {"image/png", "image/jpeg", "image/gif", "image/webp", "text/plain",
                            "application/pdf", "application/zip", "message/rfc822"}) {
    if (media_type == known) return media_type;
  }
  return "application/octet-stream";
}

}  // namespace

Bytes download(service::Content content) {
  Bytes bytes;
  bytes.body = std::move(content.bytes);
  bytes.file = std::move(content.file);
  bytes.media_type = safe_type(content.media_type);
  bytes.file_name = std::move(content.file_name);
  bytes.headers.add("Content-Security-Policy", "sandbox; default-src 'none'");
  bytes.headers.add("Cross-Origin-Resource-Policy", "same-origin");
  return bytes;
}

}  // namespace madoguchi::api
