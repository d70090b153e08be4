// SPDX-License-Identifier: Apache-2.0
#include "core/text/percent.h"

#include <gtest/gtest.h>

namespace madoguchi::text {
namespace {

TEST(Percent, encodes_all_but_unreserved_characters) {
  EXPECT_EQ(percent_encoded("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encoded("a b&c=窓"), "a%20b%26c%3D%E7%AA%93");
  EXPECT_EQ(percent_encoded("a/b c", "/"), "a/b%20c");
  EXPECT_EQ(percent_encoded(std::string_view("\0\xff", 2)), "%00%FF");
  EXPECT_EQ(percent_encoded(""), "");
}

TEST(Percent, decodes_what_it_encoded) {
  std::string octets;
  for (int octet = 0; octet < 256; ++octet) octets += static_cast<char>(octet);
  EXPECT_EQ(percent_decoded(percent_encoded(octets)), octets);
  EXPECT_EQ(percent_decoded("a+b%2b%2B"), "a+b++");
  EXPECT_EQ(form_decoded("a+b%2b"), "a b+");
}

TEST(Percent, refuses_what_begins_no_octet) {
  for (const char* text : {"%", "a%2", "%2", "%g0", "%0g", "%%41", "50%"}) {
    EXPECT_FALSE(percent_decoded(text)) << text;
    EXPECT_FALSE(form_decoded(text)) << text;
    EXPECT_EQ(percent_decoded_where_right(text), text == std::string("%%41") ? "%A" : text);
  }
}

}  // namespace
}  // namespace madoguchi::text
