// SPDX-License-Identifier: Apache-2.0
#pragma once

// What operators see of mails that came in: the ledger, traces, the quarantine.

#include <optional>
#include <string>
#include <vector>

#include "core/json/json.h"
#include "core/store/columns.h"
#include "core/store/intake_ledger.h"

namespace madoguchi::service {

struct LedgerDayDto {
  std::string day;
  store::IntakeCounts counts;
  std::int64_t difference = 0;
};

struct LedgerDto {
  std::string mailbox;
  std::string time_zone = "UTC";
  std::string from;
  std::string to;
  bool healthy = true;
  store::IntakeCounts total;
  std::int64_t difference = 0;
  std::vector<std::string> findings;
  std::vector<LedgerDayDto> days;
};

struct TraceRecipientDto {
  std::string mailbox;
  std::string address;
};

struct MailTraceDto {
  std::string id;
  TimePoint received_at;
  std::string source;
  std::string sender;
  std::string from;
  std::string message_id;
  std::vector<TraceRecipientDto> recipients;
  std::int64_t size = 0;
  domain::IntakeOutcome outcome = domain::IntakeOutcome::undecided;
  std::string reason;
  std::optional<TimePoint> decided_at;
  std::vector<domain::DecisionStep> steps;
  std::optional<std::string> case_number;
  std::optional<std::string> message;
};

struct QuarantinedDto {
  std::string id;
  TimePoint received_at;
  std::string source;
  std::string sender;
  std::vector<std::string> mailboxes;
  std::int64_t size = 0;
  std::string reason;
  std::string error;
  std::int64_t attempts = 0;
  std::optional<TimePoint> discarded_at;
  std::optional<std::string> discarded_by;
  std::optional<std::string> discard_reason;
};

struct ReprocessDto {
  std::optional<std::vector<std::string>> ids;
  std::optional<std::string> mailbox;
};

struct ReprocessedDto {
  std::int64_t queued = 0;
  std::int64_t skipped = 0;
  bool more = false;
};

struct DiscardDto {
  std::string reason;
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct json::Table<service::LedgerDayDto> {
  static constexpr const char* name = "LedgerDay";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::LedgerDto> {
  static constexpr const char* name = "Ledger";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::TraceRecipientDto> {
  static constexpr const char* name = "TraceRecipient";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::MailTraceDto> {
  static constexpr const char* name = "MailTrace";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::QuarantinedDto> {
  static constexpr const char* name = "Quarantined";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::ReprocessDto> {
  static constexpr const char* name = "Reprocess";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::ReprocessedDto> {
  static constexpr const char* name = "Reprocessed";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::DiscardDto> {
  static constexpr const char* name = "Discard";
  static const json::Fields& fields();
};

}  // namespace madoguchi
