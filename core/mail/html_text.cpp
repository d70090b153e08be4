// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "core/mail/html.h"
#include "core/mail/html_guard.h"
#include "core/mail/html_tree.h"
#include "core/mail/html_url.h"
#include "core/mail/quoted_lines.h"

namespace madoguchi::mail {
namespace {

using html::UrlKind;

template <std::size_t N>
bool is_one_of(std::string_view name, const std::string_view (&names)[N]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

/// Lines of text with collapsed white space, a prefix for quotes and lists, and blank lines between
/// paragraphs.
class Lines {
 public:
  void text(std::string_view words, bool preformatted) {
    for (std::size_t i = 0; i < words.size();) {
      if (preformatted && words[i] == '\n') {
        break_line();
        ++i;
      } else if (is_space(words[i]) && !preformatted) {
        space_ = true;
        ++i;
      } else {
        std::size_t end = i + 1;
        while (end < words.size() && (preformatted ? words[end] != '\n' : !is_space(words[end])))
          ++end;
        put(words.substr(i, end - i));
        i = end;
      }
    }
  }
  void break_line() {
    if (!out_.empty()) ++breaks_;
    space_ = false;
  }
  /// What comes next begins on a new line, with so many blank lines before it.
  void start_block(std::size_t blank_lines) {
    if (!out_.empty()) breaks_ = std::max(breaks_, blank_lines + (line_has_text_ ? 1 : 0));
    space_ = false;
  }
  /// Between cells of a row, unless the row has just begun.
  void separate(std::string_view separator) {
    if (breaks_ == 0 && line_has_text_) pending_ = separator;
  }
  void mark_item(const std::string& marker) {
    start_block(0);
    put(marker);
    space_ = false;
    item_just_begun_ = true;
  }
  [[nodiscard]] std::size_t position() const { return out_.size(); }
  [[nodiscard]] std::string_view since(std::size_t position) const {
    return std::string_view(out_).substr(std::min(position, out_.size()));
  }
  std::string prefix;

  std::string take() {
    const std::size_t end = out_.find_last_not_of(" \n");
    out_.resize(end == std::string::npos ? 0 : end + 1);
    if (!out_.empty()) out_ += '\n';
    return std::move(out_);
  }

 private:
  void put(std::string_view word) {
    if (item_just_begun_ && breaks_ > 0) breaks_ = 0;  // <li><p>: text beside its marker
    item_just_begun_ = false;
    constexpr std::size_t kMostBreaks = 3;
    const bool fresh = out_.empty() || breaks_ > 0;
    if (fresh) {
      const std::string_view shared =
          prefix.size() == last_prefix_.size() ? trimmed(prefix) : std::string_view{};
      for (std::size_t i = 0; i < std::min(breaks_, kMostBreaks); ++i) {
        if (i > 0) out_ += shared;
        out_ += '\n';
      }
      out_ += prefix;
      last_prefix_ = prefix;
    } else if (!pending_.empty()) {
      out_ += pending_;
    } else if (space_ && out_.back() != ' ') {
      out_ += ' ';
    }
    breaks_ = 0;
    space_ = false;
    pending_ = {};
    out_ += word;
    line_has_text_ = true;
  }
  static std::string_view trimmed(std::string_view text) {
    return text.substr(0, text.find_last_not_of(' ') + 1);
  }

  std::string out_;
  std::string last_prefix_;
  std::string_view pending_;
  std::size_t breaks_ = 0;
  bool space_ = false;
  bool line_has_text_ = false;
  bool item_just_begun_ = false;
};

bool is_left_out(const GumboNode& node) {
  static constexpr std::string_view kNames[] = {"head",   "script", "style",  "title",   "template",
                                                "iframe", "object", "applet", "noembed", "noframes",
                                                "select", "audio",  "video",  "canvas"};
  if (node.v.element.tag_namespace != GUMBO_NAMESPACE_HTML) return true;
  if (is_one_of(html::element_name(node), kNames)) return true;
  const char* const style = html::attribute(node, "style");
  if (style == nullptr) return false;
  std::string compact;
  for (const char c : std::string_view(style)) {
    if (!is_space(c)) compact += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 0x20 : c);
  }
  return compact.find("display:none") != std::string::npos;
}

bool is_paragraph(std::string_view name) {
  static constexpr std::string_view kNames[] = {"p",  "h1", "h2", "h3",  "h4",
                                                "h5", "h6", "dl", "pre", "table"};
  return is_one_of(name, kNames);
}

bool is_block(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "address", "article", "aside",    "body",       "center",  "dd",     "dir",
      "div",     "dt",      "fieldset", "figcaption", "figure",  "footer", "form",
      "header",  "main",    "menu",     "nav",        "section", "tr",     "caption",
      "thead",   "tbody",   "tfoot",    "legend",     "details", "summary"};
  return is_one_of(name, kNames);
}

constexpr std::string_view kQuoteClasses[] = {"gmail_quote", "yahoo_quoted", "moz-cite-prefix",
                                              "protonmail_quote"};
constexpr std::string_view kReplyIds[] = {"appendonsend", "divRplyFwdMsg"};
/// How Outlook itself begins the quoted mail in plain text.
constexpr std::string_view kOriginal = "-----Original Message-----";

/// Whether any element may be marked as a quote: few mails have one, and this is much cheaper than
/// looking at each element.
bool has_quote_marks(std::string_view html) {
  const auto stands = [&](std::string_view mark) {
    return html.find(mark) != std::string_view::npos;
  };
  return std::any_of(std::begin(kQuoteClasses), std::end(kQuoteClasses), stands) ||
         std::any_of(std::begin(kReplyIds), std::end(kReplyIds), stands);
}

bool has_word(std::string_view words, std::string_view word) {
  for (std::size_t at = words.find(word); at != std::string_view::npos;
       at = words.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || is_space(words[at - 1])) && (end == words.size() || is_space(words[end])))
      return true;
  }
  return false;
}

bool has_quote_class(const GumboNode& node) {
  const char* const classes = html::attribute(node, "class");
  return classes != nullptr &&
         std::any_of(std::begin(kQuoteClasses), std::end(kQuoteClasses),
                     [&](std::string_view name) { return has_word(classes, name); });
}

/// "x_divRplyFwdMsg" is what Outlook makes of it when it quotes again.
bool begins_reply(const GumboNode& node) {
  const char* const id = html::attribute(node, "id");
  return id != nullptr && is_one_of(std::string_view(id), kReplyIds);
}

/// The first words within, enough of them to tell a forwarded mail by.
void append_leading_text(const GumboNode& node, std::string& out) {
  constexpr std::size_t kEnough = 160;
  if (out.size() >= kEnough) return;
  if (html::is_text(node)) out += std::string_view(node.v.text.text).substr(0, kEnough);
  if (html::element_name(node) == "br") out += '\n';
  const GumboVector& nodes = html::children_of(node);
  for (unsigned i = 0; i < nodes.length; ++i) append_leading_text(html::child(nodes, i), out);
  if (is_block(html::element_name(node))) out += '\n';
}

bool is_forwarded_mail(const GumboNode& node) {
  std::string leading;
  append_leading_text(node, leading);
  for (const quoted::Line& line : quoted::lines_of(leading)) {
    if (!quoted::is_blank(line)) return quoted::is_forward_marker(line);
  }
  return false;
}

bool has_text_of(std::string_view shown, std::string_view url) {
  const auto core = [](std::string_view text) {
    for (const std::string_view scheme : {"https://", "http://", "mailto:"}) {
      if (text.substr(0, scheme.size()) == scheme) text.remove_prefix(scheme.size());
    }
    while (!text.empty() && text.back() == '/') text.remove_suffix(1);
    return text;
  };
  return shown.find(core(url)) != std::string_view::npos;
}

class TextWriter {
 public:
  explicit TextWriter(bool quotes_are_marked) : quotes_are_marked_(quotes_are_marked) {}

  void children(const GumboNode& parent) {
    const GumboVector& nodes = html::children_of(parent);
    for (unsigned i = 0; i < nodes.length; ++i) node(html::child(nodes, i));
  }
  std::string take() { return lines_.take(); }

 private:
  void node(const GumboNode& node) {
    if (html::is_text(node)) {
      lines_.text(without_nbsp(node.v.text.text), preformatted_ > 0);
    } else if (html::is_element(node) && !is_left_out(node)) {
      element(node, html::element_name(node));
    }
  }

  void element(const GumboNode& node, std::string_view name) {
    if (name == "br") {
      lines_.break_line();
    } else if (name == "hr") {
      rule();
    } else if (name == "img") {
      if (const char* alt = html::attribute(node, "alt")) lines_.text(alt, false);
    } else if (name == "a") {
      link(node);
    } else if (name == "ul" || name == "ol") {
      list(node, name == "ol");
    } else if (name == "li") {
      item(node);
    } else if (is_quote(node, name) && !is_forwarded_mail(node)) {
      quote(node);
    } else if (name == "td" || name == "th") {
      lines_.separate(cell_separator_);
      children(node);
    } else {
      block(node, name);
    }
  }

  [[nodiscard]] bool is_quote(const GumboNode& node, std::string_view name) const {
    return name == "blockquote" || (quotes_are_marked_ && has_quote_class(node));
  }

  void block(const GumboNode& node, std::string_view name) {
    if (quotes_are_marked_ && !in_reply_ && begins_reply(node)) {
      in_reply_ = true;
      lines_.start_block(1);
      lines_.text(kOriginal, false);
      lines_.start_block(0);
    }
    const bool paragraph = is_paragraph(name);
    const bool any = paragraph || is_block(name);
    const std::string_view outer_separator = cell_separator_;
    if (name == "table") cell_separator_ = is_data_table(node) ? " | " : "  ";
    if (any) lines_.start_block(paragraph ? 1 : 0);
    preformatted_ += name == "pre" ? 1 : 0;
    children(node);
    preformatted_ -= name == "pre" ? 1 : 0;
    if (any) lines_.start_block(paragraph ? 1 : 0);
    cell_separator_ = outer_separator;
  }

  void rule() {
    lines_.start_block(0);
    lines_.text("────────────", false);
    lines_.start_block(0);
  }

  void link(const GumboNode& node) {
    const std::size_t from = lines_.position();
    children(node);
    const char* const href = html::attribute(node, "href");
    if (href == nullptr) return;
    const html::Url url = html::canonical_url(href);
    if (url.kind != UrlKind::web && url.kind != UrlKind::mail) return;
    if (has_text_of(lines_.since(from), url.text)) return;
    const std::string_view target =
        url.kind == UrlKind::mail ? std::string_view(url.text).substr(7) : url.text;
    lines_.text(" <" + std::string(target) + ">", false);
  }

  void list(const GumboNode& node, bool numbered) {
    lines_.start_block(list_depth_ == 0 ? 1 : 0);
    const int outer = item_number_;
    item_number_ = numbered ? 1 : 0;
    ++list_depth_;
    children(node);
    --list_depth_;
    item_number_ = outer;
    lines_.start_block(list_depth_ == 0 ? 1 : 0);
  }

  void item(const GumboNode& node) {
    const std::string marker = item_number_ > 0 ? std::to_string(item_number_++) + ". " : "- ";
    lines_.mark_item(marker);
    const std::size_t size = lines_.prefix.size();
    lines_.prefix.append(marker.size(), ' ');
    children(node);
    lines_.prefix.resize(size);
    lines_.start_block(0);
  }

  void quote(const GumboNode& node) {
    lines_.start_block(1);
    const std::size_t size = lines_.prefix.size();
    lines_.prefix += "> ";
    children(node);
    lines_.prefix.resize(size);
    lines_.start_block(1);
  }

  static bool is_data_table(const GumboNode& node) {
    if (const char* border = html::attribute(node, "border")) {
      if (std::string_view(border) != "0" && std::string_view(border) != "") return true;
    }
    return has_header_cell(node, 4);
  }

  static bool has_header_cell(const GumboNode& node, int depth) {
    const GumboVector& nodes = html::children_of(node);
    for (unsigned i = 0; i < nodes.length; ++i) {
      const GumboNode& below = html::child(nodes, i);
      const std::string_view name = html::element_name(below);
      if (name == "th") return true;
      if (depth > 0 && name != "td" && name != "table" && has_header_cell(below, depth - 1))
        return true;
    }
    return false;
  }

  static std::string without_nbsp(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text.substr(i, 2) == "\xC2\xA0") {
        out += ' ';
        ++i;
      } else {
        out += text[i];
      }
    }
    return out;
  }

  Lines lines_;
  std::string_view cell_separator_ = "  ";
  int preformatted_ = 0;
  int list_depth_ = 0;
  int item_number_ = 0;
  bool quotes_are_marked_;
  bool in_reply_ = false;
};

/// Text that was cut out of unparsable HTML, with lines trimmed and blank ones joined.
std::string tidy(std::string_view text) {
  Lines lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.text(text.substr(at, end - at), false);
    lines.start_block(0);
    at = end + 1;
  }
  return lines.take();
}

}  // namespace

std::string html_to_text(std::string_view source) {
  if (!html::is_safe_to_parse(source)) return tidy(html::cut_tags(source));
  const html::Tree tree(source);
  TextWriter writer(has_quote_marks(source));
  writer.children(tree.root());
  return writer.take();
}

bool html_marks_quotes(std::string_view source) {
  return has_quote_marks(source) || source.find("cite") != std::string_view::npos;
}

std::string html_quotes(std::string_view source) {
  const std::string text = html_to_text(source);
  std::string quotes;
  bool in_reply = false;
  for (const quoted::Line& line : quoted::lines_of(text)) {
    std::string_view content = line.content;
    if (!in_reply && !quoted::is_quoted(line)) {
      in_reply = content == kOriginal;
      continue;
    }
    content.remove_prefix(std::min(content.find_first_not_of("> "), content.size()));
    quotes.append(content) += '\n';
  }
  return quotes;
}

}  // namespace madoguchi::mail
