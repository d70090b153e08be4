// SPDX-License-Identifier: Apache-2.0
#include "core/store/sla_columns.h"

namespace madoguchi::store {

WrittenWeek written(const std::array<std::vector<domain::OpenTime>, 7>& week) {
  return {week[0], week[1], week[2], week[3], week[4], week[5], week[6]};
}

std::array<std::vector<domain::OpenTime>, 7> read(WrittenWeek week) {
  return {std::move(week.monday),   std::move(week.tuesday), std::move(week.wednesday),
          std::move(week.thursday), std::move(week.friday),  std::move(week.saturday),
          std::move(week.sunday)};
}

}  // namespace madoguchi::store

namespace madoguchi::json {

using domain::OpenTime;
using domain::SlaClock;
using domain::SlaConditions;
using domain::SlaPolicyName;
using domain::SlaStanding;
using domain::SlaTargets;
using domain::SpecialDay;
using store::WrittenHours;
using store::WrittenWeek;

namespace {

constexpr std::int64_t kMostMinutes = 525'600;

}  // namespace

void Codec<domain::WallTime>::read(Reader& reader, Node node, const Limits&,
                                   domain::WallTime& value) {
  std::string text;
  if (!read_string(reader, node, {}, text)) return;
  const std::optional<domain::WallTime> time = domain::WallTime::parse(text);
  if (!time) {
    return reader.refuse(
        Text{"This is no time of a day. Write it as \"09:30\"; \"24:00\" is its end.",
             "時刻は \"09:30\" の形式で指定してください（1 日の終わりは \"24:00\"）。"});
  }
  value = *time;
}

void Codec<domain::WallTime>::describe(Schemas&, Writer& writer, const Limits&, bool nullable) {
  describe_string(writer, {}, nullable, {});
  writer.member("pattern", "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$");
}

void Codec<domain::BusinessDate>::read(Reader& reader, Node node, const Limits&,
                                       domain::BusinessDate& value) {
  std::string text;
  if (!read_string(reader, node, {}, text)) return;
  const std::optional<domain::BusinessDate> date = domain::BusinessDate::parse(text);
  if (!date) {
    return reader.refuse(Text{"This is no day of the calendar. Write it as \"2026-12-31\".",
                              "日付は \"2026-12-31\" の形式で指定してください。"});
  }
  value = *date;
}

void Codec<domain::BusinessDate>::describe(Schemas&, Writer& writer, const Limits&, bool nullable) {
  describe_string(writer, {}, nullable, "date");
}

const Fields& Table<OpenTime>::fields() {
  static const Fields table = json::fields<OpenTime>(
      field("from", &OpenTime::from, "When work begins, by the clock on the wall.")
          .example("\"09:00\""),
      field("to", &OpenTime::to, "When it ends; 24:00 is the end of the day.")
          .example("\"18:00\""));
  return table;
}

const Fields& Table<SpecialDay>::fields() {
  static const Fields table = json::fields<SpecialDay>(
      field("date", &SpecialDay::date, "Which day."),
      field("name", &SpecialDay::name, "What it is, such as 棚卸し.").optional().max_length(100),
      field("open", &SpecialDay::open, "When the desk works on it; empty: it is closed.")
          .optional()
          .max_items(12));
  return table;
}

const Fields& Table<WrittenWeek>::fields() {
  const auto day = [](const char* name, std::vector<OpenTime> WrittenWeek::*member) {
    return field(name, member, "Its working hours, with breaks between them; empty: closed.")
        .optional()
        .max_items(12);
  };
  static const Fields table = json::fields<WrittenWeek>(
      day("monday", &WrittenWeek::monday), day("tuesday", &WrittenWeek::tuesday),
      day("wednesday", &WrittenWeek::wednesday), day("thursday", &WrittenWeek::thursday),
      day("friday", &WrittenWeek::friday), day("saturday", &WrittenWeek::saturday),
      day("sunday", &WrittenWeek::sunday));
  return table;
}

const Fields& Table<WrittenHours>::fields() {
  static const Fields table = json::fields<WrittenHours>(
      field("week", &WrittenHours::week, "Its days."),
      field("japanese_holidays", &WrittenHours::japanese_holidays, "Closed on holidays."),
      field("special_days", &WrittenHours::special_days, "Days that go by no rule.").optional());
  return table;
}

const Fields& Table<SlaConditions>::fields() {
  static const Fields table = json::fields<SlaConditions>(
      field("priorities", &SlaConditions::priorities, "Cases of one of these priorities.")
          .optional()
          .max_items(10),
      field("categories", &SlaConditions::categories, "Ids of categories.")
          .optional()
          .max_items(100),
      field("channels", &SlaConditions::channels, "Channels.").optional().max_items(20),
      field("mailboxes", &SlaConditions::mailboxes, "Names of mailboxes.")
          .optional()
          .max_items(100),
      field("tags", &SlaConditions::tags, "Tags.").optional().max_items(100),
      field("customer_labels", &SlaConditions::customer_labels,
            "Ids of labels of the case's customer.")
          .optional()
          .max_items(100));
  return table;
}

const Fields& Table<SlaTargets>::fields() {
  static const Fields table = json::fields<SlaTargets>(
      field("first_response", &SlaTargets::first_response,
            "Minutes of working time until the first answer.")
          .range(1, kMostMinutes),
      field("next_response", &SlaTargets::next_response,
            "Minutes of working time until the answer to whatever the customer says after it.")
          .range(1, kMostMinutes),
      field("resolution", &SlaTargets::resolution,
            "Minutes of working time until the case is resolved; pending, it stands still.")
          .range(1, kMostMinutes));
  return table;
}

const Fields& Table<SlaPolicyName>::fields() {
  static const Fields table = json::fields<SlaPolicyName>(
      field("id", &SlaPolicyName::id, "Its id."), field("name", &SlaPolicyName::name, "Its name."));
  return table;
}

const Fields& Table<SlaClock>::fields() {
  static const Fields table = json::fields<SlaClock>(
      field("due_at", &SlaClock::due_at, "Until when; null while the clock stands still."),
      field("met_at", &SlaClock::met_at, "When it was done."),
      field(
          "state", &SlaClock::state,
          "running: waited for, overdue once due_at is past. paused: pending. met, missed: done in "
          "time or late. not_needed: handled without it."));
  return table;
}

const Fields& Table<SlaStanding>::fields() {
  static const Fields table = json::fields<SlaStanding>(
      field("policy", &SlaStanding::policy, "The policy that fits it."),
      field("first_response", &SlaStanding::first_response, "The first answer."),
      field("next_response", &SlaStanding::next_response,
            "The answer to what the customer said last."),
      field("resolution", &SlaStanding::resolution, "Until it is resolved."));
  return table;
}

}  // namespace madoguchi::json
