// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/sla_dto.h"

namespace madoguchi::json {

using service::BusinessDaysDto;
using service::BusinessHoursCreateDto;
using service::BusinessHoursDto;
using service::BusinessHoursPatchDto;
using service::DayOffDto;
using service::SlaPolicyCreateDto;
using service::SlaPolicyDto;
using service::SlaPolicyPatchDto;

namespace {

constexpr std::size_t kMostSpecialDays = 1000;
constexpr std::size_t kSlaName = 100;
constexpr std::int64_t kLastPlace = 1'000'000;
const char* const kZone = "Time zone of the IANA table.";
const char* const kHolidays = "Closed on Japan's national holidays, which follow from the law.";
const char* const kSpecial = "Days that go by no rule: open on a holiday, or closed.";
const char* const kPlace = "The first policy that fits a case counts, by this and then by name.";

void check_targets(const domain::SlaTargets& targets, Reader& reader) {
  if (targets.first_response || targets.next_response || targets.resolution) return;
  reader.refuse_member("targets", {"Promise one of the three at least.",
                                   "少なくとも 1 つの目標時間を指定してください。"});
}

}  // namespace

const Fields& Table<BusinessHoursDto>::fields() {
  static const Fields table = json::fields<BusinessHoursDto>(
      field("id", &BusinessHoursDto::id, "Names it in policies; \"default\" is always there."),
      field("name", &BusinessHoursDto::name, "Unique name."),
      field("time_zone", &BusinessHoursDto::time_zone, kZone).example("\"Asia/Tokyo\""),
      field("week", &BusinessHoursDto::week, "Working hours of each day of the week."),
      field("japanese_holidays", &BusinessHoursDto::japanese_holidays, kHolidays),
      field("special_days", &BusinessHoursDto::special_days, kSpecial),
      field("archived", &BusinessHoursDto::archived, "Not offered any more; policies keep it."),
      field("version", &BusinessHoursDto::version, "Counts changes; the ETag."));
  return table;
}

const Fields& Table<BusinessHoursCreateDto>::fields() {
  static const Fields table = json::fields<BusinessHoursCreateDto>(
      field("name", &BusinessHoursCreateDto::name, "Unique name.").not_empty().max_length(kSlaName),
      field("time_zone", &BusinessHoursCreateDto::time_zone, kZone).optional().max_length(60),
      field("week", &BusinessHoursCreateDto::week, "Working hours of each day of the week."),
      field("japanese_holidays", &BusinessHoursCreateDto::japanese_holidays, kHolidays).optional(),
      field("special_days", &BusinessHoursCreateDto::special_days, kSpecial)
          .optional()
          .max_items(kMostSpecialDays));
  return table;
}

const Fields& Table<BusinessHoursPatchDto>::fields() {
  static const Fields table = json::fields<BusinessHoursPatchDto>(
      field("name", &BusinessHoursPatchDto::name, "Unique name.").not_empty().max_length(kSlaName),
      field("time_zone", &BusinessHoursPatchDto::time_zone, kZone).max_length(60),
      field("week", &BusinessHoursPatchDto::week, "The whole week."),
      field("japanese_holidays", &BusinessHoursPatchDto::japanese_holidays, kHolidays),
      field("special_days", &BusinessHoursPatchDto::special_days, "All of them.")
          .max_items(kMostSpecialDays),
      field("archived", &BusinessHoursPatchDto::archived, "Not offered any more."));
  return table;
}

const Fields& Table<DayOffDto>::fields() {
  static const Fields table =
      json::fields<DayOffDto>(field("date", &DayOffDto::date, "Which day."),
                              field("name", &DayOffDto::name, "What it is called in Japan."));
  return table;
}

const Fields& Table<BusinessDaysDto>::fields() {
  static const Fields table = json::fields<BusinessDaysDto>(
      field("year", &BusinessDaysDto::year, "The year."),
      field("holidays", &BusinessDaysDto::holidays, "The national holidays it observes."),
      field("business_minutes", &BusinessDaysDto::business_minutes,
            "How long the desk works in that year."));
  return table;
}

const Fields& Table<SlaPolicyDto>::fields() {
  static const Fields table = json::fields<SlaPolicyDto>(
      field("id", &SlaPolicyDto::id, "Its id."), field("name", &SlaPolicyDto::name, "Unique name."),
      field("position", &SlaPolicyDto::position, kPlace),
      field("conditions", &SlaPolicyDto::conditions, "Which cases it is for; none: all of them."),
      field("targets", &SlaPolicyDto::targets, "What is promised."),
      field("business_hours", &SlaPolicyDto::business_hours, "Id of the hours that count."),
      field("archived", &SlaPolicyDto::archived, "Fits no case any more; handled ones keep it."),
      field("version", &SlaPolicyDto::version, "Counts changes; the ETag."));
  return table;
}

const Fields& Table<SlaPolicyCreateDto>::fields() {
  static const Fields table = json::fields<SlaPolicyCreateDto>(
      field("name", &SlaPolicyCreateDto::name, "Unique name.").not_empty().max_length(kSlaName),
      field("position", &SlaPolicyCreateDto::position, kPlace).optional().range(0, kLastPlace),
      field("conditions", &SlaPolicyCreateDto::conditions, "Which cases it is for; none: all.")
          .optional(),
      field("targets", &SlaPolicyCreateDto::targets, "What is promised."),
      field("business_hours", &SlaPolicyCreateDto::business_hours,
            "Id of the hours that count; default: \"default\"."));
  return table;
}

void Table<SlaPolicyCreateDto>::check(const SlaPolicyCreateDto& value, Reader& reader) {
  check_targets(value.targets, reader);
}

const Fields& Table<SlaPolicyPatchDto>::fields() {
  static const Fields table = json::fields<SlaPolicyPatchDto>(
      field("name", &SlaPolicyPatchDto::name, "Unique name.").not_empty().max_length(kSlaName),
      field("position", &SlaPolicyPatchDto::position, kPlace).range(0, kLastPlace),
      field("conditions", &SlaPolicyPatchDto::conditions, "All of them."),
      field("targets", &SlaPolicyPatchDto::targets, "All that is promised."),
      field("business_hours", &SlaPolicyPatchDto::business_hours, "Id of the hours that count."),
      field("archived", &SlaPolicyPatchDto::archived, "Fits no case any more."));
  return table;
}

void Table<SlaPolicyPatchDto>::check(const SlaPolicyPatchDto& value, Reader& reader) {
  if (value.targets) check_targets(*value.targets, reader);
}

}  // namespace madoguchi::json
