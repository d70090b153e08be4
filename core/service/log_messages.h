// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/observe/log.h"

namespace madoguchi::service {

inline constexpr observe::LogMessage kIntakeQuarantined{
    "intake.quarantined", observe::Level::error,
    "A mail could not be read and was put aside whole.",
    "It is kept whole and nothing else waits for it. GET /intake/{id} says why; report it with "
    "that reason."};

inline constexpr observe::LogMessage kSpoolStuck{
    "intake.spool_stuck", observe::Level::warning,
    "A spooled mail could not be taken up; it stays.",
    "Nothing is lost: it is tried again. When it repeats, look at the reason: a mailbox that is "
    "gone, "
    "a master key that is missing."};

}  // namespace madoguchi::service
