// SPDX-License-Identifier: Apache-2.0
#pragma once

// Filters of the list of inquiries, as data.

#include <optional>
#include <string>

#include "core/json/json.h"
#include "core/service/cases.h"

namespace madoguchi::service {

struct ViewDto {
  std::string id;
  std::string name;
  bool shared = false;
  CaseFilter filter;
  std::int64_t position = 0;
  std::int64_t version = 0;
};

struct ViewCreateDto {
  std::string name;
  bool shared = false;
  CaseFilter filter;
  std::int64_t position = 0;
};

struct ViewPatchDto {
  std::optional<std::string> name;
  std::optional<CaseFilter> filter;
  std::optional<std::int64_t> position;
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct EnumNames<store::SlaTarget> {
  static constexpr EnumName<store::SlaTarget> values[] = {
      {store::SlaTarget::first_response, "first_response"},
      {store::SlaTarget::resolution, "resolution"}};
};

template <>
struct EnumNames<store::CaseOrder> {
  static constexpr EnumName<store::CaseOrder> values[] = {
      {store::CaseOrder::newest_modified, "-modified_at"},
      {store::CaseOrder::newest_created, "-created_at"},
      {store::CaseOrder::soonest_due, "due_at"}};
};

/// The parameters of GET /cases but those that say which page.
template <>
struct json::Table<service::CaseFilter> {
  static constexpr const char* name = "CaseFilter";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::ViewDto> {
  static constexpr const char* name = "View";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::ViewCreateDto> {
  static constexpr const char* name = "ViewCreate";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::ViewPatchDto> {
  static constexpr const char* name = "ViewPatch";
  static const json::Fields& fields();
};

}  // namespace madoguchi
