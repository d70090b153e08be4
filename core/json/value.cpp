// SPDX-License-Identifier: Apache-2.0
#include "core/json/value.h"

#include <fmt/format.h>

#include <charconv>

namespace madoguchi::json {
namespace {

bool deeper_than(std::string_view text, std::size_t max_depth) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > max_depth) return true;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return false;
}

std::string unescaped(std::string_view token) {
  std::string name;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size()) {
      name += token[++i] == '1' ? '/' : '~';
    } else {
      name += token[i];
    }
  }
  return name;
}

}  // namespace

Result<Value> parse(std::string_view text, std::size_t max_depth) {
  if (deeper_than(text, max_depth)) {
    return fail(
        Error::malformed({fmt::format("The JSON is nested deeper than {} levels.", max_depth),
                          fmt::format("JSON の入れ子が {} 段を超えています。", max_depth)}));
  }
  Value value = Value::parse(text, nullptr, false);
  if (value.is_discarded()) {
    return fail(Error::malformed({"Not valid JSON.", "JSON として正しくありません。"}));
  }
  return value;
}

std::string dump(const Value& value) {
  return value.dump(-1, ' ', false, Value::error_handler_t::replace);
}

const Value* find(const Value& value, std::string_view pointer) {
  const Value* at = &value;
  while (!pointer.empty()) {
    if (pointer.front() != '/') return nullptr;
    pointer.remove_prefix(1);
    const std::string_view token = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(token.size());
    if (at->is_object()) {
      const auto member = at->find(unescaped(token));
      if (member == at->end()) return nullptr;
      at = &*member;
    } else if (at->is_array()) {
      std::size_t index = 0;
      const auto done = std::from_chars(token.data(), token.data() + token.size(), index);
      if (done.ec != std::errc() || done.ptr != token.data() + token.size() ||
          index >= at->size()) {
        return nullptr;
      }
      at = &(*at)[index];
    } else {
      return nullptr;
    }
  }
  return at;
}

std::optional<std::string> text_at(const Value& value, std::string_view pointer) {
  const Value* found = find(value, pointer);
  if (found == nullptr || !found->is_string()) return std::nullopt;
  return found->get_ref<const std::string&>();
}

std::optional<std::int64_t> integer_at(const Value& value, std::string_view pointer) {
  const Value* found = find(value, pointer);
  if (found == nullptr) return std::nullopt;
  if (found->is_number_unsigned() &&
      found->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)) {
    return std::nullopt;
  }
  if (found->is_number_integer()) return found->get<std::int64_t>();
  if (!found->is_string()) return std::nullopt;
  const std::string& text = found->get_ref<const std::string&>();
  std::int64_t number = 0;
  const auto done = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || done.ec != std::errc() || done.ptr != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

std::optional<bool> boolean_at(const Value& value, std::string_view pointer) {
  const Value* found = find(value, pointer);
  if (found == nullptr || !found->is_boolean()) return std::nullopt;
  return found->get<bool>();
}

}  // namespace madoguchi::json
