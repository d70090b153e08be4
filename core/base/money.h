// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace madoguchi {

/// An amount in the smallest unit of its currency (1200 JPY is 1200, 12.00 USD is 1200).
struct Money {
  std::int64_t amount_minor = 0;
  std::string currency = "JPY";  ///< ISO 4217

  bool operator==(const Money&) const = default;
};

}  // namespace madoguchi
