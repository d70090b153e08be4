// SPDX-License-Identifier: Apache-2.0
#include "core/mail/date.h"

#include <array>
#include <chrono>

#include "core/mail/ascii.h"

namespace madoguchi::mail {
namespace {

/// What the words of the header gave so far; -1: not seen yet.
struct Parts {
  int year = -1;
  int month = -1;
  int day = -1;
  int hour = -1;
  int minute = 0;
  int second = 0;
  int offset_minutes = 0;
};

constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};

struct Zone {
  std::string_view name;
  int minutes;
};
constexpr Zone kZones[] = {{"jst", 540},  {"est", -300}, {"edt", -240}, {"cst", -360},
                           {"cdt", -300}, {"mst", -420}, {"mdt", -360}, {"pst", -480},
                           {"pdt", -420}, {"cet", 60},   {"cest", 120}, {"bst", 60},
                           {"kst", 540},  {"ist", 330}};

bool all_digits(std::string_view word) {
  for (const char c : word) {
    if (!is_digit(c)) return false;
  }
  return !word.empty();
}

int number(std::string_view word) {
  int value = 0;
  for (const char c : word.substr(0, 8)) value = value * 10 + (c - '0');
  return value;
}

int full_year(std::string_view word) {
  const int year = number(word);
  if (word.size() >= 4) return year;
  if (word.size() == 3) return year + 1900;  // RFC 5322 section 4.3
  return year < 50 ? year + 2000 : year + 1900;
}

void take_time(std::string_view word, Parts& parts) {
  int* const fields[] = {&parts.hour, &parts.minute, &parts.second};
  std::size_t field = 0;
  parts.hour = 0;
  for (std::size_t i = 0; i < word.size() && field < 3; ++field) {
    std::size_t end = i;
    while (end < word.size() && is_digit(word[end])) ++end;
    *fields[field] = number(word.substr(i, end - i));
    if (end < word.size() && word[end] != ':' && word[end] != '.') break;
    i = end + 1;
    if (field == 2) break;
  }
}

bool take_offset(std::string_view word, Parts& parts) {
  if (word.size() < 3 || (word[0] != '+' && word[0] != '-')) return false;
  std::string digits;
  for (const char c : word.substr(1)) {
    if (is_digit(c))
      digits += c;
    else if (c != ':')
      break;
  }
  if (digits.size() == 2) digits += "00";
  if (digits.size() == 3) digits.insert(0, "0");
  if (digits.size() < 4) return false;
  const int minutes = number(digits.substr(0, 2)) * 60 + number(digits.substr(2, 2));
  if (minutes <= 24 * 60) parts.offset_minutes = word[0] == '-' ? -minutes : minutes;
  return true;
}

/// "2026-11-21", "2026/11/21": true when the word was one.
bool take_iso_day(std::string_view word, Parts& parts) {
  if (word.size() < 8 || (word[4] != '-' && word[4] != '/')) return false;
  const std::size_t second = word.find_first_of("-/", 5);
  if (second == std::string_view::npos || !all_digits(word.substr(0, 4)) ||
      !all_digits(word.substr(5, second - 5)) || !all_digits(word.substr(second + 1))) {
    return false;
  }
  parts.year = number(word.substr(0, 4));
  parts.month = number(word.substr(5, second - 5));
  parts.day = number(word.substr(second + 1));
  return true;
}

int month_of(std::string_view word) {
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (istarts_with(word, kMonths[i])) return static_cast<int>(i) + 1;
  }
  return -1;
}

void take_name(std::string_view word, Parts& parts) {
  if (const int month = month_of(word); month > 0 && parts.month < 0) {
    parts.month = month;
    return;
  }
  for (const Zone& zone : kZones) {
    if (iequals(word, zone.name)) parts.offset_minutes = zone.minutes;
  }
}

void take_word(std::string_view word, Parts& parts) {
  if (word.empty()) return;
  if (take_iso_day(word, parts)) return;
  if (is_digit(word[0]) && word.find(':') != std::string_view::npos) {
    const std::size_t zone = word.find_first_of("+-");
    take_time(word.substr(0, zone), parts);
    if (zone != std::string_view::npos) take_offset(word.substr(zone), parts);
    return;
  }
  if (take_offset(word, parts)) return;
  if (all_digits(word)) {
    if (parts.day < 0 && word.size() <= 2) {
      parts.day = number(word);
    } else if (parts.year < 0 && word.size() <= 4) {
      parts.year = full_year(word);
    }
    return;
  }
  take_name(word, parts);
}

std::optional<TimePoint> assemble(const Parts& p) {
  using namespace std::chrono;
  if (p.year < 1900 || p.year > 9999 || p.month < 1 || p.month > 12 || p.day < 1) {
    return std::nullopt;
  }
  const year_month_day day{year(p.year), month(static_cast<unsigned>(p.month)),
                           std::chrono::day(static_cast<unsigned>(p.day))};
  if (!day.ok() || p.hour > 24 || p.minute > 59 || p.second > 60) return std::nullopt;
  const int hour = p.hour < 0 ? 0 : p.hour;
  return TimePoint(sys_days(day)) + hours(hour) + minutes(p.minute - p.offset_minutes) +
         seconds(p.second);
}

}  // namespace

std::optional<TimePoint> parse_date(std::string_view folded) {
  Parts parts;
  std::size_t begin = 0;
  folded = folded.substr(0, 200);
  for (std::size_t i = 0; i <= folded.size(); ++i) {
    const char c = i < folded.size() ? folded[i] : ' ';
    // "21-Nov-2026" is three words, "2026-11-21" one; a T stands before the time of ISO 8601.
    const std::string_view word = folded.substr(begin, i - begin);
    const bool named_month = c == '-' && (all_digits(word) ? word.size() <= 2 : month_of(word) > 0);
    const bool iso_t = c == 'T' && word.size() >= 8 && is_digit(word[0]);
    if (!is_blank(c) && c != ',' && c != '(' && !named_month && !iso_t) continue;
    take_word(word, parts);
    if (c == '(') {
      const std::size_t close = folded.find(')', i);
      i = close == std::string_view::npos ? folded.size() : close;
    }
    begin = i + 1;
    if (begin > folded.size()) break;
  }
  return assemble(parts);
}

}  // namespace madoguchi::mail
