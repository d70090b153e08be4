// SPDX-License-Identifier: Apache-2.0
#include "connectors/relation/cursor.h"

#include <algorithm>

namespace madoguchi::connectors::relation {
namespace {

using std::chrono::seconds;

constexpr int kVersion = 1;
constexpr seconds kMostWidth{90 * 24 * 60 * 60};
constexpr std::size_t kFewOnAPage = kPageSize / 3;

std::int64_t in_seconds(TimePoint time) {
  return std::chrono::floor<seconds>(time).time_since_epoch().count();
}

TimePoint from_seconds(std::int64_t count) { return TimePoint(seconds(count)); }

json::Value to_json(const std::optional<Sweep>& sweep) {
  if (!sweep) return nullptr;
  return {{"since", in_seconds(sweep->since)},
          {"until", in_seconds(sweep->until)},
          {"box", sweep->box},
          {"from", in_seconds(sweep->listed_from)},
          {"width", sweep->width.count()},
          {"first_width", sweep->first_width.count()},
          {"page", sweep->page},
          {"waiting_box", sweep->waiting_box},
          {"waiting", sweep->waiting}};
}

std::optional<Sweep> sweep_from(const json::Value& value) {
  const auto number = [&](const char* name) { return json::integer_at(value, name); };
  const json::Value* waiting = json::find(value, "/waiting");
  const auto box = number("/box");
  const auto width = number("/width");
  if (!box || *box < 0 || !width || *width < 1 || waiting == nullptr || !waiting->is_array() ||
      !number("/since") || !number("/until") || !number("/from")) {
    return std::nullopt;
  }
  Sweep sweep;
  sweep.since = from_seconds(*number("/since"));
  sweep.until = from_seconds(*number("/until"));
  sweep.box = static_cast<std::size_t>(*box);
  sweep.listed_from = from_seconds(*number("/from"));
  sweep.width = seconds(*width);
  sweep.first_width = seconds(std::max<std::int64_t>(1, number("/first_width").value_or(*width)));
  sweep.waiting_box =
      static_cast<std::size_t>(std::max<std::int64_t>(0, number("/waiting_box").value_or(*box)));
  sweep.page = static_cast<int>(number("/page").value_or(1));
  for (const json::Value& one : *waiting) {
    if (one.is_number_integer()) sweep.waiting.push_back(one.get<std::int64_t>());
  }
  return sweep;
}

json::Value to_json(const std::optional<TimePoint>& time) {
  if (!time) return nullptr;
  return in_seconds(*time);
}

std::optional<TimePoint> time_from(const json::Value& value, const char* name) {
  const auto count = json::integer_at(value, name);
  return count ? std::optional(from_seconds(*count)) : std::nullopt;
}

}  // namespace

Sweep Sweep::over(TimePoint since, TimePoint until, seconds first_width) {
  Sweep sweep;
  sweep.since = std::chrono::floor<seconds>(since);
  sweep.until = std::chrono::ceil<seconds>(until);
  sweep.listed_from = sweep.until;
  sweep.width = first_width;
  sweep.first_width = first_width;
  return sweep;
}

TimePoint Sweep::window_begin() const { return std::max(since, listed_from - width); }

void Sweep::listed(std::size_t count, std::vector<std::int64_t> fresh) {
  const bool is_full = count >= kPageSize;
  const TimePoint begin = window_begin();
  if (is_full && listed_from - begin > seconds(1)) {
    width = std::max(seconds(1), std::chrono::floor<seconds>(listed_from - begin) / 2);
    return;
  }
  waiting_box = box;
  waiting.insert(waiting.end(), fresh.begin(), fresh.end());
  if (is_full) {  // more than a page in one second: nothing is left but to turn pages
    ++page;
    return;
  }
  page = 1;
  if (count < kFewOnAPage) width = std::min(kMostWidth, width * 2);
  listed_from = begin;
  if (begin > since) return;
  ++box;
  listed_from = until;
  width = first_width;
}

bool Sweep::is_done(std::size_t boxes) const { return waiting.empty() && box >= boxes; }

std::string Cursor::str() const {
  json::Value all = {{"v", kVersion},
                     {"boxes", boxes},
                     {"done_until", to_json(done_until)},
                     {"next_done", to_json(next_done)},
                     {"recent", to_json(recent)},
                     {"past", to_json(past)},
                     {"seen", json::Value::object()}};
  for (const auto& one : seen) all["seen"][one.first] = in_seconds(one.second);
  return json::dump(all);
}

std::optional<Cursor> Cursor::parse(const std::string& text) {
  const Result<json::Value> value = json::parse(text);
  if (!value || json::integer_at(*value, "/v") != kVersion) return std::nullopt;
  Cursor cursor;
  const json::Value* boxes = json::find(*value, "/boxes");
  if (boxes == nullptr || !boxes->is_array()) return std::nullopt;
  for (const json::Value& one : *boxes) {
    if (!one.is_number_integer()) return std::nullopt;
    cursor.boxes.push_back(one.get<std::int64_t>());
  }
  cursor.done_until = time_from(*value, "/done_until");
  cursor.next_done = time_from(*value, "/next_done");
  for (const auto& [name, to] : {std::pair{"/recent", &cursor.recent}, {"/past", &cursor.past}}) {
    const json::Value* sweep = json::find(*value, name);
    if (sweep == nullptr || sweep->is_null()) continue;
    *to = sweep_from(*sweep);
    if (!*to) return std::nullopt;
  }
  if (const json::Value* seen = json::find(*value, "/seen"); seen != nullptr && seen->is_object()) {
    for (const auto& one : seen->items()) {
      if (one.value().is_number_integer()) {
        cursor.seen[one.key()] = from_seconds(one.value().get<std::int64_t>());
      }
    }
  }
  return cursor;
}

}  // namespace madoguchi::connectors::relation
