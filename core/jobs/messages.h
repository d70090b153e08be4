// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/observe/log.h"

/// What the runner tells operators.
namespace madoguchi::jobs::messages {

using observe::Level;
using observe::LogMessage;

inline constexpr LogMessage kRetry{"jobs.retry", Level::info, "A job failed and will be run again.",
                                   ""};
inline constexpr LogMessage kDead{
    "jobs.dead", Level::error, "A job was given up.",
    "The error says why. What it was for shows it too: a reply as failed, a mail as quarantined."};
inline constexpr LogMessage kUnknown{
    "jobs.unknown", Level::error, "It is not known whether a job had its effect.",
    "Look at the other system before anything is repeated by hand."};
inline constexpr LogMessage kThrew{"jobs.threw", Level::warning,
                                   "The handler of a job ended with an exception.",
                                   "When it repeats, report it: a handler should not do that."};
inline constexpr LogMessage kHung{
    "jobs.hung", Level::error,
    "A job does not end. This run counts as failed, and the daemon starts anew to be rid of it.",
    "Report it with what the job was for: a mail is in quarantine after three such runs."};
inline constexpr LogMessage kLeaseLost{
    "jobs.lease_lost", Level::warning,
    "A job took longer than its lease; somebody else has it now.",
    "Its effect was rolled back here. When it repeats, look for a stopped or overloaded process."};
inline constexpr LogMessage kLeaseExpired{
    "jobs.lease_expired", Level::warning, "Jobs whose runner vanished are made ready again.",
    "Look whether a process was killed; the jobs themselves need nothing."};
inline constexpr LogMessage kDatabase{"jobs.database", Level::warning,
                                      "The job queue cannot reach the database.",
                                      "Jobs wait and go on by themselves once it is back."};
inline constexpr LogMessage kNotGivenBack{
    "jobs.not_given_back", Level::warning, "Jobs that were not begun could not be given back.",
    "Nothing: they run again when their leases end, or at the next start."};
inline constexpr LogMessage kNotEnded{
    "jobs.not_ended", Level::warning, "The end of a job could not be written down.",
    "The job will run again when its lease ends; its effect is idempotent."};

}  // namespace madoguchi::jobs::messages
