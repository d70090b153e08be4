// SPDX-License-Identifier: Apache-2.0
#include "core/mail/html.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "core/mail/html_css.h"
#include "core/mail/html_guard.h"
#include "core/mail/html_tree.h"
#include "core/mail/html_url.h"
#include "tests/fuzz/html_oracle.h"

namespace madoguchi::mail {
namespace {

std::string faults_of(const std::string& sanitized) { return fuzz::html_faults(sanitized); }

TEST(SanitizeHtml, holds_against_every_class_of_payload) {
  const char* const payloads[] = {
      // 1 script URLs, however disguised
      "<a href=\"javascript:alert(1)\">x</a>",
      "<a href=\"j&#x61vascript:alert(1)\">x</a>",
      "<a href=\"&#x6a avascript:alert(1)\">x</a>",
      "<a href=\"java\tscr\nipt:alert(1)\">x</a>",
      "<a href=\" &#1; javascript:alert(1)\">x</a>",
      "<a href='JaVaScRiPt&colon;alert(1)'>x</a>",
      "<a href=\"vbscript:x\">x</a>",
      "<a href=\"data:text/html;base64,PHNjcmlwdD4=\">x</a>",
      "<form action=\"javascript:alert(1)\"><button "
      "formaction=\"javascript:alert(1)\">x</button></form>",
      "<a href=\"\xE2\x80\xAEjavascript:x\">x</a>",
      "<a href=\"//evil.example\\@good.example\">x</a>",
      "<a href=\"https://good.example@evil.example/\">x</a>",
      // 2 SVG animation
      "<svg><a><animate attributeName=href values=javascript:alert(1) /><text>x</text></a></svg>",
      "<svg><set attributeName=\"href \" to=javascript:alert(1)></svg>",
      "<svg><animate attributeName=mask from=url(//evil) by=1></svg>",
      // 3 use
      "<svg><use href=\"data:image/s vg+xml;base64,AA#x\"/></svg>",
      "<svg/onload=alert(1)>",
      // 4 MathML
      "<math><mstyle href=\"javascript:alert(1)\">x</mstyle></math>",
      "<math><msubsup href='javascript:x'><a xlink:href=javascript:alert(1)>x</a></math>",
      // 5 namespaces
      "<p xmlns=\"&quot; onload=&quot;alert(1)\">x</p>",
      "<svg xmlns=\"&quot; onload=&quot;alert(1)\"/>",
      "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
      // 6 base
      "<base href=javascript:/a/-alert(1)//><a href=x>x</a>",
      // 7 backgrounds
      "<body background=\"https://evil/x.png\" onload=alert(1)>x",
      "<td background=javascript:x>x",
      "<div style=\"background:url(data:image/png,x);background:url(//evil)\">x</div>",
      // 8 CSS
      "<style>@import 'https://evil/x.css';</style>",
      "<div style=\"background:u\\72l(//evil)\">x</div>",
      "<div style=\"background-image: url(https://evil\">x</div>",
      "<div style=\"background:\\0026quot;;x:url(//e)\">x</div>",
      "<div style=\"--x:url(//evil);background:var(--x)\">x</div>",
      "<div style=\"position:fixed !important;top:0\">x</div>",
      "<div style='width:expression(alert(1))'>x</div>",
      "<div style='color:red/*;*/;po/**/sition:absolute'>x</div>",
      "<style>:root{background:url(//e)} input[value^=a]{background:url(//e)}</style>",
      "<div style=\"color:red\\\n;behavior:url(x)\">x</div>",
      "<div style=\"background:image-set('//e' 1x)\">x</div>",
      "<div style='font-family:\"x;position:fixed'>x</div>",
      "<div style=\"margin-top:-999px\">x</div>",
      // 9 FuncIRI
      "<svg><rect fill=\"url(http://evil/x\"/></svg>",
      "<p fill='url(http://e'>x</p>",
      // 10 mutation
      "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
      "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
      "<title><a title=\"</title><img src=x onerror=alert(1)>\">",
      "<textarea></textarea><img src=x onerror=alert(1)></textarea>",
      "<style><img src=\"</style><img src=x onerror=alert(1)//\">",
      "<!--><img src=x onerror=alert(1)>-->",
      "<![CDATA[<img src=x onerror=alert(1)>]]>",
      "<svg><![CDATA[><image xlink:href=\"]]><img src=x onerror=alert(1)>",
      "<xmp><p title=\"</xmp><svg/onload=alert(1)>\">",
      "<plaintext><img src=x onerror=alert(1)>",
      "<table><a href=\"x\"><table><p><svg><style><a id=\"</style><img src=x onerror=alert(1)>\">",
      "<p title='`onmouseover=alert(1)'>x</p>",
      "<img alt=\"<x\" title=\"&lt;img src=x onerror=alert(1)&gt;\">",
      // 11 handlers without a click
      "<details open ontoggle=alert(1)>x</details>",
      "<input autofocus onfocus=alert(1)>",
      "<p/onclick=alert(1)//onmouseover='x'>x",
      "<img src=x onerror =\nalert(1)>",
      "<b oNcLiCk=x>x</b>",
      "<video onloadstart=alert(1) src=x></video><audio src=x onerror=alert(1)>",
      // 12 text that becomes markup
      "&lt;script&gt;alert(1)&lt;/script&gt;",
      "<pre>&lt;img src=x onerror=alert(1)&gt;</pre>",
      "https://x.example/&quot;onmouseover=&quot;alert(1)",
      // 15 clobbering, srcdoc, refresh, prefetch, phishing forms, targets
      "<img id=config name=config><a id=config name=x href=x>x</a><form id=body><input "
      "name=submit></form>",
      "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
      "<meta http-equiv=refresh content=\"0;url=//evil\">",
      "<link rel=prefetch href=//evil><link rel=dns-prefetch href=//evil>",
      "<form action=https://evil><input type=password name=p></form>",
      "<a href=https://e.example target=_top>x</a>",
      "<object data=x></object><embed src=x><applet code=x></applet>",
      "<img srcset='//evil 1x' src=https://e.example/x>",
      "<img src=//evil.example/x.png lowsrc=//e dynsrc=//e>",
      "<frameset><frame src=javascript:x></frameset>",
      "<template><script>x</script></template>",
      "<script>alert(1)</script><SCRIPT SRC=//evil></SCRIPT>",
      "<scr<script>ipt>alert(1)</script>",
      "<a ping=//evil href=https://e.example>x</a>",
      "<img src=\"data:image/svg+xml,<svg onload=x>\">",
      "<map><area href=javascript:x></map>",
      // 17 names and links that look like others
      "<a href=\"https://\xD0\xB0pple.example/\">apple.example</a>",
      "<p title=\"x\xE2\x80\xAEgpj.exe\">x</p>",
      "<bdo dir=rtl>moc.live</bdo>",
      "<span style='unicode-bidi:bidi-override;direction:rtl'>x</span>",
  };
  for (const char* payload : payloads) {
    const std::string out = sanitize_html(payload);
    EXPECT_EQ(faults_of(out), "") << payload << "\n" << out;
    const std::string inside =
        sanitize_html("<table><tr><td><b>" + std::string(payload) + "</td></table>");
    EXPECT_EQ(faults_of(inside), "") << payload << "\n" << inside;
    EXPECT_EQ(out.find("\xE2\x80\xAE"), std::string::npos);
  }
}

TEST(SanitizeHtml, writes_what_is_allowed) {
  const std::pair<const char*, const char*> table[] = {
      {"<p>a &amp; <b>b</b><br>c</p>", "<p>a &amp; <b>b</b><br>c</p>"},
      {"<a href=\"http://X.example/a b?c=1&amp;d\">x</a>",
       "<a href=\"http://x.example/a%20b?c=1&amp;d\" title=\"http://x.example/a%20b?c=1&amp;d\" "
       "target=\"_blank\" "
       "rel=\"noopener noreferrer nofollow\">x</a>"},
      {"<a href=mailto:a@b.example>x</a>", "<a href=\"mailto:a@b.example\">x</a>"},
      {"<a href=tel:0312345678>x</a>", "<a href=\"tel:0312345678\">x</a>"},
      {"<a href=#top id=top>x</a>", "<a href=\"#mail-top\" id=\"mail-top\">x</a>"},
      {"<a href=/relative>x</a>", "<a>x</a>"},
      {"<img src=cid:a@b alt=logo>", "<img src=\"cid:a@b\" alt=\"logo\">"},
      {"<img src=https://e.example/x.png width=10>",
       "<img data-remote-src=\"https://e.example/x.png\" width=\"10\">"},
      {"<p style=\"color:#ff0000; POSITION:absolute; font-family:'ＭＳ Ｐゴシック',serif\">x</p>",
       "<p style=\"color:#ff0000;font-family:&#39;ＭＳ Ｐゴシック&#39;,serif\">x</p>"},
      {"<p style=\"background-color:rgb(1, 2, 3) !important\">x</p>",
       "<p style=\"background-color:rgb(1, 2, 3)\">x</p>"},
      {"<div class=\"x gmail_quote\">x</div>", "<div class=\"gmail_quote\">x</div>"},
      {"<body bgcolor=#ffffff text=x><p>x</p></body>", "<div bgcolor=\"#ffffff\"><p>x</p></div>"},
      {"<form><label>x</label><o:p>y</o:p></form>", "xy"},
      {"<pre>\n\na</pre>", "<pre>\n\na</pre>"},
      {"<a href=\"https://日本.example/\">x</a>",
       "<a href=\"https://xn--wgv71a.example/\" title=\"https://xn--wgv71a.example/\" "
       "target=\"_blank\" "
       "rel=\"noopener noreferrer nofollow\">x</a>"},
      {"a\xFFz", "a\uFFFDz"},
      {"", ""},
  };
  for (const auto& [source, expected] : table) EXPECT_EQ(sanitize_html(source), expected) << source;
}

TEST(SanitizeHtml, twice_changes_nothing) {
  const std::string once = sanitize_html(
      "<div class=gmail_quote style='color:red'><table border=1><tr><td>a&lt;b<pre>\n x</pre><img "
      "src=cid:x>"
      "<a href=https://e.example/?a=1&b=2>l</a></table></div>");
  EXPECT_EQ(sanitize_html(once), once);
}

std::string repeat(std::string_view piece, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += piece;
  return out;
}

TEST(SanitizeHtml, what_would_choke_the_parser_becomes_text) {
  const std::string end = "<p>last words</p>";
  const std::string bombs[] = {
      repeat("<div>", 20000) + end,
      repeat("<b>", 20000) + end,
      repeat("<li><dd>", 20000) + end,
      repeat("<p><button>", 20000) + end,
      repeat("<table><tr><td>", 5000) + end,
      repeat(repeat("<div>", 400) + "<table>" + repeat("</div>", 400) + "</table>", 50) + end,
      repeat(repeat("<div>", 400) + "<select>" + repeat("</div>", 400) + "</select>", 50) + end,
      repeat(repeat("<div>", 400) + "<!--" + repeat("</div>", 400) + "-->", 50) + end,
      repeat(repeat("<div>", 400) + "<title>" + repeat("</div>", 400) + "</title>", 50) + end,
      repeat(repeat("<div>", 400) + "<svg><title><!--</title></svg>" + repeat("</div>", 400) +
                 "--></title></svg>",
             50) +
          end,
      repeat(repeat("<div>", 400) + "<script><!--<script></script>" + repeat("</div>", 400) +
                 "--></script>",
             50) +
          end,
      repeat(repeat("<div>", 400) + "<x a='" + repeat("</div>", 400) + "'>", 50) + end,
      repeat("<span><div></span></div>", 20000) + end,
      repeat("<font color=a size=1>", 300) + repeat("<p>x", 20000) + end,
      "<div " + repeat("a=1 ", 100000) + ">" + end,
      "<div " + repeat("a/", 100000) + ">" + end,
      repeat("<p>", 400000) + end,
      repeat("<!--", 100000) + end,
      repeat("<!--->", 50000) + end + repeat("<!-- x", 50000),
      repeat("<title>", 100000) + end,
      repeat("<", 300000) + end,
      repeat("<a href=\"", 300000) + end,
      std::string(5 * 1024 * 1024, 'x') + end,
  };
  int number = 0;
  for (const std::string& bomb : bombs) {
    const auto start = std::chrono::steady_clock::now();
    const std::string out = sanitize_html(bomb);
    const std::string text = html_to_text(bomb);
    const auto took = std::chrono::steady_clock::now() - start;
    EXPECT_LT(took, std::chrono::seconds(20))
        << number;  // sanitizers are slow; minutes mean quadratic
    EXPECT_EQ(out.find("<script"), std::string::npos) << number;
    ++number;
  }
  EXPECT_EQ(sanitize_html(bombs[0]), "<pre>\nlast words\n</pre>");
  EXPECT_EQ(html_to_text(bombs[0]), "last words\n");
}

TEST(HtmlGuard, ordinary_mails_pass) {
  const std::string cell = "<td style=\"x\"><p><font color=red><b>a</b></font><br><li>x<p>";
  EXPECT_TRUE(html::is_safe_to_parse(
      "<!DOCTYPE html><html><head><style><!-- p{} --></style><title>x</title></head><body>" +
      repeat("<table><tr>" + cell + "</td></tr></table>", 1000) + "</body></html>"));
  EXPECT_TRUE(html::is_safe_to_parse(
      repeat("<!--[if mso]><table><tr><td><![endif]-->x<!--[if mso]></td></tr></table><![endif]-->",
             100)));
  EXPECT_TRUE(html::is_safe_to_parse(repeat("<p>one", 5000)));
  EXPECT_TRUE(html::is_safe_to_parse(repeat("<li>one", 5000)));
  EXPECT_FALSE(html::is_safe_to_parse(repeat("<div>", 513)));
  EXPECT_TRUE(html::is_safe_to_parse(repeat("<div>", 500)));
}

/// What the guard lets through must be shallow for the parser too.
int depth_of(const GumboNode& node) {
  int deepest = 0;
  const GumboVector& nodes = html::children_of(node);
  for (unsigned i = 0; i < nodes.length; ++i)
    deepest = std::max(deepest, depth_of(html::child(nodes, i)));
  return deepest + 1;
}

TEST(HtmlGuard, never_counts_less_than_the_parser) {
  const char* const pieces[] = {"<div>",
                                "</div>",
                                "<b>",
                                "</b>",
                                "<table>",
                                "</table>",
                                "<td>",
                                "<p>",
                                "</p>",
                                "<li>",
                                "<ul>",
                                "</ul>",
                                "<dd>",
                                "<dt>",
                                "<select>",
                                "</select>",
                                "<option>",
                                "<svg>",
                                "</svg>",
                                "<title>",
                                "</title>",
                                "<!--",
                                "-->",
                                "<a x='",
                                "'>",
                                "<span>",
                                "</span>",
                                "<button>",
                                "</button>",
                                "<math>",
                                "<mi>",
                                "<object>",
                                "</object>",
                                "x",
                                "<h1>",
                                "</h1>",
                                "<caption>",
                                "<form>",
                                "</form>",
                                "<rt>",
                                "<desc>",
                                "</desc>",
                                "<font color=red>",
                                "</font>",
                                "<template>",
                                "</template>",
                                "<noscript>",
                                "</x>"};
  std::mt19937 random(20261122);
  int parsed = 0;
  for (int round = 0; round < 600; ++round) {
    std::string source;
    const std::size_t used = 3 + random() % 6;
    std::vector<std::string> few;
    for (std::size_t i = 0; i < used; ++i) few.emplace_back(pieces[random() % std::size(pieces)]);
    for (int i = 0; i < 400; ++i) source += few[static_cast<std::size_t>(i) % used];
    for (int i = 0; i < 50; ++i) source += pieces[random() % std::size(pieces)];
    source = repeat(source, 8);
    if (!html::is_safe_to_parse(source)) continue;
    ++parsed;
    const html::Tree tree(source);
    ASSERT_LT(depth_of(tree.root()), 2600) << source.substr(0, 200);
  }
  EXPECT_GT(parsed, 20);
}

TEST(SanitizeHtml, any_mix_of_pieces_is_clean) {
  const char* const pieces[] = {"<",
                                ">",
                                "\"",
                                "'",
                                "=",
                                "/",
                                " ",
                                "<svg>",
                                "<math>",
                                "<style>",
                                "</style>",
                                "<img src=x onerror=alert(1)>",
                                "<a href=javascript:x>",
                                "<!--",
                                "-->",
                                "<title>",
                                "</title>",
                                "<table>",
                                "<td>",
                                "<p title=\"",
                                "onclick=x ",
                                "<mtext>",
                                "<mglyph>",
                                "<form>",
                                "</form>",
                                "&lt;",
                                "&#x3c;",
                                "<select>",
                                "<noscript>",
                                "</noscript>",
                                "style=\"x:url(a)\"",
                                "<desc>",
                                "<foreignObject>",
                                "<annotation-xml>",
                                "<b>",
                                "</b>",
                                "text",
                                "\xFF",
                                "<xmp>",
                                "</xmp>",
                                "<textarea>",
                                "<template>",
                                "<base href=x>"};
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string source;
    for (int i = 0; i < 25; ++i) source += pieces[random() % std::size(pieces)];
    const std::string out = sanitize_html(source);
    ASSERT_EQ(faults_of(out), "") << source << "\n" << out;
  }
}

TEST(HtmlToText, reads_like_a_mail) {
  const std::pair<const char*, const char*> table[] = {
      {"<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree\n"},
      {"<div>a</div><div>b</div>", "a\nb\n"},
      {"<div>a</div><div><br></div><div>b</div>", "a\n\nb\n"},
      {"a   b\n c", "a b c\n"},
      {"<b>bold</b> and <i>italic</i>", "bold and italic\n"},
      {"<a href=\"https://e.example/x\">here</a>.", "here <https://e.example/x>.\n"},
      {"<a href=\"https://e.example/\">https://e.example/</a>", "https://e.example/\n"},
      {"<a href=\"mailto:a@b.example\">a@b.example</a>", "a@b.example\n"},
      {"<a href=\"mailto:a@b.example\">mail</a>", "mail <a@b.example>\n"},
      {"<a href=\"javascript:x\">x</a>", "x\n"},
      {"<ul><li>one<li>two</ul>after", "- one\n- two\n\nafter\n"},
      {"<ol><li><p>one</p></li><li>two<ul><li>deep</ul></ol>", "1. one\n\n2. two\n   - deep\n"},
      {"<table border=1><tr><th>Item<th>Price<tr><td>Dress<td>1,200</table>",
       "Item | Price\nDress | 1,200\n"},
      {"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a  b\nc\n"},
      {"<p>x</p><blockquote>q1<br>q2<blockquote>deep</blockquote></blockquote>y",
       "x\n\n> q1\n> q2\n\n> > deep\n\ny\n"},
      {"<head><title>t</title></head><style>p{}</style><script>x</script>text", "text\n"},
      {"<div style=\"display: none\">hidden</div>shown", "shown\n"},
      {"<pre>a\n  b</pre>", "a\n  b\n"},
      {"<img src=x alt=\"ロゴ\"> 御中", "ロゴ 御中\n"},
      {"&nbsp;a&nbsp;&amp;&lt;b&gt;", "a &<b>\n"},
      {"<!-- c -->x<!DOCTYPE y>", "x\n"},
      {"", ""},
  };
  for (const auto& [source, expected] : table) EXPECT_EQ(html_to_text(source), expected) << source;
}

TEST(HtmlUrl, reads_a_url_once_and_for_all) {
  EXPECT_EQ(html::canonical_url(" HTTPS://Shop.Example:8443/あ?x=\"#f ").text,
            "https://shop.example:8443/%E3%81%82?x=%22#f");
  EXPECT_EQ(html::canonical_url("//cdn.example/x").text, "https://cdn.example/x");
  for (const char* bad : {"", "x", "javascript:x", "http:x", "http:\\\\e", "https://a@b/",
                          "https://a:b/", "https:///x", "file:///etc/passwd", "data:,x",
                          "https://a b/", "java\nscript:x", "cid:", "ht\x01tp://x"}) {
    EXPECT_EQ(html::canonical_url(bad).kind, html::UrlKind::none) << bad;
  }
}

TEST(HtmlCss, keeps_only_what_it_knows) {
  EXPECT_EQ(html::safe_style("color : RED ;; width:50%"), "color:RED;width:50%");
  EXPECT_EQ(html::safe_style("color:red;background:url(x);height:1px"), "color:red;height:1px");
  EXPECT_EQ(html::safe_style("font-family:'a;b'"), "");
  EXPECT_EQ(html::safe_style("color:red; x:\"unclosed; height:1px"), "color:red");
  EXPECT_EQ(html::safe_style("display:flex;display:block"), "display:block");
  EXPECT_EQ(html::safe_style("color:rgb(0,0,0)/* c */"), "color:rgb(0,0,0)");
  EXPECT_EQ(html::safe_style("width:calc(1px + 1px)"), "");
}

}  // namespace
}  // namespace madoguchi::mail
