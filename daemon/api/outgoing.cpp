// SPDX-License-Identifier: Apache-2.0
// /cases/{number}/draft, /messages/{id}/recipients|approve|reject|cancel
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::DraftDto;
using service::MessageDto;

void add_draft_routes(RouteTable& table, const Services& services) {
  table.add(Route::get("/cases/{number}/draft")
                .id("getDraft")
                .summary("What the caller has begun to write in the case")
                .tag("messages")
                .needs(Permission::cases_write)
                .handle([services](const Call& call) -> Result<DraftDto> {
                  return services.drafts.get(call.caller(), call.path("number"));
                }));
  table.add(Route::put("/cases/{number}/draft")
                .id("putDraft")
                .summary("Saves it, whole")
                .description("The first one needs no If-Match, each further one does. One per case "
                             "and agent, seen by nobody else. A reply with draft_version empties "
                             "it.")
                .tag("messages")
                .needs(Permission::cases_write)
                .fails_with({412, 428})
                .handle([services](const Call& call,
                                   const service::DraftSaveDto& wish) -> Result<DraftDto> {
                  return services.drafts.save(context_of(call, services), call.path("number"),
                                              wish);
                }));
  table.add(Route::del("/cases/{number}/draft")
                .id("deleteDraft")
                .summary("Throws it away")
                .tag("messages")
                .needs(Permission::cases_write)
                .needs_if_match()
                .handle([services](const Call& call) -> Result<void> {
                  return services.drafts.remove(context_of(call, services), call.path("number"));
                }));
}

void add_recipients_route(RouteTable& table, const Services& services) {
  table.add(Route::get("/messages/{id}/recipients")
                .id("getAnswerRecipients")
                .summary("Whom an answer to the message goes to, to its writer and to all")
                .description("Where the writer wants answers; never one of our own addresses, "
                             "everybody once. For to and cc of the reply.")
                .tag("messages")
                .needs(Permission::cases_read)
                .handle([services](const Call& call) -> Result<service::AnswerRecipientsDto> {
                  return services.sending.recipients(call.caller(), call.path("id"));
                }));
}

void add_decision_routes(RouteTable& table, const Services& services) {
  table.add(
      Route::post("/messages/{id}/approve")
          .id("approveReply")
          .summary("Lets a reply go that waits for an approval")
          .description("Nobody approves his own. With after, 409 when something came since.")
          .tag("messages")
          .needs(Permission::replies_approve)
          .handle([services](const Call& call,
                             const std::optional<service::ApproveDto>& wish) -> Result<MessageDto> {
            return services.sending.approve(context_of(call, services), call.path("id"),
                                            wish.value_or(service::ApproveDto()));
          }));
  table.add(Route::post("/messages/{id}/reject")
                .id("rejectReply")
                .summary("Returns a reply that waits for an approval to its author")
                .description("It never goes out; its author finds it as a draft.")
                .tag("messages")
                .needs(Permission::replies_approve)
                .handle([services](const Call& call,
                                   const service::ReturnDto& wish) -> Result<MessageDto> {
                  return services.sending.reject(context_of(call, services), call.path("id"), wish);
                }));
  table.add(Route::post("/messages/{id}/cancel")
                .id("cancelReply")
                .summary("Calls back a reply that has not gone out yet")
                .description("By its author or who may approve; 409 already-sent when it is too "
                             "late. It becomes the author's draft again.")
                .tag("messages")
                .needs(Permission::cases_write)
                .handle([services](const Call& call) -> Result<MessageDto> {
                  return services.sending.cancel(context_of(call, services), call.path("id"));
                }));
}

}  // namespace

void add_outgoing_routes(RouteTable& table, const Services& services) {
  add_draft_routes(table, services);
  add_recipients_route(table, services);
  add_decision_routes(table, services);
}

}  // namespace madoguchi::api
