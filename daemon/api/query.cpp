// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/query.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <stdexcept>

#include "core/json/reader.h"
#include "daemon/api/uri.h"

namespace madoguchi::api {
namespace {

using Kind = QueryParameter::Kind;

std::optional<Text> read_integer(QueryValues::Value& value) {
  const char* const end = value.text.data() + value.text.size();
  const auto done = std::from_chars(value.text.data(), end, value.number);
  const QueryParameter& declared = *value.parameter;
  if (done.ec == std::errc() && done.ptr == end && value.number >= declared.minimum &&
      value.number <= declared.maximum) {
    return std::nullopt;
  }
  return Text{
      fmt::format("Has to be an integer from {} to {}.", declared.minimum, declared.maximum),
      fmt::format("{} から {} の整数で指定してください。", declared.minimum, declared.maximum)};
}

std::optional<Text> read_choice(const QueryValues::Value& value) {
  for (const std::string_view name : value.parameter->allowed) {
    if (name == value.text) return std::nullopt;
  }
  return json::enum_message(value.parameter->allowed);
}

/// Fills the value's number; what is wrong with it, if anything.
std::optional<Text> read_value(QueryValues::Value& value) {
  switch (value.parameter->kind) {
    case Kind::text: {
      const std::size_t limit = value.parameter->max_length;
      if (value.text.size() <= limit) return std::nullopt;
      return Text{fmt::format("At most {} bytes are taken.", limit),
                  fmt::format("{} バイト以内にしてください。", limit)};
    }
    case Kind::integer:
      return read_integer(value);
    case Kind::flag:
      value.number = value.text == "true" ? 1 : 0;
      if (value.text == "true" || value.text == "false") return std::nullopt;
      return Text{"Has to be true or false.", "true か false で指定してください。"};
    case Kind::choice:
      return read_choice(value);
    case Kind::time: {
      const Result<TimePoint> time = parse_rfc3339(value.text);
      if (time) {
        value.number = to_micros(*time);
        return std::nullopt;
      }
      return Text{"Has to be an RFC 3339 time; write + as %2B.",
                  "RFC 3339 の日時で指定してください（+ は %2B と書きます）。"};
    }
  }
  return std::nullopt;
}

}  // namespace

Result<QueryValues> QueryValues::read(std::string_view query,
                                      const std::vector<QueryParameter>& declared) {
  QueryValues values;
  values.declared_ = &declared;
  Result<QueryPairs> pairs = parse_query(query);
  if (!pairs) return fail(std::move(pairs.error()));
  json::Reader reader;
  for (std::pair<std::string, std::string>& pair : *pairs) {
    const QueryParameter* parameter = nullptr;
    for (const QueryParameter& one : declared) {
      if (one.name == pair.first) parameter = &one;
    }
    if (parameter == nullptr) {
      reader.refuse_member(pair.first, {"There is no such parameter.", "未知のパラメーターです。"});
      continue;
    }
    if (!parameter->repeated && values.find(parameter->name) != nullptr) {
      reader.refuse_member(pair.first, {"Can be given once.", "一度だけ指定できます。"});
      continue;
    }
    Value value{parameter, std::move(pair.second)};
    if (std::optional<Text> wrong = read_value(value)) {
      reader.refuse_member(pair.first, std::move(*wrong));
    }
    values.values_.push_back(std::move(value));
  }
  for (const QueryParameter& one : declared) {
    if (one.required && values.find(one.name) == nullptr) {
      reader.refuse_member(one.name, {"Is missing.", "必須のパラメーターです。"});
    }
  }
  if (!reader.ok()) return fail(reader.take_error());
  return values;
}

void QueryValues::check_declared(std::string_view name) const {
  if (declared_ != nullptr) {
    for (const QueryParameter& one : *declared_) {
      if (one.name == name) return;
    }
  }
  throw std::logic_error("the route does not declare the parameter " + std::string(name));
}

const QueryValues::Value* QueryValues::find(std::string_view name) const {
  for (const Value& value : values_) {
    if (value.parameter->name == name) return &value;
  }
  check_declared(name);
  return nullptr;
}

std::vector<std::string> QueryValues::all(std::string_view name) const {
  std::vector<std::string> texts;
  for (const Value& value : values_) {
    if (value.parameter->name == name) texts.push_back(value.text);
  }
  if (texts.empty()) check_declared(name);
  return texts;
}

}  // namespace madoguchi::api
