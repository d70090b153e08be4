// SPDX-License-Identifier: Apache-2.0
#include "core/mail/html_guard.h"

#include <algorithm>
#include <vector>

#include "core/mail/html.h"
#include "core/mail/html_lexer.h"

namespace madoguchi::mail::html {
namespace {

constexpr std::size_t kMaxDepth = 512;
constexpr std::size_t kMaxTags = 100'000;
constexpr std::size_t kMaxAttributes = 256;
/// Elements the tree builder may make anew because formatting elements (b, font …) were left open:
/// each block then gets its own copies of all of them.
constexpr std::size_t kMaxCopies = 300'000;

template <std::size_t N>
bool is_one_of(std::string_view name, const std::string_view (&names)[N]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool is_void(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "area",  "base",  "basefont", "bgsound", "br",    "col",      "command", "embed",
      "frame", "hr",    "image",    "img",     "input", "isindex",  "keygen",  "link",
      "meta",  "param", "source",   "track",   "wbr",   "colgroup", "o:p/"};
  return is_one_of(name, kNames);
}

/// Parts of a table and paragraphs: another one closes the last, so they only grow with what is
/// counted (table, button …). html, head and body exist once.
bool is_uncounted(std::string_view name) {
  static constexpr std::string_view kNames[] = {"p",     "td",   "th",   "tr",   "tbody",   "thead",
                                                "tfoot", "html", "head", "body", "frameset"};
  return is_one_of(name, kNames);
}

bool is_formatting(std::string_view name) {
  static constexpr std::string_view kNames[] = {"a",      "b",      "big",  "code", "em",
                                                "font",   "i",      "nobr", "s",    "small",
                                                "strike", "strong", "tt",   "u"};
  return is_one_of(name, kNames);
}

/// End tags do not reach through these (HTML "in scope", with select and foreign content added).
bool is_barrier(std::string_view name) {
  static constexpr std::string_view kNames[] = {"table",  "object", "applet", "marquee", "template",
                                                "select", "svg",    "math",   "caption", "button"};
  return is_one_of(name, kNames);
}

/// Elements whose end tag closes whatever is open inside them; other names close only as the
/// innermost element.
bool closes_through(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "address", "article", "aside", "blockquote", "center",     "details", "dialog",
      "dir",     "div",     "dl",    "fieldset",   "figcaption", "figure",  "footer",
      "header",  "hgroup",  "main",  "menu",       "nav",        "ol",      "pre",
      "section", "summary", "ul",    "table",      "object",     "applet",  "marquee",
      "button",  "listing", "li",    "dd",         "dt",         "select"};
  return is_one_of(name, kNames);
}

bool is_list_part(std::string_view name) { return name == "li" || name == "dd" || name == "dt"; }

class DepthCounter {
 public:
  /// False when a limit is passed.
  bool open(std::string_view name, std::size_t attributes) {
    if (attributes > kMaxAttributes || ++tags_ > kMaxTags) return false;
    if (!is_formatting(name)) copies_ += formatting_weight_;
    if (copies_ > kMaxCopies) return false;
    if (is_void(name) || is_uncounted(name)) return true;
    if (is_list_part(name)) close_list_part(name);
    if (name == "option" && !open_.empty() && open_.back() == "option") open_.pop_back();
    open_.emplace_back(name);
    if (is_formatting(name)) {
      formatting_.push_back({std::string(name), 1 + attributes});
      formatting_weight_ += 1 + attributes;
    }
    return open_.size() <= kMaxDepth;
  }

  bool close(std::string_view name) {
    if (++tags_ > kMaxTags) return false;
    if (is_formatting(name)) {
      close_formatting(name);
      return true;
    }
    copies_ += formatting_weight_;
    if (closes_through(name)) {
      close_block(name);
    } else if (!open_.empty() && open_.back() == name) {
      open_.pop_back();
    }
    return copies_ <= kMaxCopies;
  }

 private:
  struct Formatting {
    std::string name;
    std::size_t weight;
  };

  void close_block(std::string_view name) {
    for (std::size_t i = open_.size(); i-- > 0;) {
      if (open_[i] == name) {
        open_.resize(i);
        return;
      }
      if (is_barrier(open_[i])) return;
      if (name == "li" && (open_[i] == "ul" || open_[i] == "ol")) return;
    }
  }

  /// <li> closes an open <li>, <dd> and <dt> each other, unless a block stands between.
  void close_list_part(std::string_view name) {
    for (std::size_t i = open_.size(); i-- > 0;) {
      const std::string& above = open_[i];
      const bool match = name == "li" ? above == "li" : above == "dd" || above == "dt";
      if (match) {
        open_.resize(i);
        return;
      }
      const bool passable =
          is_formatting(above) || above == "span" || above == "div" || above == "address";
      if (!passable) return;
    }
  }

  /// </b> ends the innermost b. With blocks above it the builder splits it through at most eight of
  /// them; here it then stays counted as open.
  void close_formatting(std::string_view name) {
    constexpr std::size_t kSplits = 8;
    std::size_t blocks_above = 0;
    for (std::size_t i = open_.size(); i-- > 0;) {
      if (open_[i] == name) {
        if (blocks_above == 0) open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i));
        if (blocks_above < kSplits) forget(name);
        return;
      }
      if (is_barrier(open_[i])) return;
      blocks_above += is_formatting(open_[i]) ? 0U : 1U;
    }
    forget(name);
  }

  void forget(std::string_view name) {
    for (std::size_t i = formatting_.size(); i-- > 0;) {
      if (formatting_[i].name != name) continue;
      formatting_weight_ -= formatting_[i].weight;
      formatting_.erase(formatting_.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
  }

  std::vector<std::string> open_;
  std::vector<Formatting> formatting_;
  std::size_t formatting_weight_ = 0;
  std::size_t copies_ = 0;
  std::size_t tags_ = 0;
};

}  // namespace

bool is_safe_to_parse(std::string_view html) {
  if (html.size() > kMaxHtmlBytes) return false;
  DepthCounter depth;
  Lexer lexer(html);
  while (const std::optional<Tag> tag = lexer.next()) {
    if (!tag->is_end) {
      if (!depth.open(tag->name, tag->attributes)) return false;
    } else if (!tag->is_doubtful && !depth.close(tag->name)) {
      return false;
    }
  }
  return !lexer.is_ambiguous();
}

std::string cut_tags(std::string_view html) {
  if (html.size() > kMaxHtmlBytes) html = html.substr(0, kMaxHtmlBytes);
  std::string out;
  Lexer lexer(html);
  std::size_t copied = 0;
  bool hidden = false;
  const auto copy_until = [&](std::size_t end) {
    if (!hidden && end > copied) append_text(out, html.substr(copied, end - copied));
  };
  while (const std::optional<Tag> tag = lexer.next()) {
    if (tag->is_doubtful) continue;
    copy_until(tag->begin);
    copied = tag->end;
    if (tag->name == "style" || tag->name == "script" || tag->name == "head") hidden = !tag->is_end;
    if (tag->name == "body") hidden = false;
    if (!is_formatting(tag->name) && tag->name != "span" && !out.empty() && out.back() != '\n')
      out += '\n';
  }
  copy_until(html.size());
  return out;
}

}  // namespace madoguchi::mail::html
