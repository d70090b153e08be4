// SPDX-License-Identifier: Apache-2.0
#include "core/mail/html_css.h"

#include <algorithm>

#include "core/text/utf8.h"

namespace madoguchi::mail::html {
namespace {

constexpr std::size_t kMaxStyle = 4096;
constexpr std::size_t kMaxValue = 256;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 0x20) : c; }
bool is_name_char(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

bool is_allowed_property(std::string_view name) {
  static constexpr std::string_view kNames[] = {"background",
                                                "background-color",
                                                "border",
                                                "border-bottom",
                                                "border-bottom-color",
                                                "border-bottom-style",
                                                "border-bottom-width",
                                                "border-collapse",
                                                "border-color",
                                                "border-left",
                                                "border-left-color",
                                                "border-left-style",
                                                "border-left-width",
                                                "border-radius",
                                                "border-right",
                                                "border-right-color",
                                                "border-right-style",
                                                "border-right-width",
                                                "border-spacing",
                                                "border-style",
                                                "border-top",
                                                "border-top-color",
                                                "border-top-style",
                                                "border-top-width",
                                                "border-width",
                                                "box-sizing",
                                                "caption-side",
                                                "clear",
                                                "color",
                                                "direction",
                                                "display",
                                                "empty-cells",
                                                "float",
                                                "font",
                                                "font-family",
                                                "font-size",
                                                "font-style",
                                                "font-variant",
                                                "font-weight",
                                                "height",
                                                "letter-spacing",
                                                "line-height",
                                                "list-style",
                                                "list-style-position",
                                                "list-style-type",
                                                "margin",
                                                "margin-bottom",
                                                "margin-left",
                                                "margin-right",
                                                "margin-top",
                                                "max-height",
                                                "max-width",
                                                "min-height",
                                                "min-width",
                                                "overflow-wrap",
                                                "padding",
                                                "padding-bottom",
                                                "padding-left",
                                                "padding-right",
                                                "padding-top",
                                                "table-layout",
                                                "text-align",
                                                "text-decoration",
                                                "text-decoration-color",
                                                "text-decoration-line",
                                                "text-decoration-style",
                                                "text-indent",
                                                "text-overflow",
                                                "text-transform",
                                                "unicode-bidi",
                                                "vertical-align",
                                                "white-space",
                                                "width",
                                                "word-break",
                                                "word-spacing",
                                                "word-wrap",
                                                "writing-mode",
                                                "zoom"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

/// Comments out; false when one is not closed (what follows cannot be told).
std::string without_comments(std::string_view style) {
  std::string out;
  while (true) {
    const std::size_t begin = style.find("/*");
    out += style.substr(0, begin);
    if (begin == std::string_view::npos) return out;
    const std::size_t end = style.find("*/", begin + 2);
    if (end == std::string_view::npos) return out;
    out += ' ';
    style.remove_prefix(end + 2);
  }
}

/// The next declaration (up to ';' outside quotes and brackets), taken off `rest`. An unclosed
/// quote or bracket takes the rest with it, as CSS says.
std::string_view next_declaration(std::string_view& rest) {
  char quote = 0;
  int brackets = 0;
  std::size_t i = 0;
  for (; i < rest.size(); ++i) {
    const char c = rest[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '(' || c == '[' || c == '{') {
      ++brackets;
    } else if (c == ')' || c == ']' || c == '}') {
      --brackets;
    } else if (c == ';' && brackets <= 0) {
      break;
    }
  }
  const bool whole = quote == 0 && brackets == 0;
  const std::string_view declaration = whole ? rest.substr(0, i) : std::string_view{};
  rest.remove_prefix(std::min(rest.size(), i + 1));
  return declaration;
}

bool is_colour_function(std::string_view name) {
  return name == "rgb" || name == "rgba" || name == "hsl" || name == "hsla";
}

/// Words, numbers, quoted names, and calls of colour functions only.
bool is_plain_value(std::string_view value) {
  std::string word;
  char quote = 0;
  for (std::size_t i = 0; i < value.size();) {
    const text::Utf8Char c = text::decode_utf8(value, i);
    i += c.size;
    if (!c.valid || c.code < 0x20 || (c.code >= 0x7F && c.code < 0xA0) ||
        text::is_bidi_control(c.code)) {
      return false;
    }
    const char ascii = c.code < 0x80 ? static_cast<char>(c.code) : 'x';
    if (std::string_view("\\<>@{}[]&;:=`$^|~?*").find(ascii) != std::string_view::npos)
      return false;
    if (ascii == '"' || ascii == '\'') {
      if (quote == 0) {
        quote = ascii;
      } else if (quote == ascii) {
        quote = 0;
      } else {
        return false;
      }
      continue;
    }
    if (ascii == '(' || ascii == ')') {
      if (quote != 0 || (ascii == '(' && !is_colour_function(word))) return false;
      word.clear();
    } else if (is_name_char(lower(ascii))) {
      word += lower(ascii);
    } else {
      word.clear();
    }
  }
  return quote == 0;
}

/// Values of some properties that could hide other text, overlay it, or turn its order.
bool is_harmless(std::string_view name, std::string_view value) {
  const bool shifts = name.substr(0, 6) == "margin" || name == "text-indent" ||
                      name == "letter-spacing" || name == "word-spacing";
  if (shifts && value.find('-') != std::string_view::npos) return false;
  if (name == "unicode-bidi") return value != "bidi-override" && value != "isolate-override";
  if (name == "display") {
    static constexpr std::string_view kValues[] = {"block",
                                                   "inline",
                                                   "inline-block",
                                                   "none",
                                                   "table",
                                                   "table-row",
                                                   "table-cell",
                                                   "table-row-group",
                                                   "table-header-group",
                                                   "table-footer-group",
                                                   "inline-table",
                                                   "list-item"};
    return std::find(std::begin(kValues), std::end(kValues), value) != std::end(kValues);
  }
  return true;
}

}  // namespace

std::string safe_style(std::string_view style) {
  if (style.size() > kMaxStyle) return {};
  const std::string source = without_comments(style);
  std::string_view rest = source;
  std::string out;
  while (!rest.empty()) {
    const std::string_view declaration = next_declaration(rest);
    const std::size_t colon = declaration.find(':');
    if (colon == std::string_view::npos) continue;
    std::string name(trim(declaration.substr(0, colon)));
    std::transform(name.begin(), name.end(), name.begin(), lower);
    if (!is_allowed_property(name)) continue;
    std::string value(trim(declaration.substr(colon + 1)));
    if (const std::size_t important = value.find('!'); important != std::string::npos) {
      value = trim(std::string_view(value).substr(0, important));
    }
    std::replace_if(
        value.begin(), value.end(),
        [](char c) { return c == '\n' || c == '\r' || c == '\t' || c == '\f'; }, ' ');
    std::string folded = value;
    std::transform(folded.begin(), folded.end(), folded.begin(), lower);
    if (value.empty() || value.size() > kMaxValue || !is_plain_value(value) ||
        !is_harmless(name, folded))
      continue;
    if (!out.empty()) out += ';';
    out += name + ":" + value;
  }
  return out;
}

}  // namespace madoguchi::mail::html
