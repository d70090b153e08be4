// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/observe/log.h"

namespace madoguchi::app {

using observe::Level;
using observe::LogMessage;

inline constexpr LogMessage kStarted{"daemon.started", Level::info, "The daemon serves.", ""};
inline constexpr LogMessage kWaiting{"daemon.waiting", Level::warning,
                                     "The database does not answer; the daemon waits for it.",
                                     "Until it does, HTTP is answered 503 and LMTP 451: mail "
                                     "servers keep their mail. Look at the database."};
inline constexpr LogMessage kStopping{
    "daemon.stopping", Level::info, "The daemon stops: no new work, running work is finished.", ""};
inline constexpr LogMessage kStopped{"daemon.stopped", Level::info, "The daemon has stopped.", ""};
inline constexpr LogMessage kReloaded{
    "daemon.reloaded", Level::info,
    "The configuration was read again; what can change has changed.", ""};
inline constexpr LogMessage kReloadRefused{"daemon.reload_refused", Level::error,
                                           "The configuration was not taken: it has mistakes.",
                                           "The daemon goes on with what it had. Mend the file "
                                           "(madoguchid check-config) and reload again."};
inline constexpr LogMessage kFatal{
    "daemon.fatal", Level::error, "Writing to the database failed in a way that cannot be trusted.",
    "Nothing that was acknowledged is lost. Look at the disk, then start the daemon again."};
inline constexpr LogMessage kHousekeeping{
    "daemon.housekeeping_failed", Level::warning, "A housekeeping task failed; it is tried again.",
    "Look at the error when it repeats: usually the database or the disk."};

}  // namespace madoguchi::app
