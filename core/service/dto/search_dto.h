// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/enum_names.h"
#include "core/json/json.h"

namespace madoguchi::service {

enum class SearchType { case_, customer, order, memo };

/// Where the words stand, best first.
enum class MatchedIn { number, name, text };

struct SnippetPieceDto {
  std::string text;
  bool match = false;
};

/// Whom something that was found is about, with what has to be known of them everywhere.
struct SearchCustomerDto {
  std::string number;
  std::string name;
  bool blacklisted = false;
};

struct SearchItemDto {
  SearchType type = SearchType::case_;
  std::optional<std::string> id;
  std::optional<std::string> number;
  std::string title;
  std::optional<std::string> state;
  std::optional<SearchCustomerDto> customer;
  std::optional<std::string> message;
  TimePoint at;
  MatchedIn matched_in = MatchedIn::text;
  std::vector<SnippetPieceDto> snippet;
  std::string path;
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct EnumNames<service::SearchType> {
  static constexpr EnumName<service::SearchType> values[] = {
      {service::SearchType::case_, "case"},
      {service::SearchType::customer, "customer"},
      {service::SearchType::order, "order"},
      {service::SearchType::memo, "memo"}};
};

template <>
struct EnumNames<service::MatchedIn> {
  static constexpr EnumName<service::MatchedIn> values[] = {{service::MatchedIn::number, "number"},
                                                            {service::MatchedIn::name, "name"},
                                                            {service::MatchedIn::text, "text"}};
};

template <>
struct json::Table<service::SnippetPieceDto> {
  static constexpr const char* name = "SnippetPiece";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::SearchCustomerDto> {
  static constexpr const char* name = "SearchCustomer";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::SearchItemDto> {
  static constexpr const char* name = "SearchItem";
  static const json::Fields& fields();
};

}  // namespace madoguchi
