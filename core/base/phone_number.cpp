// SPDX-License-Identifier: Apache-2.0
#include "core/base/phone_number.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace madoguchi {
namespace {

// What people type in place of ASCII, in UTF-8: full-width digits are handled by range.
constexpr std::array<std::pair<std::string_view, char>, 12> kWide = {{{"ー", '-'},
                                                                      {"－", '-'},
                                                                      {"−", '-'},
                                                                      {"‐", '-'},
                                                                      {"–", '-'},
                                                                      {"―", '-'},
                                                                      {"（", '('},
                                                                      {"）", ')'},
                                                                      {"＋", '+'},
                                                                      {"　", ' '},
                                                                      {"・", '.'},
                                                                      {"．", '.'}}};

/// The ASCII character that `text` starts with in any width, and how many bytes it takes; {0, 0}
/// when it is none that a telephone number may hold.
std::pair<char, std::size_t> narrow(std::string_view text) {
  const char c = text.front();
  if ((c >= '0' && c <= '9') || std::string_view("+-() ./").find(c) != std::string_view::npos) {
    return {c, 1};
  }
  if (text.size() >= 3 && text.substr(0, 2) == "\xEF\xBC" &&
      static_cast<unsigned char>(text[2]) >= 0x90 && static_cast<unsigned char>(text[2]) <= 0x99) {
    return {static_cast<char>('0' + static_cast<unsigned char>(text[2]) - 0x90), 3};
  }
  for (const auto& entry : kWide) {
    if (text.substr(0, entry.first.size()) == entry.first)
      return {entry.second, entry.first.size()};
  }
  return {0, 0};
}

}  // namespace

Result<PhoneNumber> PhoneNumber::parse(std::string_view text) {
  const auto refuse = [&]() -> Result<PhoneNumber> {
    return fail(Error::invalid(
        "", {fmt::format("Not a telephone number: \"{}\".", text.substr(0, 60)),
             fmt::format("電話番号の形式ではありません: 「{}」", text.substr(0, 60))}));
  };
  PhoneNumber number;
  bool plus = false;
  for (std::string_view rest = text; !rest.empty();) {
    const std::pair<char, std::size_t> next = narrow(rest);
    if (next.second == 0) return refuse();
    if (next.first == '+') {
      if (!number.key_.empty() || plus) return refuse();
      plus = true;
    } else if (next.first >= '0' && next.first <= '9') {
      number.key_ += next.first;
    }
    rest.remove_prefix(next.second);
  }
  if (number.key_.size() < 3 || number.key_.size() > 20) return refuse();
  if (plus && number.key_.rfind("81", 0) == 0) {
    number.key_ =
        (number.key_.size() > 2 && number.key_[2] == '0' ? "" : "0") + number.key_.substr(2);
  } else if (plus) {
    number.key_.insert(0, "+");
  }
  number.text_ = std::string(text);
  return number;
}

}  // namespace madoguchi
