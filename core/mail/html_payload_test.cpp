// SPDX-License-Identifier: Apache-2.0
// The payload suite of S5 for layer 1: each payload alone, inside a table cell, inside an attribute
// of its own making and behind an open element; what comes out is parsed again and held against the
// allowlist. "words" are in every payload and must survive where a person would have seen them.
#include <gtest/gtest.h>

#include "core/mail/body_text.h"
#include "core/mail/html.h"
#include "tests/fuzz/html_oracle.h"

namespace madoguchi::mail {
namespace {

enum class Words { survive, may_go };
struct Payload {
  int kind;  ///< class of S5
  const char* html;
  Words words = Words::survive;
};
constexpr Words kMayGo = Words::may_go;

constexpr Payload kPayloads[] = {
    // 1: script URLs
    {1, "<a href=\"javascript:steal()\">words</a>"},
    {1, "<a href=\"JaVaScRiPt:steal()\">words</a>"},
    {1, "<a href=\"j&#x61;vascript:steal()\">words</a>"},
    {1, "<a href=\"j&#x61vascript:steal()\">words</a>"},
    {1, "<a href=\"&#x6a avascript:steal()\">words</a>"},
    {1, "<a href=\"&#0000106&#0000097vascript:steal()\">words</a>"},
    {1, "<a href=\"java&Tab;script&colon;steal()\">words</a>"},
    {1, "<a href=\"java\nscript\r:steal()\">words</a>"},
    {1, "<a href=\"\x01\x02 javascript:steal()\">words</a>"},
    {1, "<a href=\"&#8203;javascript:steal()\">words</a>"},
    {1, "<a href=\"\xC2\xA0javascript:steal()\">words</a>"},
    {1, "<a href=\"vbscript:steal\">words</a>"},
    {1, "<a href=\"data:text/html,<script>steal()</script>\">words</a>"},
    {1, "<a href=\"view-source:javascript:x\">words</a>"},
    {1, "<a href=\"blob:https://e.example/1\">words</a>"},
    {1, "<a xlink:href=\"javascript:steal()\">words</a>"},
    {1, "<form action=javascript:steal()><button formaction=javascript:x>words</button></form>"},
    {1, "<a href=\"feed:javascript:x\">words</a>"},
    {1, "<a href=\"//javascript:steal()\">words</a>"},
    {1, "<a href=\"javascript&#x3A;&#x2F;/%0asteal()\">words</a>"},
    // 2: SVG animation
    {2, "words<svg><animate attributeName=href values=javascript:x></svg>"},
    {2,
     "words<svg><a><animate attributeName=\"xlink:href\" values=\"#a;javascript:x\"/></a></svg>"},
    {2, "words<svg><set attributeName=\"href \" to=\"javascript:x\"></svg>"},
    {2, "words<svg><animate attributeName=style from=a by=\"background:url(//e)\"></svg>"},
    {2, "words<svg><animate attributeName=mask to=\"url(//e.example)\"></svg>"},
    {2, "words<svg><animate attributeName=fill values=\"a;url(//e.example)\"></svg>"},
    {2, "words<svg><animateTransform onbegin=steal()></svg>"},
    {2,
     "<a href=https://e.example>words<svg><animate attributeName=href to=javascript:x></svg></a>"},
    // 3: use
    {3, "words<svg><use href=\"data:image/svg+xml;base64,PHN2Zz4=#x\"/></svg>"},
    {3, "words<svg><use xlink:href=\"data:image/s\tvg+xml,x#x\"/></svg>"},
    {3, "words<svg><image href=https://e.example/x.png></svg>"},
    {3, "words<svg><foreignObject><iframe src=javascript:x></iframe></foreignObject></svg>"},
    {3, "words<svg><script href=//e.example/x.js></script></svg>"},
    // 4: MathML
    {4, "words<math><mstyle href=javascript:x>m</mstyle></math>"},
    {4, "words<math><msubsup xlink:href=javascript:x>m</msubsup></math>"},
    {4, "words<math><maction actiontype=statusline xlink:href=javascript:x>m</maction></math>"},
    {4, "words<math href=javascript:x>m</math>"},
    {4,
     "words<math><annotation-xml encoding=text/html><img src=x onerror=x></annotation-xml></math>"},
    // 5: namespaces
    {5, "<p xmlns=\"&quot; onload=&quot;steal()\">words</p>"},
    {5, "words<svg xmlns=\"&quot; onload=&quot;steal()\"></svg>"},
    {5, "<x:div xmlns:x=\"http://www.w3.org/1999/xhtml\" onclick=steal()>words</x:div>"},
    {5, "words<svg:script xmlns:svg=http://www.w3.org/2000/svg>steal()</svg:script>"},
    {5, "<p xml:base=javascript:x xml:id=a>words</p>"},
    {5, "<html xmlns:xlink=x><p xlink:href=javascript:x>words</p>"},
    // 6: base
    {6, "<base href=javascript:/a/-steal()//>words<a href=x>a</a>"},
    {6, "<base href=https://e.example/ target=_top>words<a href=/x>a</a>"},
    {6, "words<p><base href=//e.example></p><img src=x.png>"},
    {6, "<head><base href=\"data:text/html,\"></head>words"},
    // 7: backgrounds
    {7, "<body background=https://e.example/x.png>words"},
    {7, "<table background=javascript:x><tr><td background=//e.example>words</table>"},
    {7, "<p style=\"background:url(data:image/png,x);background:url(//e.example)\">words</p>"},
    {7, "<p style='background:url(\"data:image/png,x);background:url(//e.example\")'>words</p>"},
    {7, "<body style=\"background-image:url(//e.example)\" onload=x>words"},
    {7, "<p style=\"border-image:url(//e.example) 1\">words</p>"},
    {7, "<p style=\"list-style-image:url(//e.example)\">words</p>"},
    {7, "<p style=\"list-style:url(//e.example)\">words</p>"},
    // 8: CSS
    {8, "<style>@import '//e.example/x.css';</style>words"},
    {8, "<style>@import url(//e.example)</style><p class=a>words</p>"},
    {8, "<p style=\"background:u\\72l(//e.example)\">words</p>"},
    {8, "<p style=\"background:\\75\\72\\6c(//e.example)\">words</p>"},
    {8, "<p style=\"background:url(//e.example\">words</p>"},
    {8, "<p style=\"color:\\0026quot;;x:url(//e.example)\">words</p>"},
    {8, "<p style=\"--a:url(//e.example);background:var(--a)\">words</p>"},
    {8, "<p style=\"position:fixed!important;top:0;left:0;width:100%\">words</p>"},
    {8, "<p style=\"pos/**/ition:fixed\">words</p>"},
    {8, "<p style=\"position&#58;absolute\">words</p>"},
    {8, "<style>:root{background:url(//e.example)}</style>words"},
    {8, "<style>input[value^='a']{background:url(//e.example/a)}</style>words"},
    {8, "<p style=\"width:expression(steal())\">words</p>"},
    {8, "<p style=\"behavior:url(#default#x);-moz-binding:url(//e.example)\">words</p>"},
    {8, "<p style=\"background:image-set('//e.example/x.png' 1x)\">words</p>"},
    {8, "<p style=\"background:-webkit-image-set(url(//e.example) 1x)\">words</p>"},
    {8, "<p style=\"content:attr(title)\">words</p>"},
    {8, "<p style=\"font:12px x;src:url(//e.example)\">words</p>"},
    {8, "<p style=\"color:red}body{position:fixed\">words</p>"},
    {8, "<p style=\"filter:progid:x(src='//e.example')\">words</p>"},
    {8, "<p style=\"font-family:'a\\';position:fixed\">words</p>"},
    {8, "<p style=\"font-family:&quot;a&quot;;transform:scale(99)\">words</p>"},
    {8, "<p style=\"z-index:99;opacity:0;clip:rect(0,0,0,0)\">words</p>"},
    {8, "<link rel=stylesheet href=//e.example/x.css>words"},
    // 9: FuncIRI
    {9, "words<svg><rect fill=\"url(http://e.example/x\"/></svg>"},
    {9, "<p fill=url(//e.example) mask=url(//e.example)>words</p>"},
    {9, "words<svg><path marker-start=url(//e.example) cursor=url(//e.example)></svg>"},
    {9, "words<svg><g filter='url( //e.example#x )' clip-path=url(//e.example)></g></svg>"},
    {9, "<p style=\"cursor:url(//e.example),auto\">words</p>"},
    // 10: mutation
    {10, "words<math><mtext></form><form><mglyph><style></math><img src onerror=steal()>"},
    {10,
     "words<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 "
     "onerror=steal()&gt;\">"},
    {10, "words<svg></p><style><a title=\"</style><img src onerror=steal()>\">"},
    {10,
     "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id=\"</style><img "
     "onerror=x src>\">words",
     kMayGo},
    {10, "words<noscript><p title=\"</noscript><img src=x onerror=steal()>\"></noscript>"},
    {10, "words<title><p title=\"</title><img src=x onerror=steal()>\"></title>"},
    {10, "words<textarea><p title=\"</textarea><img src=x onerror=steal()>\"></textarea>"},
    {10, "words<style><p title=\"</style><img src=x onerror=steal()>\">"},
    {10, "words<xmp><p title=\"</xmp><img src=x onerror=steal()>\">"},
    {10, "words<iframe><p title=\"</iframe><img src=x onerror=steal()>\">"},
    {10, "words<noembed><p title=\"</noembed><img src=x onerror=steal()>\">"},
    {10, "words<noframes><p title=\"</noframes><img src=x onerror=steal()>\">"},
    {10, "words<!--><img src=x onerror=steal()>-->"},
    {10, "words<!--!> <img src=x onerror=steal()> --!>"},
    {10, "words<![CDATA[<img src=x onerror=steal()>]]>"},
    {10, "words<?xml <img src=x onerror=steal()>?>"},
    {10, "words<!DOCTYPE x [<!ENTITY a '<script>'>]>&a;"},
    {10, "words<svg><desc><![CDATA[</desc><script>steal()</script>]]></svg>"},
    {10, "words<plaintext><img src=x onerror=steal()>"},
    {10, "words<listing>&lt;img src=x onerror=steal()&gt;</listing>"},
    {10, "<p title='`><img src=x onerror=steal()>'>words</p>"},
    {10, "<table><caption><svg><title><a><tr><td>words</table>", kMayGo},
    {10, "words<select><option><style></option></select><img src=x onerror=steal()></style>"},
    {10, "words<img src=\"x` `<script>steal()</script>\"` `>"},
    {10, "words<a/\x0C/href=javascript:x\x0Bonclick=x>"},
    // 11: handlers that need no click
    {11, "<details open ontoggle=steal()>words</details>"},
    {11, "words<input autofocus onfocus=steal()>"},
    {11, "<p onpointerrawupdate=x onanimationstart=steal() style='animation:a 1s'>words</p>"},
    {11, "<div contenteditable autofocus onfocusin=steal() tabindex=0>words</div>"},
    {11, "words<video src=x onerror=steal() autoplay></video>"},
    {11, "words<img src=x onerror\n=\nsteal()>"},
    {11, "words<img/src='x'/onerror=steal()>"},
    {11, "<b oNmOuSeOvEr=steal()>words</b>"},
    {11, "words<marquee onstart=steal()>m</marquee>"},
    {11, "words<button popovertarget=x onbeforetoggle=steal()>b</button>"},
    // 12: text that becomes markup
    {12, "words &lt;img src=x onerror=steal()&gt;"},
    {12, "words https://e.example/&quot;onmouseover=&quot;steal()"},
    {12, "words https://e.example/&lt;/a&gt;&lt;script&gt;steal()&lt;/script&gt;"},
    {12, "<pre>words mailto:a@b.example?subject=&lt;svg/onload=x&gt;</pre>"},
    {12, "<a href=\"https://e.example/&quot;&gt;&lt;img src=x onerror=x&gt;\">words</a>"},
    // 13: what stands in headers and names, quoted into a mail
    {13, "From: &quot;&lt;script&gt;&quot; words <a@b.example>"},
    {13, "<p title=\"a.png&quot; onload=&quot;steal()\">words</p>"},
    {13, "<img alt=\"&lt;svg onload=x&gt;\" src=cid:a>words"},
    {13, "<a href=\"mailto:a@b.example?body=%3Cscript%3E&quot;x\">words</a>"},
    {13, "<time datetime=\"'><script>x</script>\">words</time>"},
    // 14: documents that are attachments, shown by mistake
    {14, "<?xml version=1.0?><svg xmlns=http://www.w3.org/2000/svg onload=steal()>x</svg>words"},
    {14, "<?xml-stylesheet href=//e.example/x.xsl type=text/xsl?><p>words</p>"},
    {14, "words<embed src=x.svg type=image/svg+xml><object data=x.pdf></object>"},
    {14, "words<img src=\"data:image/svg+xml;base64,PHN2Zz4=\">"},
    {14,
     "words<img src=cid:a type=text/html onerror=x><picture><source srcset=//e.example></picture>"},
    {14, "<html manifest=//e.example/x><body>words</body></html>"},
    // 15: clobbering, frames, refresh, forms, targets
    {15, "<a id=config></a><a id=config name=url href=https://e.example>words</a>"},
    {15, "words<img name=getElementById><form name=body><input name=attributes></form>"},
    {15, "words<iframe srcdoc=\"&lt;script&gt;parent.x()&lt;/script&gt;\"></iframe>"},
    {15, "words<meta http-equiv=refresh content=\"0;url=//e.example\">"},
    {15, "words<meta http-equiv=Content-Security-Policy content=x><meta name=referrer content=x>"},
    {15, "<link rel=prefetch href=//e.example><link rel=dns-prefetch href=//e.example>words"},
    {15, "<form method=post action=//e.example>words<input type=password></form>"},
    {15, "<a href=https://e.example target=_top rel=opener>words</a>"},
    {15, "<a href=https://e.example ping=//e.example download>words</a>"},
    {15,
     "words<img srcset=\"//e.example 2x\" lowsrc=//e.example dynsrc=//e.example src=//e.example>"},
    {15, "words<portal src=//e.example></portal><fencedframe></fencedframe>"},
    {15, "<p is=x-evil slot=a part=b itemprop=c>words</p>"},
    {15, "words<template shadowrootmode=open><script>steal()</script></template>"},
    {15, "words<img usemap=#m src=cid:a><map name=m><area href=javascript:x></map>"},
    {15, "<p accesskey=x draggable=true data-action=steal>words</p>"},
    // 17: what looks like something else
    {17, "<a href=\"https://\xD0\xB0pple.example/\">words</a>"},
    {17, "<a href=\"https://shop.example@evil.example/\">words</a>"},
    {17, "<a href=\"https://shop.example\\@evil.example/\">words</a>"},
    {17, "<a href=\"https://shop.example\xE2\x88\x95.evil.example/\">words</a>"},
    {17, "<a href=\"https://e.example/\" title=\"https://shop.example\">words</a>"},
    {17, "<p title=\"photo\xE2\x80\xAEgpj.exe\">words \xE2\x80\xAEgpj.exe</p>"},
    {17, "<bdo dir=rtl>words</bdo>"},
    {17, "<p style=\"unicode-bidi:bidi-override;direction:rtl\">words</p>"},
    {17,
     "<a href=\"https://e.example/\xE2\x80\xAE"
     "gpj\">words</a>"},
};

void check(const Payload& payload, const std::string& html) {
  const std::string out = sanitize_html(html);
  EXPECT_EQ(fuzz::html_faults(out), "") << html << "\n-> " << out;
  EXPECT_EQ(fuzz::html_faults(sanitize_html(out)), "") << html;
  for (const char* bad : {"<script", "onerror=\"", "javascript:\"", "\xE2\x80\xAE"})
    EXPECT_EQ(out.find(bad), std::string::npos) << html << "\n-> " << out;
  if (payload.words == Words::survive) {
    EXPECT_NE(out.find("words"), std::string::npos) << html << "\n-> " << out;
    EXPECT_NE(html_to_text(html).find("words"), std::string::npos) << html;
  }
}

TEST(HtmlPayloads, hold_the_allowlist_wherever_they_stand) {
  for (const Payload& payload : kPayloads) {
    const std::string html = payload.html;
    check(payload, html);
    Payload inside = payload;
    inside.words = kMayGo;  // what surrounds may swallow them
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
  for (const Payload& payload : kPayloads) ++count[payload.kind];
  for (const int kind : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17})
    EXPECT_GE(count[kind], 4U) << kind;  // class 16 are the tests of the TNEF reader
  EXPECT_GE(std::size(kPayloads), 120U);
}

/// Class 12 from the other side: plain text that is shown as html.
TEST(HtmlPayloads, plain_text_shown_as_html_stays_text) {
  for (const Payload& payload : kPayloads) {
    const std::string shown = sanitize_html(plain_as_html(payload.html));
    EXPECT_EQ(fuzz::html_faults(shown), "") << payload.html;
    EXPECT_EQ(shown.find("<a "), std::string::npos) << shown;
    EXPECT_EQ(shown.find("<img"), std::string::npos) << shown;
  }
}

TEST(HtmlPayloads, cut_in_the_middle_they_still_hold) {
  for (const Payload& payload : kPayloads) {
    const std::string html = payload.html;
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
