// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/reply.h"

#include "core/text/percent.h"

namespace madoguchi::api {

std::string content_disposition(std::string_view file_name) {
  // Old readers take the first form, all others the second.
  std::string ascii;
  for (const char c : file_name) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) == 0x80) continue;
    ascii += byte < 0x20 || byte >= 0x7f || c == '"' || c == '\\' || c == '%' ? '_' : c;
  }
  return "attachment; filename=\"" + ascii + "\"; filename*=UTF-8''" +
         text::percent_encoded(file_name);
}

std::string etag(std::int64_t version) { return '"' + std::to_string(version) + '"'; }

http::Response render_bytes(Bytes bytes) {
  http::Response response;
  response.headers = std::move(bytes.headers);
  response.headers.add("Content-Type", std::move(bytes.media_type));
  if (bytes.file_name) {
    response.headers.add("Content-Disposition", content_disposition(*bytes.file_name));
  }
  response.body = std::move(bytes.body);
  response.file = std::move(bytes.file);
  return response;
}

}  // namespace madoguchi::api
