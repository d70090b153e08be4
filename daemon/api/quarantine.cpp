// SPDX-License-Identifier: Apache-2.0
// /quarantine
#include "daemon/api/download.h"
#include "daemon/api/intake_cursor.h"
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::QuarantinedDto;

Result<Page<QuarantinedDto>> list_quarantine(const Call& call, const Services& services) {
  const Result<std::optional<service::IntakePlace>> after = intake_place(call, "quarantine");
  if (!after) return fail(after.error());
  Result<service::QuarantineListing> listing =
      services.quarantine.list(call.caller(), call.text("mailbox"), call.flag("discarded"), *after,
                               static_cast<int>(call.limit()));
  if (!listing) return fail(std::move(listing.error()));
  return intake_page(std::move(listing->items), listing->next, "quarantine");
}

template <class T>
Result<Accepted<T>> accepted(Result<T> result) {
  if (!result) return fail(std::move(result.error()));
  return Accepted<T>{std::move(*result)};
}

Result<Bytes> raw(const Call& call, const Services& services) {
  Result<service::Content> content = services.quarantine.raw(call.caller(), call.path("id"));
  if (!content) return fail(std::move(content.error()));
  return download(std::move(*content));
}

void add_reprocess_routes(RouteTable& table, const Services& services) {
  table.add(Route::post("/quarantine/{id}/reprocess")
                .id("reprocessQuarantined")
                .summary("Has the mail read anew; a discarded one comes back")
                .description("Queued when it is answered: GET /intake/{id} and GET /mail-traces "
                             "tell how it ended.")
                .tag("intake")
                .needs(Permission::settings_write)
                .handle([services](const Call& call) -> Result<Accepted<QuarantinedDto>> {
                  return accepted(
                      services.quarantine.reprocess(context_of(call, services), call.path("id")));
                }));
  table.add(Route::post("/quarantine/reprocess")
                .id("reprocessQuarantine")
                .summary("Has many mails read anew: those named, those of a mailbox, or all")
                .description("At most 1,000 at a time, all of them queued when it is answered.")
                .tag("intake")
                .needs(Permission::settings_write)
                .handle([services](const Call& call, const service::ReprocessDto& wish)
                            -> Result<Accepted<service::ReprocessedDto>> {
                  return accepted(services.quarantine.reprocess(context_of(call, services), wish));
                }));
}

}  // namespace

void add_quarantine_routes(RouteTable& table, const Services& services) {
  table.add(Route::get("/quarantine")
                .id("listQuarantine")
                .summary("Mails that could not be read and wait for a person, newest first")
                .tag("intake")
                .needs(Permission::operations_read)
                .query_text("mailbox", "Name of a mailbox it came for.")
                .query_flag("discarded", "Those that were discarded instead.")
                .paged()
                .handle([services](const Call& call) -> Result<Page<QuarantinedDto>> {
                  return list_quarantine(call, services);
                }));
  table.add(
      Route::get("/quarantine/{id}/raw")
          .id("getRawQuarantined")
          .summary("The mail as it came, byte for byte; administrators only")
          .description("Stands in the change feed as intake.raw_read.")
          .tag("intake")
          .needs(Permission::raw_read)
          .needs_also(Permission::hazards_read)
          .answers_with("message/rfc822")
          .handle([services](const Call& call) -> Result<Bytes> { return raw(call, services); }));
  add_reprocess_routes(table, services);
  table.add(Route::post("/quarantine/{id}/discard")
                .id("discardQuarantined")
                .summary("Nobody needs this mail; it is kept whole and stays in the ledger")
                .tag("intake")
                .needs(Permission::settings_write)
                .handle([services](const Call& call,
                                   const service::DiscardDto& wish) -> Result<QuarantinedDto> {
                  return services.quarantine.discard(context_of(call, services), call.path("id"),
                                                     wish.reason);
                }));
}

}  // namespace madoguchi::api
