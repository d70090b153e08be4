// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandboxes/kit/sandbox.h"

namespace madoguchi::sandboxes::relation {

/// Re:lation's API v2 as far as it is documented; README.md lists what is assumed beside that.
const SandboxType& type();

/// The token that it takes.
inline constexpr const char* kToken = "sandbox-relation-token";

}  // namespace madoguchi::sandboxes::relation
