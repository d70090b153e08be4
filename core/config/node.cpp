// SPDX-License-Identifier: Apache-2.0
#include "core/config/node.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <iterator>

namespace madoguchi::config {

namespace {

int line_of(const toml::source_region& source) { return static_cast<int>(source.begin.line); }

Node convert(const toml::node& from) {
  Node node;
  node.line = line_of(from.source());
  if (const auto* text = from.as_string()) {
    node.value = text->get();
  } else if (const auto* integer = from.as_integer()) {
    node.value = integer->get();
  } else if (const auto* real = from.as_floating_point()) {
    node.value = real->get();
  } else if (const auto* truth = from.as_boolean()) {
    node.value = truth->get();
  } else if (const auto* array = from.as_array()) {
    Array items;
    for (const toml::node& item : *array) items.push_back(convert(item));
    node.value = std::move(items);
  } else if (const auto* table = from.as_table()) {
    Table entries;
    for (const auto& item : *table) {
      entries.push_back(
          {std::string(item.first.str()), line_of(item.first.source()), convert(item.second)});
    }
    node.value = std::move(entries);
  }
  return node;
}

}  // namespace

const Entry* find(const Table& table, std::string_view key) {
  for (const Entry& entry : table) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

Text kind_of(const Node& node) {
  static const Text kKinds[] = {{"is a date or time", "日付または時刻です"},
                                {"is a string", "文字列です"},
                                {"is an integer", "整数です"},
                                {"is a fraction", "小数です"},
                                {"is a boolean", "真偽値です"},
                                {"is a list", "配列です"},
                                {"is a table", "テーブルです"}};
  return kKinds[node.value.index()];
}

tl::expected<Node, SyntaxError> parse_toml(std::string_view text) {
  try {
    const toml::table table = toml::parse(text);
    return convert(table);
  } catch (const toml::parse_error& error) {
    return tl::unexpected<SyntaxError>({line_of(error.source()), std::string(error.description())});
  }
}

std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7F) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace madoguchi::config
