// SPDX-License-Identifier: Apache-2.0
// What other systems answer over HTTP, and URLs.
#include "core/net/http_head.h"
#include "tests/fuzz/target.h"

namespace fuzz = madoguchi::fuzz;
namespace net = madoguchi::net;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::as_text(data, size);
  if (const auto head = net::parse_head(bytes)) {
    fuzz::require(head->headers.size() <= net::kMostHeaders, "headers are limited");
    fuzz::require(!(head->is_chunked && head->content_length), "one way to find the end");
    for (const auto& header : head->headers) {
      fuzz::require(header.second.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos,
                    "a header is one line");
    }
  }
  if (const auto url = net::Url::parse(bytes)) {
    fuzz::require(net::Url::parse(url->str()) == *url, "a URL reads as it was written");
    fuzz::require(url->host.find_first_of("@/\\ #?") == std::string::npos, "a host is a host");
  }
  (void)net::parse_retry_after(bytes, {});
  return 0;
}
