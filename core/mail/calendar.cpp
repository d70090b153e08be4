// SPDX-License-Identifier: Apache-2.0
#include "core/mail/calendar.h"

#include <algorithm>

#include "core/mail/ascii.h"
#include "core/mail/calendar_lines.h"
#include "core/mail/utf8.h"

namespace madoguchi::mail {
namespace {

struct Event {
  std::string summary;
  ContentLine start;
  ContentLine end;
  std::string location;
  std::string organizer;
  std::string answer;  ///< PARTSTAT of a reply
  bool repeats = false;
};

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

/// "20261121" and "20261121T100000Z" as people write them; anything else as it stands.
struct When {
  std::string date;
  std::string time;
  bool utc = false;
};
When when_of(const std::string& value) {
  const std::string_view text = trim(value);
  When when;
  if (text.size() < 8 || !all_digits(text.substr(0, 8))) {
    when.date = shown_value(utf8_prefix(text, 40));
    return when;
  }
  when.date = std::string(text.substr(0, 4)) + "-" + std::string(text.substr(4, 2)) + "-" +
              std::string(text.substr(6, 2));
  if (text.size() >= 13 && fold_case(text[8]) == 't' && all_digits(text.substr(9, 4)))
    when.time = std::string(text.substr(9, 2)) + ":" + std::string(text.substr(11, 2));
  when.utc = fold_case(text.back()) == 'z';
  return when;
}

std::string span_of(const Event& event) {
  const When start = when_of(event.start.value);
  const When end = when_of(event.end.value);
  std::string out = start.date;
  if (!start.time.empty()) out += " " + start.time;
  if (!end.time.empty() && end.date == start.date) {
    out += "–" + end.time;
  } else if (!end.time.empty()) {
    out += " – " + end.date + " " + end.time;
  }
  const std::string* const zone = event.start.parameter("TZID");
  if (start.utc) out += " (UTC)";
  if (!start.utc && zone != nullptr && !start.time.empty()) out += " (" + shown_value(*zone) + ")";
  return out;
}

std::string person(const ContentLine& line) {
  std::string address = shown_value(line.value);
  if (istarts_with(address, "mailto:")) address.erase(0, 7);
  const std::string* const name = line.parameter("CN");
  if (name == nullptr || name->empty() || *name == address) return address;
  return shown_value(*name) + " <" + address + ">";
}

std::string_view title_of(std::string_view method, std::string_view answer) {
  if (method == "REQUEST") return "予定の招待 / Invitation";
  if (method == "CANCEL") return "予定の取り消し / Cancelled";
  if (method == "COUNTER") return "日時の提案 / New time proposed";
  if (method != "REPLY") return "予定 / Event";
  if (answer == "ACCEPTED") return "出席の返事 / Accepted";
  if (answer == "DECLINED") return "欠席の返事 / Declined";
  if (answer == "TENTATIVE") return "仮の返事 / Tentative";
  return "予定への返事 / Reply";
}

void take(Event& event, ContentLine line) {
  if (line.name == "SUMMARY") {
    event.summary = shown_value(line.value);
  } else if (line.name == "DTSTART") {
    event.start = std::move(line);
  } else if (line.name == "DTEND" || line.name == "DUE") {
    event.end = std::move(line);
  } else if (line.name == "LOCATION") {
    event.location = shown_value(line.value);
  } else if (line.name == "ORGANIZER") {
    event.organizer = person(line);
  } else if (line.name == "RRULE") {
    event.repeats = true;
  } else if (line.name == "ATTENDEE") {
    if (const std::string* state = line.parameter("PARTSTAT")) event.answer = *state;
  }
}

std::string text_of(const Event& event, std::string_view method) {
  std::string out = "[" + std::string(title_of(method, event.answer)) + "] " + event.summary + "\n";
  const auto field = [&](std::string_view label, const std::string& value) {
    if (!value.empty()) out.append(label).append(": ").append(value) += '\n';
  };
  field("日時 / When", span_of(event) + (event.repeats ? " 繰り返し / repeats" : ""));
  field("場所 / Where", event.location);
  field("主催者 / Organizer", event.organizer);
  return out;
}

}  // namespace

std::string calendar_text(std::string_view calendar) {
  constexpr std::size_t kMostEvents = 5;
  std::string method;
  std::vector<Event> events;
  std::string inside;  // the component that is read; those within it (alarms) are passed over
  std::size_t within = 0;
  ContentLines lines(calendar);
  while (std::optional<ContentLine> line = lines.next()) {
    const std::string value = shown_value(line->value);
    if (line->name == "BEGIN" && !inside.empty()) {
      ++within;
    } else if (line->name == "BEGIN" && (iequals(value, "VEVENT") || iequals(value, "VTODO"))) {
      if (events.size() == kMostEvents) break;
      inside = value;
      events.emplace_back();
    } else if (line->name == "END" && within > 0) {
      --within;
    } else if (line->name == "END") {
      inside.clear();
    } else if (line->name == "METHOD" && inside.empty()) {
      method = value;
      std::transform(method.begin(), method.end(), method.begin(),
                     [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 0x20) : c; });
    } else if (!inside.empty() && within == 0) {
      take(events.back(), std::move(*line));
    }
  }
  std::string out;
  for (const Event& event : events) {
    const bool nothing = event.summary.empty() && event.start.value.empty();
    if (!nothing) out += (out.empty() ? "" : "\n") + text_of(event, method);
  }
  return out;
}

}  // namespace madoguchi::mail
