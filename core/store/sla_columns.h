// SPDX-License-Identifier: Apache-2.0
#pragma once

// Business hours, SLA policies and how a case stands with them as JSON: in their columns and in the
// facade.

#include "core/domain/sla.h"
#include "core/json/json.h"
#include "core/store/columns.h"

namespace madoguchi::store {

/// The week as it is written down: a list for each day.
struct WrittenWeek {
  std::vector<domain::OpenTime> monday;
  std::vector<domain::OpenTime> tuesday;
  std::vector<domain::OpenTime> wednesday;
  std::vector<domain::OpenTime> thursday;
  std::vector<domain::OpenTime> friday;
  std::vector<domain::OpenTime> saturday;
  std::vector<domain::OpenTime> sunday;
};

[[nodiscard]] WrittenWeek written(const std::array<std::vector<domain::OpenTime>, 7>& week);
[[nodiscard]] std::array<std::vector<domain::OpenTime>, 7> read(WrittenWeek week);

/// What the column `definition` of business_hours holds.
struct WrittenHours {
  WrittenWeek week;
  bool japanese_holidays = true;
  std::vector<domain::SpecialDay> special_days;
};

}  // namespace madoguchi::store

namespace madoguchi::json {

template <>
struct Codec<domain::WallTime> {
  static void write(Writer& writer, const domain::WallTime& value) { writer.string(value.str()); }
  static void read(Reader& reader, Node node, const Limits&, domain::WallTime& value);
  static void describe(Schemas&, Writer& writer, const Limits&, bool nullable);
};
template <>
struct Codec<domain::BusinessDate> {
  static void write(Writer& writer, const domain::BusinessDate& value) {
    writer.string(value.str());
  }
  static void read(Reader& reader, Node node, const Limits&, domain::BusinessDate& value);
  static void describe(Schemas&, Writer& writer, const Limits&, bool nullable);
};
template <>
struct Table<domain::OpenTime> {
  static constexpr const char* name = "OpenTime";
  static const Fields& fields();
};
template <>
struct Table<domain::SpecialDay> {
  static constexpr const char* name = "SpecialDay";
  static const Fields& fields();
};
template <>
struct Table<store::WrittenWeek> {
  static constexpr const char* name = "WorkWeek";
  static const Fields& fields();
};
template <>
struct Table<store::WrittenHours> {
  static constexpr const char* name = "KeptHours";
  static const Fields& fields();
};
template <>
struct Table<domain::SlaConditions> {
  static constexpr const char* name = "SlaConditions";
  static const Fields& fields();
};
template <>
struct Table<domain::SlaTargets> {
  static constexpr const char* name = "SlaTargets";
  static const Fields& fields();
};
template <>
struct Table<domain::SlaPolicyName> {
  static constexpr const char* name = "SlaPolicyName";
  static const Fields& fields();
};
template <>
struct Table<domain::SlaClock> {
  static constexpr const char* name = "SlaClock";
  static const Fields& fields();
};
template <>
struct Table<domain::SlaStanding> {
  static constexpr const char* name = "SlaStanding";
  static const Fields& fields();
};

}  // namespace madoguchi::json
