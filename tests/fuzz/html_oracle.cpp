// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/html_oracle.h"

#include <gumbo.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

namespace madoguchi::fuzz {
namespace {

class Oracle {
 public:
  [[nodiscard]] std::string faults_of(const std::string& sanitized) {
    GumboOptions options = kGumboDefaultOptions;
    options.max_errors = 0;
    GumboOutput* const output =
        gumbo_parse_with_options(&options, sanitized.data(), sanitized.size());
    check(*output->root);
    gumbo_destroy_output(&options, output);
    return faults_;
  }

 private:
  void fault(std::string_view what, std::string_view value) {
    faults_.append(what).append(" ").append(value).append("; ");
  }

  void check(const GumboNode& node) {
    if (node.type == GUMBO_NODE_COMMENT) fault("comment", "");
    if (node.type == GUMBO_NODE_TEMPLATE) fault("template", "");
    if (node.type != GUMBO_NODE_ELEMENT && node.type != GUMBO_NODE_TEMPLATE) return;
    const std::string_view name = node.v.element.tag_namespace == GUMBO_NAMESPACE_HTML
                                      ? gumbo_normalized_tagname(node.v.element.tag)
                                      : "foreign";
    const GumboVector& nodes = node.v.element.children;
    for (unsigned i = 0; i < nodes.length; ++i)
      check(*static_cast<const GumboNode*>(nodes.data[i]));
    if (allowed_elements().count(name) == 0) fault("element", name);
    const GumboVector& attributes = node.v.element.attributes;
    for (unsigned i = 0; i < attributes.length; ++i) {
      const auto& found = *static_cast<const GumboAttribute*>(attributes.data[i]);
      if (found.attr_namespace != GUMBO_ATTR_NAMESPACE_NONE) fault("namespace", found.name);
      check_attribute(name, found.name, found.value);
    }
    check_link(node, name);
  }

  void check_attribute(std::string_view element, std::string_view name, std::string_view value) {
    if (allowed_attributes().count(name) == 0) fault("attribute", name);
    for (const char c : value) {
      if (static_cast<unsigned char>(c) < 0x20) fault("control in", name);
    }
    if (name == "href") {
      const bool good =
          element == "a" &&
          begins_with_one(value, {"http://", "https://", "mailto:", "tel:", "#" + prefix_});
      if (!good) fault("href", value);
      if (value.find_first_of(" \"'<>`\\") != std::string_view::npos) fault("href", value);
    }
    if (name == "src" && (element != "img" || !begins_with_one(value, {"cid:"})))
      fault("src", value);
    if (name == "data-remote-src" &&
        (element != "img" || !begins_with_one(value, {"http://", "https://"}))) {
      fault("remote", value);
    }
    if ((name == "id" || name == "name") && !begins_with_one(value, {prefix_})) fault("id", value);
    if (name == "target" && value != "_blank") fault("target", value);
    if (name == "rel" && value != "noopener noreferrer nofollow") fault("rel", value);
    if (name == "style") check_style(value);
  }

  /// What opens in a new window must not be able to reach back.
  void check_link(const GumboNode& node, std::string_view name) {
    if (name != "a") return;
    const auto value = [&](const char* key) -> std::string_view {
      const GumboAttribute* found = gumbo_get_attribute(&node.v.element.attributes, key);
      return found == nullptr ? "" : found->value;
    };
    if (!begins_with_one(value("href"), {"http"})) return;
    if (value("rel").empty()) fault("link without rel", value("href"));
    if (value("title") != value("href")) fault("link that hides", value("href"));
  }

  void check_style(std::string_view style) {
    static const std::set<std::string_view> kWays = {"background",      "background-color",
                                                     "border-collapse", "border-color",
                                                     "border-radius",   "border-spacing",
                                                     "border-style",    "border-width",
                                                     "box-sizing",      "caption-side",
                                                     "clear",           "color",
                                                     "direction",       "display",
                                                     "empty-cells",     "float",
                                                     "height",          "letter-spacing",
                                                     "line-height",     "max-height",
                                                     "max-width",       "min-height",
                                                     "min-width",       "overflow-wrap",
                                                     "table-layout",    "unicode-bidi",
                                                     "vertical-align",  "white-space",
                                                     "width",           "word-break",
                                                     "word-spacing",    "word-wrap",
                                                     "writing-mode",    "zoom",
                                                     "border",          "font",
                                                     "margin",          "padding",
                                                     "list-style"};
    for (const char* bad : {"url", "expression", "\\", "@", "var(", "image", "<", "/*", "attr(",
                            "env(", "calc", "!", "javascript", "&", "{", "}"}) {
      if (style.find(bad) != std::string_view::npos) fault("style", style);
    }
    while (!style.empty()) {
      const std::size_t end = std::min(style.find(';'), style.size());
      const std::string_view name = style.substr(0, std::min(style.find(':'), end));
      const bool group = begins_with_one(
          name, {"border-", "font-", "list-style-", "margin-", "padding-", "text-"});
      if (kWays.count(name) == 0 && !group) fault("property", name);
      style.remove_prefix(std::min(end + 1, style.size()));
    }
  }

  static bool begins_with_one(std::string_view text, const std::vector<std::string>& heads) {
    for (const std::string& head : heads) {
      if (text.substr(0, head.size()) == head) return true;
    }
    return false;
  }

  static const std::set<std::string_view>& allowed_elements() {
    static const std::set<std::string_view> kAllowed = {
        "html",  "head",  "body",    "a",        "abbr",       "acronym", "address", "article",
        "aside", "b",     "bdi",     "big",      "blockquote", "br",      "caption", "center",
        "cite",  "code",  "col",     "colgroup", "dd",         "del",     "dfn",     "dir",
        "div",   "dl",    "dt",      "em",       "figcaption", "figure",  "font",    "footer",
        "h1",    "h2",    "h3",      "h4",       "h5",         "h6",      "header",  "hr",
        "i",     "img",   "ins",     "kbd",      "li",         "main",    "mark",    "nav",
        "nobr",  "ol",    "p",       "pre",      "q",          "rp",      "rt",      "ruby",
        "s",     "samp",  "section", "small",    "span",       "strike",  "strong",  "sub",
        "sup",   "table", "tbody",   "td",       "tfoot",      "th",      "thead",   "time",
        "tr",    "tt",    "u",       "ul",       "var",        "wbr"};
    return kAllowed;
  }

  static const std::set<std::string_view>& allowed_attributes() {
    static const std::set<std::string_view> kAllowed = {"href",    "src",         "data-remote-src",
                                                        "id",      "name",        "style",
                                                        "class",   "title",       "alt",
                                                        "target",  "rel",         "align",
                                                        "bgcolor", "border",      "bordercolor",
                                                        "char",    "cellpadding", "cellspacing",
                                                        "clear",   "color",       "cols",
                                                        "colspan", "dir",         "height",
                                                        "hspace",  "lang",        "noshade",
                                                        "nowrap",  "reversed",    "rows",
                                                        "rowspan", "rules",       "scope",
                                                        "size",    "span",        "start",
                                                        "valign",  "width",       "vspace",
                                                        "type",    "value",       "frame",
                                                        "face",    "summary",     "abbr",
                                                        "datetime"};
    return kAllowed;
  }

  const std::string prefix_ = "mail-";
  std::string faults_;
};

}  // namespace

std::string html_faults(const std::string& sanitized) { return Oracle().faults_of(sanitized); }

}  // namespace madoguchi::fuzz
