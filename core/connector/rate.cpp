// SPDX-License-Identifier: Apache-2.0
#include "core/connector/rate.h"

#include <algorithm>

namespace madoguchi::connector {
namespace {

using std::chrono::microseconds;

constexpr int kOfPeople = 5;      ///< one of so many is held ready
constexpr int kInBackground = 2;  ///< of what is held ready

struct Bucket {
  microseconds each;  ///< to fill in one
  int size;
};

Bucket bucket_of(const RateLimit& limit) {
  const int size = std::clamp(limit.requests / kOfPeople, 1, limit.requests);
  const int filled = std::max(limit.requests - size, 1);
  return {std::chrono::ceil<microseconds>(limit.per / filled), size};
}

/// Not what a clock that was set back leaves behind: an emptier bucket than there can be.
TimePoint within(const RateLimit& limit, const Bucket& bucket, TimePoint full_at, TimePoint now) {
  return std::clamp(full_at, now, now + limit.per + bucket.each * bucket.size);
}

}  // namespace

RateVerdict take(const RateLimit& limit, TimePoint full_at, TimePoint now, Urgency urgency) {
  if (limit.requests <= 0) return {true, now, microseconds(0)};
  const Bucket bucket = bucket_of(limit);
  const TimePoint before = within(limit, bucket, full_at, now);
  const int mine = urgency == Urgency::person ? bucket.size : std::min(bucket.size, kInBackground);
  const TimePoint after = before + bucket.each;
  const TimePoint latest = now + bucket.each * mine;
  if (after <= latest) return {true, after, microseconds(0)};
  return {false, before, after - latest};
}

TimePoint corrected(const RateLimit& limit, TimePoint full_at, TimePoint now,
                    const RateNews& news) {
  if (limit.requests <= 0 || !news.remaining) return full_at;
  const Bucket bucket = bucket_of(limit);
  const TimePoint known = within(limit, bucket, full_at, now);
  if (*news.remaining >= bucket.size) return known;
  const auto used = static_cast<int>(bucket.size - std::max<std::int64_t>(*news.remaining, 0));
  TimePoint told = now + bucket.each * used;
  // Nothing is left: what a fixed window holds comes back at once, at its end.
  if (*news.remaining <= 0 && news.resets_in) {
    told = std::max(told, now + *news.resets_in + bucket.each * (bucket.size - 1));
  }
  return std::max(known, told);
}

}  // namespace madoguchi::connector
