// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/view_dto.h"

#include "core/service/dto/limits.h"

#include "core/store/columns.h"

namespace madoguchi::json {

using service::CaseFilter;
using service::ViewCreateDto;
using service::ViewDto;
using service::ViewPatchDto;

namespace {

constexpr std::size_t kValues = 100;
constexpr std::int64_t kPlaces = 1'000'000;

template <class Member>
auto list(const char* name, Member CaseFilter::*member, const char* description) {
  return field(name, member, description).optional().omitted_when_empty().max_items(kValues);
}

}  // namespace

const Fields& Table<CaseFilter>::fields() {
  static const Fields table = json::fields<CaseFilter>(
      list("status", &CaseFilter::statuses, "Status."),
      list("status_group", &CaseFilter::status_groups, "Status group."),
      field("unresolved", &CaseFilter::unresolved, "Only new, open and pending ones.").optional(),
      list("assignee", &CaseFilter::assignees, "Ids of agents, `me` or `none`."),
      list("team", &CaseFilter::teams, "Ids of teams."),
      list("channel", &CaseFilter::channels, "Channel."),
      list("category", &CaseFilter::categories, "Ids of categories."),
      list("priority", &CaseFilter::priorities, "Priority."),
      list("tag", &CaseFilter::tags, "Tags."),
      list("customer", &CaseFilter::customers, "Customer numbers."),
      list("requester", &CaseFilter::requesters, "Mail addresses of the requester.")
          .needs(service::kContact),
      list("order_number", &CaseFilter::order_numbers, "Order numbers."),
      list("mailbox", &CaseFilter::mailboxes, "Names of mailboxes that one of its mails came by."),
      field("created_after", &CaseFilter::created_after, "Opened at or after."),
      field("created_before", &CaseFilter::created_before, "Opened before."),
      field("modified_after", &CaseFilter::modified_after, "Changed at or after."),
      field("modified_before", &CaseFilter::modified_before, "Changed before."),
      field("due_before", &CaseFilter::due_before, "Something is due before."),
      field("overdue", &CaseFilter::overdue, "Something was due and has not been done.").optional(),
      field("resolved_after", &CaseFilter::resolved_after, "Handled, at or after."),
      field("resolved_before", &CaseFilter::resolved_before, "Handled, before."),
      field("reopened", &CaseFilter::reopened, "Opened again at least once.").optional(),
      list("sla_missed", &CaseFilter::sla_missed, "What was promised and came too late."),
      list("satisfaction", &CaseFilter::satisfaction, "What the customer answered, 1 to 5."),
      field("q", &CaseFilter::q, "What to find, in the language of GET /search.").max_length(500),
      field("sort", &CaseFilter::order, "Order.").optional());
  return table;
}

const Fields& Table<ViewDto>::fields() {
  static const Fields table = json::fields<ViewDto>(
      field("id", &ViewDto::id, "GET /cases?view= takes it."),
      field("name", &ViewDto::name, "What it is called."),
      field("shared", &ViewDto::shared, "Everybody's, not the caller's own."),
      field("filter", &ViewDto::filter, "What it shows; `me` is whoever looks."),
      field("position", &ViewDto::position, "Its place among the others."),
      field("version", &ViewDto::version, "Counts changes; the ETag."));
  return table;
}

const Fields& Table<ViewCreateDto>::fields() {
  static const Fields table = json::fields<ViewCreateDto>(
      field("name", &ViewCreateDto::name, "What it is called.").not_empty().max_length(100),
      field("shared", &ViewCreateDto::shared, "For everybody; needs settings_write.").optional(),
      field("filter", &ViewCreateDto::filter, "What it shows."),
      field("position", &ViewCreateDto::position, "Its place among the others.")
          .optional()
          .range(0, kPlaces));
  return table;
}

const Fields& Table<ViewPatchDto>::fields() {
  static const Fields table = json::fields<ViewPatchDto>(
      field("name", &ViewPatchDto::name, "What it is called.").not_empty().max_length(100),
      field("filter", &ViewPatchDto::filter, "What it shows, as a whole."),
      field("position", &ViewPatchDto::position, "Its place among the others.").range(0, kPlaces));
  return table;
}

}  // namespace madoguchi::json
