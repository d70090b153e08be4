// SPDX-License-Identifier: Apache-2.0
#include "core/mail/body_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/mail/html.h"
#include "core/mail/image_type.h"

namespace madoguchi::mail {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string page_of(std::string_view html, std::string_view text = {}) {
  return body_page(sanitize_html(html), text, [](const std::string& content_id) {
    return content_id == "logo@shop.example" ? std::string("/mail-img/17") : std::string();
  });
}

TEST(ShownImages, are_found_in_order_and_by_their_own_attribute) {
  const std::string html = sanitize_html(
      "<p title='<img src=\"cid:no\">'>src=\"cid:no\" &lt;img src=\"cid:no\"&gt;</p>"
      "<img src=cid:a%2Bc@b alt=\"src='cid:no'\"><img alt=x><img "
      "src='https://e.example/?a=1&amp;b=2'>");
  const std::vector<ShownImage> images = shown_images(html);
  ASSERT_EQ(images.size(), 2U) << html;
  EXPECT_EQ(images[0].content_id(), "a+c@b");
  EXPECT_EQ(html.substr(images[0].at, images[0].size), "src=\"cid:a%2Bc@b\"");
  EXPECT_EQ(images[1].content_id(), "");
  EXPECT_EQ(images[1].url, "https://e.example/?a=1&b=2");
}

TEST(BodyPage, shows_the_mails_own_images_and_no_others) {
  const std::string page = page_of(
      "<p>品切れ</p><img src=\"cid:logo@shop.example\" alt=logo><img src=cid:gone@shop.example>"
      "<img src=https://tracker.example/1.gif>");
  EXPECT_THAT(page, HasSubstr("<p>品切れ</p><img src=\"/mail-img/17\" alt=\"logo\"><img >"
                              "<img data-remote-src=\"https://tracker.example/1.gif\">"));
}

TEST(BodyPage, shows_text_where_there_is_no_html) {
  const std::string page = page_of("", "1 < 2 & \"3\"\n<script>x</script>");
  EXPECT_THAT(page, HasSubstr("1 &lt; 2 &amp; \"3\"\n&lt;script&gt;x&lt;/script&gt;"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
}

TEST(BodyPage, is_a_whole_document_in_utf8) {
  EXPECT_THAT(page_of(""), ::testing::StartsWith("<!doctype html><html><head><meta charset"));
}

TEST(ImageType, goes_by_the_first_octets) {
  EXPECT_EQ(image_type("\x89PNG\r\n\x1a\nrest"), "image/png");
  EXPECT_EQ(image_type("\xFF\xD8\xFF\xE0"), "image/jpeg");
  EXPECT_EQ(image_type("GIF89a"), "image/gif");
  EXPECT_EQ(image_type(std::string_view("RIFF\0\0\0\0WEBPVP8 ", 16)), "image/webp");
  for (const std::string_view bad :
       {"", "<svg>", "RIFFxxxxWAVE", "GIF88a", "\x89PNG", "%PDF-1.7", "<!DOCTYPE html>"})
    EXPECT_EQ(image_type(bad), "") << bad;
}

}  // namespace
}  // namespace madoguchi::mail
