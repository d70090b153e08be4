// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/observe/log.h"

/// What this folder logs.
namespace madoguchi::lmtp::messages {

inline constexpr observe::LogMessage kListening{"lmtp.listening", observe::Level::info,
                                                "Mail is taken by LMTP.", ""};
inline constexpr observe::LogMessage kStopped{"lmtp.stopped", observe::Level::info,
                                              "Mail is not taken by LMTP any more.", ""};
inline constexpr observe::LogMessage kCut{
    "lmtp.cut", observe::Level::warning,
    "Sessions did not end in time and were cut; their mails are sent again by the mail server.",
    "Look for a slow disk or database when this repeats."};
inline constexpr observe::LogMessage kFull{
    "lmtp.full", observe::Level::warning,
    "All connections are taken; further ones are turned away until one is free.",
    "Lower the concurrency of the mail server's transport, or raise the limit."};
inline constexpr observe::LogMessage kNotTaken{
    "lmtp.not_taken", observe::Level::warning,
    "A mail could not be made durable; the mail server keeps it and tries again.",
    "See the error: a full disk or a database that is down has to be mended."};
inline constexpr observe::LogMessage kNotResolved{
    "lmtp.not_resolved", observe::Level::warning,
    "Whether an address is ours could not be found out; the mail server tries again.",
    "See the error: a database that is down has to be mended."};
inline constexpr observe::LogMessage kSmuggling{
    "lmtp.bare_lf", observe::Level::warning,
    "A mail with a bare line feed was refused: it may hide a second mail (SMTP smuggling).",
    "Let the mail server in front normalise line ends (Postfix: smtpd_forbid_bare_newline)."};
inline constexpr observe::LogMessage kBroken{"lmtp.broken", observe::Level::error,
                                             "A session ended by a fault of ours.",
                                             "Report it with the error."};

}  // namespace madoguchi::lmtp::messages
