// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace madoguchi::mail {

/// HTML of mails, which is hostile. Both functions parse with an HTML5 tree builder after a linear
/// scan that refuses what the builder would choke on: more than 4 MB, more than 512 open elements,
/// more than 100,000 tags, hundreds of attributes in one tag. What is refused is treated as text
/// with its tags cut out. UTF-8 in, UTF-8 out; bytes that are no UTF-8 become U+FFFD.
/// Pure, safe for many threads, never fail.
inline constexpr std::size_t kMaxHtmlBytes = std::size_t{4} * 1024 * 1024;

/// Plain text with what a reader needs: links as "text <url>", list items with "- " or numbers,
/// table rows as lines, quotes (blockquote) with "> ", images as their alternative text. Without
/// head, styles, scripts and what is hidden by display:none. Lines end in \n.
/// What mail programs mark as a quote in other ways is written like a blockquote, unless it is a
/// mail that is forwarded: .gmail_quote, .yahoo_quoted, .moz-cite-prefix, .protonmail_quote, and
/// all that follows #appendonsend or #divRplyFwdMsg (Outlook uses that for forwards too; its block
/// of headers then stands as it is).
[[nodiscard]] std::string html_to_text(std::string_view html);

/// Whether anything in it may be marked as a quote: a search only, nothing is parsed.
[[nodiscard]] bool html_marks_quotes(std::string_view html);
/// Only the quotes of html_to_text, without "> ".
[[nodiscard]] std::string html_quotes(std::string_view html);

struct SanitizeOptions {
  std::string id_prefix = "mail-";  ///< put before every id and every #fragment
};

/// A fragment that may be shown to an agent: an own serialisation of the tree that can only write
/// elements, attributes and CSS properties of an allowlist (S5 layer 1).
///  - svg, math, style, script, iframe, object, embed, template and the like go with their content;
///    form, button, label and unknown elements go and leave their content; comments go.
///  - URLs: http, https, mailto, tel (links), http, https, cid (images), #fragment (prefixed).
///    Anything else, and URLs with credentials, are dropped. Host names become ASCII (RFC 5891),
///    and links get their target as `title`, `target="_blank"` and `rel="noopener noreferrer
///    nofollow"`.
///  - Remote images have no `src`: the URL is in `data-remote-src`, for the caller to load through
///    the image proxy when the agent asks. `src` is only ever a cid: URL.
///  - CSS: declarations of the style attribute by property and by value; no url(), no functions but
///    colours, no escapes, no position.
///  - Class survives for the names that mark quoted text in mails (gmail_quote …).
/// Sanitising twice changes nothing but id prefixes.
[[nodiscard]] std::string sanitize_html(std::string_view html, const SanitizeOptions& options = {});

}  // namespace madoguchi::mail
