// SPDX-License-Identifier: Apache-2.0
#include "core/mail/body_text.h"

#include <cstring>

#include "core/mail/ascii.h"

namespace madoguchi::mail {
namespace {

std::size_t quote_depth(std::string_view line) {
  std::size_t depth = 0;
  while (depth < line.size() && line[depth] == '>') ++depth;
  return depth;
}

std::size_t find_ignoring_case(std::string_view text, std::string_view needle, std::size_t from) {
  for (std::size_t i = from; i + needle.size() <= text.size(); ++i) {
    if (fold_case(text[i]) == needle[0] && iequals(text.substr(i, needle.size()), needle)) return i;
  }
  return std::string_view::npos;
}

}  // namespace

std::string normalise_lines(std::string text) {
  char* out = text.data();
  const char* in = text.data();
  const char* const end = in + text.size();
  if (text.compare(0, 3, "\xEF\xBB\xBF") == 0) in += 3;
  const bool has_nul = std::memchr(text.data(), 0, text.size()) != nullptr;
  while (in < end) {
    const auto* cr =
        static_cast<const char*>(std::memchr(in, '\r', static_cast<std::size_t>(end - in)));
    const char* const stop = cr == nullptr ? end : cr;
    const auto size = static_cast<std::size_t>(stop - in);
    std::memmove(out, in, size);
    out += size;
    if (cr == nullptr) break;
    in = cr + 1;
    if (in == end || *in != '\n') *out++ = '\n';
  }
  text.resize(static_cast<std::size_t>(out - text.data()));
  if (has_nul) {
    std::string without;
    for (const char c : text) {
      if (c != '\0') without += c;
    }
    text = std::move(without);
  }
  std::size_t size = text.size();
  while (size > 0 && is_blank(text[size - 1])) --size;
  // The spaces of a last line stay: only whole blank lines go.
  while (size < text.size() && text[size] != '\n') ++size;
  text.resize(size);
  return text;
}

std::string unflow(std::string_view text, bool del_sp) {
  std::string out;
  out.reserve(text.size());
  Lines lines(text);
  std::string_view line;
  bool open = false;
  std::size_t open_depth = 0;
  while (lines.next(line)) {
    const std::size_t depth = quote_depth(line);
    line.remove_prefix(depth);
    if (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    const bool signature = line == "-- ";
    if (!open || depth != open_depth || signature) {
      if (open) out += '\n';
      out.append(depth, '>');
      if (depth != 0 && !line.empty()) out += ' ';
    }
    open = !signature && !line.empty() && line.back() == ' ';
    open_depth = depth;
    if (open && del_sp) line.remove_suffix(1);
    out += line;
    if (!open) out += '\n';
  }
  return out;
}

std::string_view html_charset(std::string_view html) {
  html = html.substr(0, 2048);
  for (std::size_t at = find_ignoring_case(html, "charset", 0); at != std::string_view::npos;
       at = find_ignoring_case(html, "charset", at + 7)) {
    std::string_view rest = html.substr(at + 7);
    while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
    if (rest.empty() || rest.front() != '=') continue;
    rest.remove_prefix(1);
    while (!rest.empty() &&
           (is_blank(rest.front()) || rest.front() == '"' || rest.front() == '\'')) {
      rest.remove_prefix(1);
    }
    const std::string_view name = rest.substr(0, rest.find_first_of("\"'<>;/ \t\r\n"));
    if (!name.empty()) return name;
  }
  return {};
}

std::string plain_as_html(std::string_view text) {
  std::string out = "<div style=\"white-space: pre-wrap\">";
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += c;
    }
  }
  return out + "</div>";
}

}  // namespace madoguchi::mail
