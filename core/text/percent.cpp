// SPDX-License-Identifier: Apache-2.0
#include "core/text/percent.h"

namespace madoguchi::text {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The octet of the %XX that begins at `i`, or -1.
int octet_at(std::string_view text, std::size_t i) {
  if (text[i] != '%' || i + 2 >= text.size()) return -1;
  const int high = hex_value(text[i + 1]);
  const int low = hex_value(text[i + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

enum class Plus { plus, space };
enum class Wrong { refuse, keep };

std::optional<std::string> decoded(std::string_view text, Plus plus, Wrong wrong) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int octet = octet_at(text, i);
    if (octet >= 0) {
      out += static_cast<char>(octet);
      i += 2;
    } else if (text[i] == '%' && wrong == Wrong::refuse) {
      return std::nullopt;
    } else {
      out += text[i] == '+' && plus == Plus::space ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace

void append_percent(std::string& out, char octet) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(octet);
  out += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
}

std::string percent_encoded(std::string_view text, std::string_view also_plain) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~' ||
                       also_plain.find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      append_percent(out, c);
    }
  }
  return out;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  return decoded(text, Plus::plus, Wrong::refuse);
}

std::optional<std::string> form_decoded(std::string_view text) {
  return decoded(text, Plus::space, Wrong::refuse);
}

std::string percent_decoded_where_right(std::string_view text) {
  return *decoded(text, Plus::plus, Wrong::keep);
}

}  // namespace madoguchi::text
