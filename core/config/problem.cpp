// SPDX-License-Identifier: Apache-2.0
#include "core/config/problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace madoguchi::config {

namespace {

std::vector<std::string> split(std::string_view pointer) {
  std::vector<std::string> segments;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    std::string segment;
    for (std::size_t i = 0; i < end; ++i) {
      if (pointer[i] != '~' || i + 1 == end) {
        segment += pointer[i];
        continue;
      }
      segment += pointer[++i] == '1' ? '/' : '~';
    }
    segments.push_back(std::move(segment));
    pointer.remove_prefix(end);
  }
  return segments;
}

bool is_index(const std::string& segment) {
  return !segment.empty() && segment.find_first_not_of("0123456789") == std::string::npos;
}

// Keys may hold anything when quoted; a terminal shall not act on it.
std::string printable(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return text;
}

}  // namespace

std::string join(const std::string& pointer, std::string_view segment) {
  std::string out = pointer + "/";
  for (const char c : segment) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::string join(const std::string& pointer, std::size_t index) {
  return pointer + "/" + std::to_string(index);
}

std::string place_of(std::string_view pointer) {
  std::vector<std::string> segments = split(pointer);
  if (segments.empty()) return {};
  std::string entry;
  if (is_index(segments.back()) && segments.size() > 1) {
    entry = fmt::format(", entry {}", std::stoul(segments.back().substr(0, 9)) + 1);
    segments.pop_back();
  }
  const std::string key = printable(segments.back()) + entry;
  segments.pop_back();
  if (segments.empty()) return key;
  const bool in_array = is_index(segments.back());
  std::string path;
  for (const std::string& segment : segments) {
    if (is_index(segment)) continue;
    if (!path.empty()) path += '.';
    path += printable(segment);
  }
  return fmt::format("{}{}{} {}", in_array ? "[[" : "[", path, in_array ? "]]" : "]", key);
}

std::string describe(const Problem& problem, std::string_view file_name) {
  std::string out = std::string(file_name);
  if (problem.line > 0) out += ":" + std::to_string(problem.line);
  const std::string place = place_of(problem.pointer);
  if (!place.empty()) out += ": " + place;
  out += ": " + problem.what.en;
  if (!problem.allowed.en.empty()) out += "; allowed: " + problem.allowed.en;
  return out;
}

Error to_error(Problems problems, std::string_view file_name) {
  std::stable_sort(problems.begin(), problems.end(),
                   [](const Problem& a, const Problem& b) { return a.line < b.line; });
  std::vector<FieldError> fields;
  std::string detail;
  for (const Problem& problem : problems) {
    if (!detail.empty()) detail += '\n';
    detail += describe(problem, file_name);
    Text message = problem.what;
    if (!problem.allowed.en.empty()) {
      message.en += "; allowed: " + problem.allowed.en;
      message.ja += "（指定できる値: " + problem.allowed.ja + "）";
    }
    fields.push_back({problem.pointer, std::move(message)});
  }
  Error error = Error::invalid(std::move(fields));
  error.message = {"The configuration has mistakes.", "設定に誤りがあります。"};
  error.detail = std::move(detail);
  return error;
}

void Complaints::about(std::string_view relative, Text what, Text allowed) {
  const Node* node = &table_;
  int line = table_.line;
  for (const std::string& segment : split(relative)) {
    if (const auto* table = std::get_if<Table>(&node->value)) {
      const Entry* entry = find(*table, segment);
      if (entry == nullptr) break;
      line = entry->line;
      node = &entry->value;
    } else if (const auto* array = std::get_if<Array>(&node->value)) {
      std::size_t index = 0;
      std::from_chars(segment.data(), segment.data() + segment.size(), index);
      if (index >= array->size()) break;
      node = &(*array)[index];
      line = node->line;
    }
  }
  problems_.push_back(
      {line, pointer_ + std::string(relative), std::move(what), std::move(allowed)});
}

}  // namespace madoguchi::config
