// SPDX-License-Identifier: Apache-2.0
#include "core/net/http_head.h"

#include <gtest/gtest.h>

#include <random>

namespace madoguchi::net {
namespace {

std::string head_with(const std::string& headers) {
  return "HTTP/1.1 200 OK\r\n" + headers + "\r\n";
}

TEST(HttpHead, is_read_as_it_came) {
  const HttpHead head =
      parse_head(head_with("Link: <https://a.example/?p=%0D%0A>\r\nX-A:  b \r\nX-A: c\r\n"
                           "Content-Length: 12\r\n"))
          .value();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(find_header(head.headers, "link"), "<https://a.example/?p=%0D%0A>");
  EXPECT_EQ(find_header(head.headers, "x-a"), "b");
  EXPECT_EQ(head.headers.size(), 4U);
  EXPECT_EQ(head.content_length, 12U);
  EXPECT_TRUE(parse_head("HTTP/1.0 204 \r\n\r\n"));
  EXPECT_TRUE(parse_head("HTTP/1.1 503\r\n\r\n"));
}

TEST(HttpHead, that_could_mean_two_things_is_none) {
  for (const char* headers : {"Content-Length: 1\r\nContent-Length: 2\r\n",
                              "Content-Length: 1\r\nContent-Length: 1\r\n",
                              "Content-Length: 1, 1\r\n",
                              "Content-Length: -1\r\n",
                              "Content-Length: +1\r\n",
                              "Content-Length: 0x1\r\n",
                              "Content-Length:\r\n",
                              "Content-Length: 99999999999999999999\r\n",
                              "Transfer-Encoding: gzip, chunked\r\n",
                              "Transfer-Encoding: identity\r\n",
                              "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                              "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
                              "Name : value\r\n",
                              ": value\r\n",
                              "no colon\r\n",
                              " folded\r\n",
                              "Na\x01me: value\r\n",
                              "Name: va\x01lue\r\n",
                              "Name: va\nlue\r\n",
                              "Name: va\rlue\r\n"}) {
    EXPECT_FALSE(parse_head(head_with(headers))) << headers;
  }
  for (const char* line :
       {"", "\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 20\r\n\r\n", "ICY 200 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1  200\r\n\r\n", "<html>\r\n\r\n"}) {
    EXPECT_FALSE(parse_head(line)) << line;
  }
}

TEST(HttpHead, has_so_many_headers_and_no_more) {
  std::string headers;
  for (std::size_t i = 0; i < kMostHeaders; ++i) headers += "A: b\r\n";
  EXPECT_TRUE(parse_head(head_with(headers)));
  const auto flood = parse_head(head_with(headers + "A: b\r\n"));
  ASSERT_FALSE(flood);
  EXPECT_EQ(flood.error().trouble, HttpTrouble::too_large);
}

TEST(HttpHead, survives_anything) {
  std::mt19937 random(20261123);
  const std::string seed =
      head_with("Content-Length: 12\r\nTransfer-Encoding: chunked\r\nA: b\r\n");
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = seed;
    for (int change = 0; change < 4; ++change) {
      const std::size_t at = random() % bytes.size();
      if (random() % 3 == 0) {
        bytes.erase(at, random() % 8);
      } else {
        bytes[at] = static_cast<char>(random());
      }
      if (bytes.empty()) bytes = "\r";
    }
    const auto head = parse_head(bytes);
    if (head) {
      EXPECT_FALSE(head->is_chunked && head->content_length);
      for (const auto& header : head->headers) {
        EXPECT_EQ(header.second.find_first_of(std::string_view("\r\n\0", 3)), std::string::npos);
      }
    }
  }
}

TEST(HttpHead, sends_no_header_that_holds_another) {
  EXPECT_TRUE(is_sendable_header("X-Token", "a b=c; \xE7\xAA\x93"));
  for (const char* value : {"a\r\nB: c", "a\nb", "a\rb", " a", "a\x7f"}) {
    EXPECT_FALSE(is_sendable_header("X", value)) << value;
  }
  for (const char* name : {"", "X Y", "X:", "X\r\n", "窓"}) {
    EXPECT_FALSE(is_sendable_header(name, "v")) << name;
  }
}

}  // namespace
}  // namespace madoguchi::net
