// SPDX-License-Identifier: Apache-2.0
// The payload suite of S5 for layer 1: each payload alone, inside a table cell, inside an attribute
// of its own making and behind an open element; what comes out is parsed again and held against the
// allowlist. "words" are in every payload and must survive where a person would have seen them.
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "core/json/value.h"
#include "core/mail/body_text.h"
#include "core/mail/html.h"
#include "tests/fuzz/html_oracle.h"

namespace madoguchi::mail {
namespace {

struct Payload {
  int kind = 0;  ///< class of S5
  std::string html;
  bool words_may_go = false;
};

/// tests/data/html-payloads, which the browser's test reads too.
const std::vector<Payload>& payloads() {
  static const std::vector<Payload> all = [] {
    std::ifstream file(std::string(MADOGUCHI_SOURCE_DIR) +
                       "/tests/data/html-payloads/payloads.json");
    std::vector<Payload> read;
    for (const json::Value& one : json::Value::parse(file))
      read.push_back({one.at("kind"), one.at("html"), one.value("words", "") == "may_go"});
    return read;
  }();
  return all;
}

void check(const Payload& payload, const std::string& html) {
  const std::string out = sanitize_html(html);
  EXPECT_EQ(fuzz::html_faults(out), "") << html << "\n-> " << out;
  EXPECT_EQ(fuzz::html_faults(sanitize_html(out)), "") << html;
  for (const char* bad : {"<script", "onerror=\"", "javascript:\"", "\xE2\x80\xAE"})
    EXPECT_EQ(out.find(bad), std::string::npos) << html << "\n-> " << out;
  if (!payload.words_may_go) {
    EXPECT_NE(out.find("words"), std::string::npos) << html << "\n-> " << out;
    EXPECT_NE(html_to_text(html).find("words"), std::string::npos) << html;
  }
}

TEST(HtmlPayloads, hold_the_allowlist_wherever_they_stand) {
  for (const Payload& payload : payloads()) {
    const std::string& html = payload.html;
    check(payload, html);
    Payload inside = payload;
    inside.words_may_go = true;  // what surrounds may swallow them
    check(inside, "<table><tr><td><b>" + html + "</b></td></tr></table>");
    check(inside, "<p title='" + html + "'>x</p>");
    check(inside, "<svg><desc>" + html);
    check(inside, "<select><option>" + html + "</select>");
    check(inside, "<style>" + html + "</style>" + html);
    check(inside, "<!--" + html + "-->" + html);
  }
}

TEST(HtmlPayloads, every_class_has_some) {
  std::size_t count[18] = {};
  for (const Payload& payload : payloads()) ++count[payload.kind];
  for (const int kind : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17})
    EXPECT_GE(count[kind], 4U) << kind;  // class 16 are the tests of the TNEF reader
  EXPECT_GE(payloads().size(), 120U);
}

/// Class 12 from the other side: plain text that is shown as html.
TEST(HtmlPayloads, plain_text_shown_as_html_stays_text) {
  for (const Payload& payload : payloads()) {
    const std::string shown = sanitize_html(plain_as_html(payload.html));
    EXPECT_EQ(fuzz::html_faults(shown), "") << payload.html;
    EXPECT_EQ(shown.find("<a "), std::string::npos) << shown;
    EXPECT_EQ(shown.find("<img"), std::string::npos) << shown;
  }
}

TEST(HtmlPayloads, cut_in_the_middle_they_still_hold) {
  for (const Payload& payload : payloads()) {
    const std::string& html = payload.html;
    for (std::size_t end = 0; end < html.size(); end += 7)
      ASSERT_EQ(fuzz::html_faults(sanitize_html(html.substr(0, end))), "") << html.substr(0, end);
  }
}

TEST(HtmlPayloads, images_wait_for_the_agent) {
  EXPECT_EQ(sanitize_html("<img src=cid:logo@shop.example>"),
            "<img src=\"cid:logo@shop.example\">");
  EXPECT_EQ(sanitize_html("<img src=http://e.example/p.gif?id=1>"),
            "<img data-remote-src=\"http://e.example/p.gif?id=1\">");
  EXPECT_EQ(sanitize_html("<img data-remote-src=javascript:x src=file:///x>"), "<img>");
}

TEST(HtmlOracle, sees_what_must_not_be) {
  for (const char* bad :
       {"<script>x</script>", "<p onclick=x>", "<a href=javascript:x>", "<img src=//e>",
        "<p style=\"position:fixed\">", "<p style=\"color:url(x)\">", "<svg></svg>",
        "<p><!-- x --></p>", "<p id=config>", "<iframe>", "<a target=_top>",
        "<a href=https://e.example>x</a>", "<img data-remote-src=javascript:x>",
        "<p href=https://e.example>", "<form>"}) {
    EXPECT_NE(fuzz::html_faults(bad), "") << bad;
  }
  EXPECT_EQ(fuzz::html_faults("<p style=\"color:red\">x <b>y</b></p>"), "");
}

}  // namespace
}  // namespace madoguchi::mail
