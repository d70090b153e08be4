// SPDX-License-Identifier: Apache-2.0
// /cases
#include "daemon/api/cursor.h"
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::CaseDto;

template <class T>
void replace_by(std::vector<T>& values, std::vector<T> given) {
  if (!given.empty()) values = std::move(given);
}
template <class T>
void replace_by(std::optional<T>& value, std::optional<T> given) {
  if (given) value = std::move(given);
}

/// The dispatcher lets only choices of the enumeration through.
std::vector<std::int64_t> scores_of(const Call& call) {
  std::vector<std::int64_t> scores;
  for (const service::Score score : call.choices<service::Score>("satisfaction")) {
    scores.push_back(static_cast<std::int64_t>(score));
  }
  return scores;
}

/// What the call says, and what `view` says about the rest.
service::CaseFilter filter_of(const Call& call, service::CaseFilter view) {
  service::CaseFilter filter = std::move(view);
  replace_by(filter.statuses, call.choices<domain::CaseStatus>("status"));
  replace_by(filter.status_groups, call.choices<domain::StatusGroup>("status_group"));
  filter.unresolved = call.flag("unresolved", filter.unresolved);
  replace_by(filter.assignees, call.texts("assignee"));
  replace_by(filter.teams, call.texts("team"));
  replace_by(filter.channels, call.choices<domain::Channel>("channel"));
  replace_by(filter.categories, call.texts("category"));
  replace_by(filter.priorities, call.choices<domain::Priority>("priority"));
  replace_by(filter.tags, call.texts("tag"));
  replace_by(filter.customers, call.texts("customer"));
  replace_by(filter.requesters, call.texts("requester"));
  replace_by(filter.order_numbers, call.texts("order_number"));
  replace_by(filter.mailboxes, call.texts("mailbox"));
  replace_by(filter.created_after, call.time("created_after"));
  replace_by(filter.created_before, call.time("created_before"));
  replace_by(filter.modified_after, call.time("modified_after"));
  replace_by(filter.modified_before, call.time("modified_before"));
  replace_by(filter.due_before, call.time("due_before"));
  filter.overdue = call.flag("overdue", filter.overdue);
  replace_by(filter.resolved_after, call.time("resolved_after"));
  replace_by(filter.resolved_before, call.time("resolved_before"));
  filter.reopened = call.flag("reopened", filter.reopened);
  replace_by(filter.sla_missed, call.choices<store::SlaTarget>("sla_missed"));
  replace_by(filter.satisfaction, scores_of(call));
  replace_by(filter.q, call.text("q"));
  if (filter.q && filter.q->empty()) filter.q.reset();
  filter.order = call.choice<store::CaseOrder>("sort").value_or(filter.order);
  filter.limit = static_cast<int>(call.limit());
  filter.count = call.flag("count");
  filter.text = call.flag("text");
  return filter;
}

/// Cursors of one order or search do not fit another.
std::string list_name(const service::CaseFilter& filter) {
  return "cases:" + std::string(enum_name(filter.order)) + (filter.q ? ":q" : "");
}

Result<Page<CaseDto>> list_cases(const Call& call, const Services& services) {
  service::CaseFilter view;
  if (const std::optional<std::string> id = call.text("view")) {
    Result<service::ViewDto> found = services.views.get(call.caller(), *id);
    if (!found) return fail(Error::invalid("/view", found.error().message));
    view = std::move(found->filter);
  }
  const service::CaseFilter filter = filter_of(call, std::move(view));
  const auto after = call.after(list_name(filter));
  if (!after) return fail(after.error());
  Result<service::CaseListing> listing = services.cases.list(call.caller(), filter, *after);
  if (!listing) return fail(std::move(listing.error()));
  Page<CaseDto> page;
  page.items = std::move(listing->items);
  if (listing->next) page.next_cursor = encode_cursor(list_name(filter), *listing->next);
  if (listing->count) {
    page.count = *listing->count;
    page.count_capped = *listing->count >= 1000;
  }
  return page;
}

Route list_route() {
  return Route::get("/cases")
      .id("listCases")
      .summary("Lists cases, newest first")
      .description(
          "Several values of one filter mean OR, different filters AND. A page may be short and go "
          "on: "
          "follow next_cursor until it is null.")
      .tag("cases")
      .needs(Permission::cases_read)
      .query_choice<domain::CaseStatus>("status", "Status.", true)
      .query_choice<domain::StatusGroup>("status_group", "Status group.", true)
      .query_flag("unresolved", "Only new, open and pending ones.")
      .query_texts("assignee", "Id of an agent, `me` or `none`.")
      .query_texts("team", "Id of a team.")
      .query_choice<domain::Channel>("channel", "Channel.", true)
      .query_texts("category", "Id of a category.")
      .query_choice<domain::Priority>("priority", "Priority.", true)
      .query_texts("tag", "Tag.")
      .query_texts("customer", "Customer number.")
      .query_texts("requester", "Mail address of the requester.")
      .guards(Permission::customers_contact_read, {"requester"})
      .query_texts("order_number", "Order number.")
      .query_texts("mailbox", "Name of a mailbox that one of its mails came by.")
      .query_time("created_after", "Opened at or after.")
      .query_time("created_before", "Opened before.")
      .query_time("modified_after", "Changed at or after.")
      .query_time("modified_before", "Changed before.")
      .query_time("due_before", "Something is due before.")
      .query_flag("overdue", "Something was due and has not been done.")
      .query_time("resolved_after", "Handled, at or after.")
      .query_time("resolved_before", "Handled, before.")
      .query_flag("reopened", "Opened again at least once.")
      .query_choice<store::SlaTarget>("sla_missed", "What was promised and came too late.", true)
      .query_choice<service::Score>("satisfaction", "What the customer answered, 1 to 5.", true)
      .query_text(
          "q",
          "What to find, in the language of GET /search. Words are found in messages, notes, names "
          "of attachments, subject, requester and number; the newest hit comes first then.")
      .query_choice<store::CaseOrder>(
          "sort",
          "Order; default -modified_at. due_at: soonest first, only what something is due for.")
      .query_text("view", "Id of a saved view; other parameters replace what it says.")
      .query_flag("count", "Count them too, up to 1,000.")
      .query_flag("text", "With the beginning of each inquiry; not while searching by q.")
      .paged();
}

/// The four actions share everything but what they do.
Route action(const char* verb, const char* id, const char* summary, Permission permission) {
  return Route::post(std::string("/cases/{number}/") + verb)
      .id(id)
      .summary(summary)
      .tag("cases")
      .needs(permission);
}

void add_moves(RouteTable& table, const Services& services) {
  table.add(
      action("merge", "mergeCase", "Puts everything of the case into another one",
             Permission::cases_write)
          .description("The case is closed with merged_into; what comes for it later goes there.")
          .handle([services](const Call& call, const service::MergeDto& wish) -> Result<CaseDto> {
            return services.moves.merge(context_of(call, services), call.path("number"), wish);
          }));
  table.add(
      action("split", "splitCase", "Puts some of its messages into a new case",
             Permission::cases_write)
          .description("The answer is the new case, linked to this one.")
          .handle([services](const Call& call, const service::SplitDto& wish) -> Result<CaseDto> {
            return services.moves.split(context_of(call, services), call.path("number"), wish);
          }));
  table.add(action("undo", "undoCaseMove", "Takes back the last merge, split or move of the case",
                   Permission::cases_write)
                .description("Again: the one before it. Messages that went on elsewhere since stay "
                             "there; 409 nothing-to-undo when nothing is left.")
                .handle([services](const Call& call) -> Result<CaseDto> {
                  return services.moves.undo(context_of(call, services), call.path("number"));
                }));
}

}  // namespace

void add_case_routes(RouteTable& table, const Services& services) {
  table.add(list_route().handle([services](const Call& call) -> Result<Page<CaseDto>> {
    return list_cases(call, services);
  }));
  table.add(Route::post("/cases")
                .id("createCase")
                .summary("Opens a case by hand")
                .tag("cases")
                .needs(Permission::cases_write)
                .handle([services](const Call& call,
                                   const service::CaseCreateDto& wish) -> Result<Created<CaseDto>> {
                  Result<CaseDto> made = services.cases.create(context_of(call, services), wish);
                  if (!made) return fail(std::move(made.error()));
                  std::string location = std::string(kBase) + "/cases/" + made->number;
                  return Created<CaseDto>{std::move(*made), std::move(location)};
                }));
  table.add(Route::get("/cases/{number}")
                .id("getCase")
                .summary("One case")
                .tag("cases")
                .needs(Permission::cases_read)
                .handle([services](const Call& call) -> Result<CaseDto> {
                  return services.cases.get(call.caller(), call.path("number"));
                }));
  table.add(Route::patch("/cases/{number}")
                .id("patchCase")
                .summary("Changes members of a case")
                .tag("cases")
                .needs(Permission::cases_write)
                .needs_if_match()
                .under_edit_lock()
                .handle([services](const Call& call,
                                   const service::CasePatchDto& wish) -> Result<CaseDto> {
                  return services.cases.patch(context_of(call, services), call.path("number"),
                                              wish);
                }));
  table.add(action("take", "takeCase", "Makes the caller responsible, while nobody is",
                   Permission::cases_write)
                .handle([services](const Call& call) -> Result<CaseDto> {
                  return services.cases.take(context_of(call, services), call.path("number"));
                }));
  table.add(
      action("assign", "assignCase", "Gives the case to an agent or a team, or releases it",
             Permission::cases_assign)
          .handle([services](const Call& call, const service::AssignDto& wish) -> Result<CaseDto> {
            return services.cases.assign(context_of(call, services), call.path("number"), wish);
          }));
  table.add(action("resolve", "resolveCase", "Marks the case as resolved", Permission::cases_write)
                .handle([services](const Call& call) -> Result<CaseDto> {
                  return services.cases.resolve(context_of(call, services), call.path("number"));
                }));
  table.add(action("reopen", "reopenCase", "Opens a resolved or closed case again",
                   Permission::cases_write)
                .handle([services](const Call& call) -> Result<CaseDto> {
                  return services.cases.reopen(context_of(call, services), call.path("number"));
                }));
  add_moves(table, services);
}

}  // namespace madoguchi::api
