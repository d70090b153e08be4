// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/census.h"

namespace madoguchi::http {

std::optional<Census::Seat> Census::enter(const std::string& allotment) {
  enum class Verdict { seat, spare, none };
  const Verdict verdict = count_.with([&](Count& count) {
    const auto known = count.by_allotment.find(allotment);
    const std::size_t of_address = known == count.by_allotment.end() ? 0 : known->second;
    if (count.total < caps_.total && of_address < caps_.per_address) {
      ++count.total;
      if (!allotment.empty()) ++count.by_allotment[allotment];
      return Verdict::seat;
    }
    if (count.spare >= caps_.to_tell) return Verdict::none;
    ++count.spare;
    return Verdict::spare;
  });
  if (verdict == Verdict::none) return std::nullopt;
  return Seat(*this, allotment, verdict == Verdict::spare);
}

void Census::leave(const std::string& allotment, bool spare) {
  count_.update([&](Count& count) {
    if (spare) {
      --count.spare;
      return;
    }
    --count.total;
    const auto known = count.by_allotment.find(allotment);
    if (known != count.by_allotment.end() && --known->second == 0) count.by_allotment.erase(known);
  });
}

bool Census::wait_until_empty(SteadyPoint deadline) {
  return count_.wait_until(
      deadline, [](const Count& count) { return count.total == 0 && count.spare == 0; },
      [](Count&) {});
}

}  // namespace madoguchi::http
