// SPDX-License-Identifier: Apache-2.0
#include "core/config/reference.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace madoguchi::config {

void ReferenceWriter::prose(std::string_view text) {
  constexpr std::size_t kWidth = 98;
  if (text.empty() || text.back() != '.') {
    throw std::logic_error(fmt::format("not a full sentence: {}", text));
  }
  while (!text.empty()) {
    std::size_t size = text.size();
    if (size > kWidth) {
      const std::size_t space = text.rfind(' ', kWidth);
      size = space == std::string_view::npos ? std::min(text.find(' '), text.size()) : space;
    }
    out_ += "# ";
    out_ += text.substr(0, size);
    out_ += '\n';
    text.remove_prefix(std::min(size + 1, text.size()));
  }
}

void ReferenceWriter::option(std::string_view key, std::string_view value, State state) {
  if (state == State::commented) out_ += '#';
  out_ += fmt::format("{} = {}\n", key, value);
}

void ReferenceWriter::table(std::string_view header, std::string_view about, State state) {
  out_ += '\n';
  prose(about);
  if (state == State::commented) out_ += '#';
  out_ += fmt::format("{}\n", header);
}

}  // namespace madoguchi::config
