// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/intake_dto.h"

#include "core/service/dto/limits.h"

namespace madoguchi::json {

using service::DiscardDto;
using service::LedgerDayDto;
using service::LedgerDto;
using service::MailTraceDto;
using service::QuarantinedDto;
using service::ReprocessDto;
using service::ReprocessedDto;
using service::TraceRecipientDto;

const Fields& Table<LedgerDayDto>::fields() {
  static const Fields table = json::fields<LedgerDayDto>(
      field("day", &LedgerDayDto::day, "When the mails came.").example("\"2026-11-22\""),
      field("counts", &LedgerDayDto::counts, "How they ended."),
      field("difference", &LedgerDayDto::difference, "Stored and not accounted for; 0 is right."));
  return table;
}

const Fields& Table<LedgerDto>::fields() {
  static const Fields table = json::fields<LedgerDto>(
      field("mailbox", &LedgerDto::mailbox, "Its name."),
      field("time_zone", &LedgerDto::time_zone, "Whose days these are."),
      field("from", &LedgerDto::from, "The first day."),
      field("to", &LedgerDto::to, "The last day, included."),
      field("healthy", &LedgerDto::healthy, "False when anything does not add up."),
      field("total", &LedgerDto::total, "Of all these days."),
      field("difference", &LedgerDto::difference, "Stored and not accounted for; 0 is right."),
      field("findings", &LedgerDto::findings,
            "What the last look at the recent mails of all mailboxes found wrong: unlisted, "
            "without_message, stuck."),
      field("days", &LedgerDto::days, "Days with mail, oldest first."));
  return table;
}

const Fields& Table<TraceRecipientDto>::fields() {
  static const Fields table = json::fields<TraceRecipientDto>(
      field("mailbox", &TraceRecipientDto::mailbox, "Name of the mailbox."),
      field("address", &TraceRecipientDto::address, "As the envelope said."));
  return table;
}

const Fields& Table<MailTraceDto>::fields() {
  static const Fields table = json::fields<MailTraceDto>(
      field("id", &MailTraceDto::id, "Names it in /intake/{id} and /quarantine/{id}."),
      field("received_at", &MailTraceDto::received_at, "When it was durable."),
      field("source", &MailTraceDto::source, "The way in: lmtp, http, pipe, imap, pop3, …"),
      field("sender", &MailTraceDto::sender, "Envelope sender; empty: the null sender.")
          .needs(service::kContact),
      field("from", &MailTraceDto::from, "Address of the From header; empty until it was read.")
          .needs(service::kContact),
      field("message_id", &MailTraceDto::message_id,
            "Message-ID without angle brackets; empty until it was read."),
      field("recipients", &MailTraceDto::recipients, "Whom it came for."),
      field("size", &MailTraceDto::size, "Octets."),
      field("outcome", &MailTraceDto::outcome, "How it ended."),
      field("reason", &MailTraceDto::reason, "Why, in one line."),
      field("decided_at", &MailTraceDto::decided_at, "When."),
      field("steps", &MailTraceDto::steps, "Each rule that was tried, in order, what it saw.")
          .needs(service::kContact),
      field("case_number", &MailTraceDto::case_number, "The case it belongs to."),
      field("message", &MailTraceDto::message, "The message resource."));
  return table;
}

const Fields& Table<QuarantinedDto>::fields() {
  static const Fields table = json::fields<QuarantinedDto>(
      field("id", &QuarantinedDto::id, "Names it in /quarantine/{id} and /intake/{id}."),
      field("received_at", &QuarantinedDto::received_at, "When it was durable."),
      field("source", &QuarantinedDto::source, "The way in."),
      field("sender", &QuarantinedDto::sender, "Envelope sender; empty: the null sender.")
          .needs(service::kContact),
      field("mailboxes", &QuarantinedDto::mailboxes, "Names of those it came for."),
      field("size", &QuarantinedDto::size, "Octets."),
      field("reason", &QuarantinedDto::reason, "Why it is here, in one line."),
      field("error", &QuarantinedDto::error, "What the last attempt said."),
      field("attempts", &QuarantinedDto::attempts, "How often it was tried, of all rounds."),
      field("discarded_at", &QuarantinedDto::discarded_at, "Null: it waits for a person."),
      field("discarded_by", &QuarantinedDto::discarded_by, "Who."),
      field("discard_reason", &QuarantinedDto::discard_reason, "Why."));
  return table;
}

const Fields& Table<ReprocessDto>::fields() {
  static const Fields table = json::fields<ReprocessDto>(
      field("ids", &ReprocessDto::ids, "These; all that are not discarded when left out.")
          .min_items(1)
          .max_items(1000),
      field("mailbox", &ReprocessDto::mailbox, "Only mails of this mailbox.").max_length(200));
  return table;
}

const Fields& Table<ReprocessedDto>::fields() {
  static const Fields table = json::fields<ReprocessedDto>(
      field("queued", &ReprocessedDto::queued, "Mails that are read anew now."),
      field("skipped", &ReprocessedDto::skipped, "Of `ids`: not there, or not in quarantine."),
      field("more", &ReprocessedDto::more, "There are more than 1,000: ask again."));
  return table;
}

const Fields& Table<DiscardDto>::fields() {
  static const Fields table = json::fields<DiscardDto>(
      field("reason", &DiscardDto::reason, "Why nobody needs it.").not_empty().max_length(500));
  return table;
}

}  // namespace madoguchi::json
