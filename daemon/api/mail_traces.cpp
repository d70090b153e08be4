// SPDX-License-Identifier: Apache-2.0
// /mail-traces, /mailboxes/{name}/ledger
#include "core/domain/names.h"
#include "daemon/api/intake_cursor.h"
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::MailTraceDto;

constexpr std::size_t kLongestId = 998;  // RFC 5322, 2.1.1: a line

Result<Page<MailTraceDto>> traces(const Call& call, const Services& services) {
  service::TraceFilter filter;
  filter.message_id = call.text("message_id");
  filter.address = call.text("address");
  filter.mailbox = call.text("mailbox");
  filter.outcome = call.choice<domain::IntakeOutcome>("outcome");
  filter.from = call.time("from");
  filter.to = call.time("to");
  filter.limit = static_cast<int>(call.limit());
  Result<std::optional<service::IntakePlace>> after = intake_place(call, "mail-traces");
  if (!after) return fail(std::move(after.error()));
  filter.after = std::move(*after);
  Result<service::TraceListing> listing = services.traces.list(call.caller(), filter);
  if (!listing) return fail(std::move(listing.error()));
  return intake_page(std::move(listing->items), listing->next, "mail-traces");
}

}  // namespace

void add_mail_trace_routes(RouteTable& table, const Services& services) {
  table.add(Route::get("/mail-traces")
                .id("listMailTraces")
                .summary("What became of every mail that was taken, newest first")
                .description("All that is given has to fit. A page may be short and still have a "
                             "next_cursor.")
                .tag("intake")
                .needs(Permission::operations_read)
                .query_text("message_id", "Message-ID, with or without angle brackets.", kLongestId)
                .query_text("address", "A sender or recipient.")
                .guards(Permission::customers_contact_read, {"address"})
                .query_time("from", "Received then or later.")
                .query_time("to", "Received before.")
                .query_text("mailbox", "Name of a mailbox it came for.")
                .query_choice<domain::IntakeOutcome>("outcome", "How it ended.")
                .paged()
                .handle([services](const Call& call) -> Result<Page<MailTraceDto>> {
                  return traces(call, services);
                }));
  table.add(
      Route::get("/mailboxes/{name}/ledger")
          .id("getLedger")
          .summary("What was stored and what became of it, day by day")
          .description("A mail counts on the day it became durable, in UTC, once in each "
                       "mailbox it came for.")
          .tag("intake")
          .needs(Permission::operations_read)
          .query_text("from", "The first day, such as 2026-11-22; default: six before the last.")
          .query_text("to", "The last day, included; default: today.")
          .handle([services](const Call& call) -> Result<service::LedgerDto> {
            return services.ledger.ledger(call.caller(), call.path("name"), call.text("from"),
                                          call.text("to"));
          }));
}

}  // namespace madoguchi::api
