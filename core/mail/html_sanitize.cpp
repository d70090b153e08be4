// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/mail/html.h"
#include "core/mail/html_css.h"
#include "core/mail/html_guard.h"
#include "core/mail/html_tree.h"
#include "core/mail/html_url.h"
#include "core/text/utf8.h"

namespace madoguchi::mail {
namespace {

using html::UrlKind;

template <std::size_t N>
bool is_one_of(std::string_view name, const std::string_view (&names)[N]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

enum class Treatment { keep, unwrap, drop };

Treatment treatment_of(const GumboNode& node) {
  static constexpr std::string_view kKept[] = {
      "a",        "abbr",       "acronym", "address", "article", "aside", "b",     "bdi",
      "big",      "blockquote", "br",      "caption", "center",  "cite",  "code",  "col",
      "colgroup", "dd",         "del",     "dfn",     "dir",     "div",   "dl",    "dt",
      "em",       "figcaption", "figure",  "font",    "footer",  "h1",    "h2",    "h3",
      "h4",       "h5",         "h6",      "header",  "hr",      "i",     "img",   "ins",
      "kbd",      "li",         "main",    "mark",    "nav",     "nobr",  "ol",    "p",
      "pre",      "q",          "rp",      "rt",      "ruby",    "s",     "samp",  "section",
      "small",    "span",       "strike",  "strong",  "sub",     "sup",   "table", "tbody",
      "td",       "tfoot",      "th",      "thead",   "time",    "tr",    "tt",    "u",
      "ul",       "var",        "wbr",     "body"};
  static constexpr std::string_view kDropped[] = {
      "script",   "style",   "head",     "title",    "iframe",   "object",   "embed",
      "applet",   "noembed", "noframes", "template", "frame",    "frameset", "base",
      "meta",     "link",    "param",    "source",   "track",    "video",    "audio",
      "canvas",   "select",  "option",   "optgroup", "datalist", "input",    "keygen",
      "progress", "meter",   "map",      "area",     "bgsound",  "basefont"};
  if (node.v.element.tag_namespace != GUMBO_NAMESPACE_HTML) return Treatment::drop;
  const std::string_view name = html::element_name(node);
  if (is_one_of(name, kDropped)) return Treatment::drop;
  return is_one_of(name, kKept) ? Treatment::keep : Treatment::unwrap;
}

bool is_void(std::string_view name) {
  return name == "br" || name == "hr" || name == "img" || name == "col" || name == "wbr";
}

void append_escaped(std::string& out, std::string_view value, bool in_attribute) {
  for (std::size_t i = 0; i < value.size();) {
    const text::Utf8Char c = text::decode_utf8(value, i);
    const std::size_t at = i;
    i += c.size;
    switch (c.code) {
      case '&':
        out += "&amp;";
        continue;
      case '<':
        out += "&lt;";
        continue;
      case '>':
        out += "&gt;";
        continue;
      case '"':
        out += "&quot;";
        continue;
      case '\'':
        out += "&#39;";
        continue;
      case '`':
        out += "&#96;";
        continue;
      case 0xA0:
        out += "&nbsp;";
        continue;
      case '\n':
      case '\t':
        out += in_attribute ? ' ' : static_cast<char>(c.code);
        continue;
      default:
        break;
    }
    const bool control = c.code < 0x20 || (c.code >= 0x7F && c.code < 0xA0);
    // Overrides turn "gpj.exe" into "exe.jpg"; isolates and embeddings are left to running text.
    const bool turns =
        c.code == 0x202D || c.code == 0x202E || (in_attribute && text::is_bidi_control(c.code));
    if (control || turns) continue;
    if (c.valid) {
      out.append(value, at, c.size);
    } else {
      text::append_utf8(out, 0xFFFD);
    }
  }
}

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
  out += ' ';
  out += name;
  out += "=\"";
  append_escaped(out, value, true);
  out += '"';
}

/// Attributes whose value is a short word, number or colour.
bool is_word_attribute(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "align", "bgcolor", "border", "bordercolor", "cellpadding", "cellspacing", "char",
      "clear", "color",   "cols",   "colspan",     "dir",         "height",      "hspace",
      "lang",  "noshade", "nowrap", "reversed",    "rows",        "rowspan",     "rules",
      "scope", "size",    "span",   "start",       "valign",      "width"};
  return is_one_of(name, kNames) || name == "vspace" || name == "type" || name == "value" ||
         name == "frame";
}

bool is_word_value(std::string_view value) {
  return value.size() <= 40 && std::all_of(value.begin(), value.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  std::string_view(" #%.,()-+*").find(c) != std::string_view::npos;
         });
}

bool is_text_attribute(std::string_view name) {
  static constexpr std::string_view kNames[] = {"alt",     "title", "face",
                                                "summary", "abbr",  "datetime"};
  return is_one_of(name, kNames);
}

std::string quote_classes(std::string_view value) {
  static constexpr std::string_view kNames[] = {
      "gmail_quote",     "gmail_extra",   "gmail_attr",   "gmail_signature",
      "moz-cite-prefix", "moz-signature", "yahoo_quoted", "protonmail_quote"};
  std::string out;
  for (const std::string_view name : kNames) {
    const std::size_t at = value.find(name);
    if (at == std::string_view::npos) continue;
    const std::size_t end = at + name.size();
    const bool whole =
        (at == 0 || value[at - 1] == ' ') && (end == value.size() || value[end] == ' ');
    if (whole) out += (out.empty() ? "" : " ") + std::string(name);
  }
  return out;
}

/// An id that only this message's own fragments can mean.
std::string prefixed_id(std::string_view value, const std::string& prefix) {
  const bool plain =
      !value.empty() && value.size() <= 100 && std::all_of(value.begin(), value.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("-_.:").find(c) != std::string_view::npos;
      });
  return plain ? prefix + std::string(value) : std::string{};
}

class Serializer {
 public:
  explicit Serializer(const SanitizeOptions& options) : options_(options) {}

  void children(const GumboNode& parent) {
    const GumboVector& nodes = html::children_of(parent);
    for (unsigned i = 0; i < nodes.length; ++i) node(html::child(nodes, i));
  }

  std::string take() { return std::move(out_); }

 private:
  void node(const GumboNode& node) {
    if (html::is_text(node)) {
      append_escaped(out_, node.v.text.text, false);
      return;
    }
    if (!html::is_element(node)) return;
    switch (treatment_of(node)) {
      case Treatment::drop:
        return;
      case Treatment::unwrap:
        children(node);
        return;
      case Treatment::keep:
        element(node);
        return;
    }
  }

  void element(const GumboNode& node) {
    std::string_view name = html::element_name(node);
    const GumboVector& attributes = node.v.element.attributes;
    if (name == "body") {
      if (attributes.length == 0) {
        children(node);
        return;
      }
      name = "div";
    }
    out_ += '<';
    out_ += name;
    for (unsigned i = 0; i < attributes.length; ++i) {
      const auto& attribute = *static_cast<const GumboAttribute*>(attributes.data[i]);
      if (attribute.attr_namespace == GUMBO_ATTR_NAMESPACE_NONE)
        write(name, attribute.name, attribute.value);
    }
    out_ += '>';
    if (is_void(name)) return;
    // The parser swallows one line break after <pre>.
    if (name == "pre") out_ += '\n';
    children(node);
    out_ += "</";
    out_ += name;
    out_ += '>';
  }

  void write(std::string_view element, std::string_view name, std::string_view value) {
    if (name == "href" && element == "a") {
      write_link(value);
    } else if (name == "src" && element == "img") {
      write_image(value);
    } else if (name == "style") {
      const std::string style = html::safe_style(value);
      if (!style.empty()) append_attribute(out_, name, style);
    } else if (name == "id" || (name == "name" && element == "a")) {
      const std::string id = prefixed_id(value, options_.id_prefix);
      if (!id.empty()) append_attribute(out_, name, id);
    } else if (name == "class") {
      const std::string classes = quote_classes(value);
      if (!classes.empty()) append_attribute(out_, name, classes);
    } else if (name == "title" && element == "a") {
      return;  // a link's title is where it leads
    } else if (is_text_attribute(name)) {
      append_attribute(out_, name, text::truncate_utf8(value, 1000));
    } else if (is_word_attribute(name) && is_word_value(value)) {
      append_attribute(out_, name, value);
    }
  }

  void write_link(std::string_view value) {
    const html::Url url = html::canonical_url(value);
    if (url.kind == UrlKind::fragment) {
      const std::string id = prefixed_id(url.text, options_.id_prefix);
      if (!id.empty()) append_attribute(out_, "href", "#" + id);
    } else if (url.kind == UrlKind::mail || url.kind == UrlKind::phone) {
      append_attribute(out_, "href", url.text);
    } else if (url.kind == UrlKind::web) {
      append_attribute(out_, "href", url.text);
      append_attribute(out_, "title", url.text);
      out_ += " target=\"_blank\" rel=\"noopener noreferrer nofollow\"";
    }
  }

  void write_image(std::string_view value) {
    const html::Url url = html::canonical_url(value);
    if (url.kind == UrlKind::content) append_attribute(out_, "src", url.text);
    if (url.kind == UrlKind::web) append_attribute(out_, "data-remote-src", url.text);
  }

  const SanitizeOptions& options_;
  std::string out_;
};

}  // namespace

std::string sanitize_html(std::string_view source, const SanitizeOptions& options) {
  if (!html::is_safe_to_parse(source)) {
    std::string out = "<pre>\n";
    append_escaped(out, html::cut_tags(source), false);
    return out + "</pre>";
  }
  const html::Tree tree(source);
  Serializer serializer(options);
  serializer.children(tree.root());
  return serializer.take();
}

}  // namespace madoguchi::mail
