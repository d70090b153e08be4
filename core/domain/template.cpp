// SPDX-License-Identifier: Apache-2.0
#include "core/domain/template.h"

#include <algorithm>

namespace madoguchi::domain {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

void add_once(std::vector<std::string>& list, std::string_view name) {
  if (std::find(list.begin(), list.end(), name) == list.end()) list.emplace_back(name);
}

Error unknown(const std::vector<std::string>& names, const Variables& values,
              const std::string& pointer) {
  std::string wrong;
  for (const std::string& name : names) wrong += (wrong.empty() ? "{{" : ", {{") + name + "}}";
  std::string known;
  for (const auto& value : values) known += (known.empty() ? "" : ", ") + value.first;
  return Error::invalid(pointer, {"There is no variable " + wrong + ". There are: " + known + ".",
                                  wrong + " という変数はありません。使えるもの: " + known});
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
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
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '\n':
        out += "<br>";
        break;
      case '\r':
        break;
      default:
        out += c;
    }
  }
  return out;
}

Result<Rendered> render(std::string_view source, const Variables& values, Escaping escaping,
                        const std::string& pointer) {
  Rendered rendered;
  std::vector<std::string> wrong;
  while (!source.empty()) {
    const std::size_t open = std::min(source.find("{{"), source.size());
    rendered.text += source.substr(0, open);
    source.remove_prefix(open);
    if (source.empty()) break;
    const std::size_t close = source.find("}}");
    if (close == std::string_view::npos) {
      return fail(Error::invalid(pointer,
                                 {"A {{ is not closed by }}.", "{{ に対応する }} がありません。"}));
    }
    const std::string_view inside = source.substr(2, close - 2);
    source.remove_prefix(close + 2);
    const std::size_t bar = std::min(inside.find('|'), inside.size());
    const std::string_view name = trimmed(inside.substr(0, bar));
    const auto found = values.find(name);
    if (found == values.end()) {
      add_once(wrong, name.substr(0, 60));
    } else if (!found->second.empty()) {
      rendered.text += escaping == Escaping::html ? escape_html(found->second) : found->second;
    } else if (bar < inside.size()) {
      // Written by whoever wrote the template, as the text around it is.
      rendered.text += trimmed(inside.substr(bar + 1));
    } else {
      add_once(rendered.missing, name);
    }
  }
  if (!wrong.empty()) return fail(unknown(wrong, values, pointer));
  return rendered;
}

}  // namespace madoguchi::domain
