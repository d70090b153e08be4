// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace madoguchi {

/// One sentence for a person, in both languages of the product. Written where the thing happens,
/// so that a message and its reason stay together; the facade picks by Accept-Language.
struct Text {
  std::string en;
  std::string ja;

  bool operator==(const Text&) const = default;
};

}  // namespace madoguchi
