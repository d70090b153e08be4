// SPDX-License-Identifier: Apache-2.0
#include "core/text/time_zone.h"

#include <unicode/basictz.h>
#include <unicode/timezone.h>
#include <unicode/tztrans.h>

#include <memory>
#include <string>

namespace madoguchi::text {
namespace {

constexpr UDate kFrom = 946'684'800'000.0;     // 2000-01-01
constexpr UDate kUntil = 4'102'444'800'000.0;  // 2100-01-01

TimePoint time_of(UDate date) {
  return TimePoint(std::chrono::milliseconds(static_cast<std::int64_t>(date)));
}

}  // namespace

std::optional<std::vector<ZoneChange>> zone_changes(std::string_view name) {
  const icu::UnicodeString id =
      icu::UnicodeString::fromUTF8(icu::StringPiece(name.data(), static_cast<int>(name.size())));
  // ICU also reads "GMT+9" and the like; a zone of the IANA table has a canonical name.
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString canonical;
  UBool known = 0;
  icu::TimeZone::getCanonicalID(id, canonical, known, status);
  if (U_FAILURE(status) || known == 0) return std::nullopt;
  const std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(id));
  const auto* const rules = dynamic_cast<const icu::BasicTimeZone*>(zone.get());
  if (rules == nullptr) return std::nullopt;
  std::int32_t raw = 0;
  std::int32_t summer = 0;
  zone->getOffset(kFrom, 0, raw, summer, status);
  if (U_FAILURE(status)) return std::nullopt;
  std::vector<ZoneChange> changes = {{time_of(kFrom), std::chrono::seconds((raw + summer) / 1000)}};
  icu::TimeZoneTransition next;
  UDate at = kFrom;
  while (rules->getNextTransition(at, 0, next) != 0 && next.getTime() < kUntil) {
    at = next.getTime();
    const std::chrono::seconds offset(
        (next.getTo()->getRawOffset() + next.getTo()->getDSTSavings()) / 1000);
    // Some only rename the zone.
    if (offset != changes.back().second) changes.emplace_back(time_of(at), offset);
  }
  return changes;
}

}  // namespace madoguchi::text
