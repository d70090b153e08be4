// SPDX-License-Identifier: Apache-2.0
#include "core/json/reader.h"

namespace madoguchi::json {
namespace {
// Enough for a person to mend a form; a hostile body shall not get a large answer.
constexpr std::size_t kMaxErrors = 50;
constexpr std::size_t kMaxNameInPointer = 200;
}  // namespace

void append_pointer(std::string& pointer, std::string_view name) {
  pointer += '/';
  for (const char c : name.substr(0, kMaxNameInPointer)) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
}

std::string Reader::pointer() const {
  std::string text;
  for (const Step& step : path_) {
    if (step.item) {
      text += '/';
      text += std::to_string(step.index);
    } else {
      append_pointer(text, step.name);
    }
  }
  return text;
}

void Reader::refuse(Text message) {
  if (errors_.size() >= kMaxErrors) return;
  errors_.push_back({pointer(), std::move(message)});
}

void Reader::refuse(const Error& error) {
  refuse(error.fields.empty() ? error.message : error.fields.front().message);
}

void Reader::refuse_member(std::string_view name, Text message) {
  const Inside inside(*this, name);
  refuse(std::move(message));
}

Error Reader::take_error() { return Error::invalid(std::move(errors_)); }

}  // namespace madoguchi::json
