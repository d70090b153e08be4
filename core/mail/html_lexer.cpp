// SPDX-License-Identifier: Apache-2.0
#include "core/mail/html_lexer.h"

#include <algorithm>
#include <array>

#include "core/text/utf8.h"

namespace madoguchi::mail::html {
namespace {

constexpr std::size_t kMaxName = 32;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 0x20) : c; }

bool starts_with_no_case(std::string_view text, std::size_t at, std::string_view what) {
  return text.size() - at >= what.size() &&
         std::equal(what.begin(), what.end(), text.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char a, char b) { return a == lower(b); });
}

/// Where the comment ends whose text begins at `at`: "-->", "--!>", or at once by ">" and "->".
std::size_t comment_end(std::string_view html, std::size_t at) {
  if (html.substr(at, 1) == ">") return at + 1;
  if (html.substr(at, 2) == "->") return at + 2;
  while ((at = html.find("--", at)) != std::string_view::npos) {
    if (html.substr(at + 2, 1) == ">") return at + 3;
    if (html.substr(at + 2, 2) == "!>") return at + 4;
    ++at;
  }
  return html.size();
}

}  // namespace

std::optional<Tag> Lexer::next() {
  while (true) {
    at_ = html_.find('<', at_);
    if (at_ == std::string_view::npos || at_ + 1 >= html_.size()) {
      at_ = html_.size();
      return std::nullopt;
    }
    const char c = html_[at_ + 1];
    const bool is_end = c == '/' && at_ + 2 < html_.size() && is_letter(html_[at_ + 2]);
    if (is_letter(c) || is_end) {
      Tag tag = read_tag(at_);
      at_ = tag.end;
      if (!tag.is_end && !tag.is_doubtful) enter_raw_text(tag);
      return tag;
    }
    if (at_ >= doubtful_end_) enter_markup_declaration();
    ++at_;
  }
}

void Lexer::enter_markup_declaration() {
  constexpr std::size_t kMostDeclarations = 20'000;  // each becomes a node
  if (++declarations_ > kMostDeclarations) ambiguous_ = true;
  const char c = html_[at_ + 1];
  if (starts_with_no_case(html_, at_, "<!--")) {
    doubtful_end_ = comment_end(html_, at_ + 4);
  } else if (starts_with_no_case(html_, at_, "<![cdata[")) {
    ambiguous_ = true;
  } else if (c == '!' || c == '?' || c == '/') {
    doubtful_end_ = std::min(html_.find('>', at_ + 1), html_.size());
  }
}

Tag Lexer::read_tag(std::size_t begin) {
  Tag tag;
  tag.begin = begin;
  tag.is_doubtful = begin < doubtful_end_;
  std::size_t at = begin + 1;
  if (html_[at] == '/') {
    tag.is_end = true;
    ++at;
  }
  const std::size_t name = at;
  while (at < html_.size() && !is_space(html_[at]) && html_[at] != '/' && html_[at] != '>') ++at;
  tag.name = std::string(html_.substr(name, std::min(at - name, kMaxName)));
  std::transform(tag.name.begin(), tag.name.end(), tag.name.begin(), lower);
  // In a comment quotes mean nothing: go on right behind the name, so that no tag is passed over.
  tag.end = tag.is_doubtful ? at : skip_attributes(at, tag.attributes);
  return tag;
}

std::size_t Lexer::skip_attributes(std::size_t at, std::size_t& count) const {
  while (at < html_.size()) {
    while (at < html_.size() && (is_space(html_[at]) || html_[at] == '/')) ++at;
    if (at >= html_.size()) break;
    if (html_[at] == '>') return at + 1;
    ++count;
    ++at;  // a name may begin with '='
    while (at < html_.size() && !is_space(html_[at]) && html_[at] != '/' && html_[at] != '>' &&
           html_[at] != '=') {
      ++at;
    }
    while (at < html_.size() && is_space(html_[at])) ++at;
    if (at >= html_.size() || html_[at] != '=') continue;
    ++at;
    while (at < html_.size() && is_space(html_[at])) ++at;
    if (at >= html_.size()) break;
    if (html_[at] == '"' || html_[at] == '\'') {
      const std::size_t end = html_.find(html_[at], at + 1);
      at = end == std::string_view::npos ? html_.size() : end + 1;
    } else {
      while (at < html_.size() && !is_space(html_[at]) && html_[at] != '>') ++at;
    }
  }
  return html_.size();
}

void Lexer::enter_raw_text(const Tag& tag) {
  static constexpr std::string_view kRaw[] = {"script", "style",   "title",    "textarea",
                                              "xmp",    "noembed", "noframes", "iframe"};
  if (tag.name == "svg" || tag.name == "math" || tag.name == "select") raw_text_is_doubtful_ = true;
  if (tag.name == "plaintext") doubtful_end_ = html_.size();
  if (std::find(std::begin(kRaw), std::end(kRaw), tag.name) == std::end(kRaw)) return;
  if (raw_text_is_doubtful_) ambiguous_ = true;
  const std::string closer = "</" + tag.name;
  std::size_t end = tag.end;
  while (true) {
    end = html_.find("</", end);
    if (end == std::string_view::npos) {
      doubtful_end_ = html_.size();
      return;
    }
    if (starts_with_no_case(html_, end, closer)) {
      const std::size_t behind = end + closer.size();
      if (behind >= html_.size() || is_space(html_[behind]) || html_[behind] == '/' ||
          html_[behind] == '>')
        break;
    }
    end += 2;
  }
  doubtful_end_ = end;
  if (tag.name != "script") return;
  const std::string_view body = html_.substr(tag.end, end - tag.end);
  const std::size_t comment = body.find("<!--");
  if (comment == std::string_view::npos) return;
  for (std::size_t at = comment; (at = body.find('<', at)) != std::string_view::npos; ++at) {
    if (starts_with_no_case(body, at, "<script")) ambiguous_ = true;
  }
}

void append_text(std::string& out, std::string_view source) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kEntities = {
      {{"&amp;", "&"},
       {"&lt;", "<"},
       {"&gt;", ">"},
       {"&quot;", "\""},
       {"&nbsp;", " "},
       {"&#39;", "'"}}};
  for (std::size_t i = 0; i < source.size();) {
    if (source[i] == '&') {
      const auto* const hit =
          std::find_if(kEntities.begin(), kEntities.end(), [&](const auto& entity) {
            return source.substr(i, entity.first.size()) == entity.first;
          });
      if (hit != kEntities.end()) {
        out += hit->second;
        i += hit->first.size();
        continue;
      }
    }
    const text::Utf8Char c = text::decode_utf8(source, i);
    if (c.valid && c.code != 0) {
      out.append(source, i, c.size);
    } else {
      text::append_utf8(out, 0xFFFD);
    }
    i += c.size;
  }
}

}  // namespace madoguchi::mail::html
