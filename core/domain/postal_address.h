// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where letters and parcels go, as Japanese addresses are written: postal code, prefecture, city,
// street, building.

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace madoguchi::domain {

/// One of the 47, by JIS X 0401; the index is the code less one.
struct Prefecture {
  std::string_view name;   ///< "東京都"
  std::string_view latin;  ///< "Tokyo"
};
[[nodiscard]] const std::array<Prefecture, 47>& prefectures();
/// By its name, with or without 都, 府 or 県, its Latin name in any case, or its code ("13").
[[nodiscard]] const Prefecture* find_prefecture(std::string_view text);

/// The digits of a Japanese postal code, whatever was written between them, in any width; nullopt
/// unless there are seven.
[[nodiscard]] std::optional<std::string> postal_digits(std::string_view text);

struct PostalAddress {
  std::string name;  ///< of who receives there; empty: the customer
  std::string kana;
  std::string company;
  std::string country = "JP";  ///< ISO 3166-1 alpha-2
  std::string postal_code;     ///< "150-0001" in Japan
  std::string prefecture;      ///< one of the table in Japan; a state elsewhere
  std::string city;            ///< 市区町村
  std::string street;          ///< 町名・番地
  std::string building;        ///< 建物名・部屋番号
  std::string phone;

  bool operator==(const PostalAddress&) const = default;
  /// Whether it says where, not only who.
  [[nodiscard]] bool says_where() const {
    return !postal_code.empty() || !prefecture.empty() || !city.empty() || !street.empty();
  }
  /// In one line, as an envelope has it.
  [[nodiscard]] std::string line() const;
};

/// The address as it is kept: country in capitals, and in Japan the postal code with its hyphen and
/// the prefecture by its full name. `invalid` at "/postal_code", "/prefecture", "/country" or
/// "/phone" below `pointer`.
[[nodiscard]] Result<PostalAddress> normalised(PostalAddress address, const std::string& pointer);

}  // namespace madoguchi::domain
