// SPDX-License-Identifier: Apache-2.0
// /search
#include "daemon/api/cursor.h"
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using service::SearchItemDto;

std::string list_name(const service::SearchCall& call) {
  return "search:" + std::string(enum_name(call.order));
}

Result<Page<SearchItemDto>> find(const Call& call, const Services& services) {
  service::SearchCall wanted;
  wanted.q = call.text("q").value_or("");
  wanted.types = call.choices<service::SearchType>("type");
  wanted.order = call.choice<service::SearchOrder>("sort").value_or(wanted.order);
  wanted.limit = static_cast<int>(call.limit());
  const auto after = call.after(list_name(wanted));
  if (!after) return fail(after.error());
  Result<service::SearchListing> listing = services.search.find(call.caller(), wanted, *after);
  if (!listing) return fail(std::move(listing.error()));
  Page<SearchItemDto> page;
  page.items = std::move(listing->items);
  if (listing->next) page.next_cursor = encode_cursor(list_name(wanted), *listing->next);
  return page;
}

QueryParameter typed() {
  QueryParameter q{"q", "What to find."};
  q.required = true;
  return q;
}

}  // namespace

void add_search_routes(RouteTable& table, const Services& services) {
  table.add(
      Route::get("/search")
          .id("search")
          .summary("Finds cases, customers, orders and memos")
          .description(
              "q holds words, all of which must be there, \"phrases\", -words that must not be "
              "there, and filters: status: (new, open, pending, resolved, closed, unhandled, "
              "in_progress, handled), assignee: (me, none, a name), tag:, category:, channel:, "
              "priority:, mailbox:, customer:, order:, from:, after: and before: (days in Japan; "
              "after: from that day on, before: up to the day before), in: (note, mail, call). "
              "Several values of one filter mean OR. A value with spaces stands in quotes. Colons, "
              "quotes and spaces may be full-width. A filter that something does not have leaves "
              "it out; without words only cases are found. Width, case, katakana and hiragana make "
              "no difference, nor do hyphens in numbers. What is wrong is answered 422, with the "
              "character it is at as `position`.\n\n"
              "What has exactly the number that was typed comes first. Then, with sort=newest, the "
              "newest; with sort=rank what has all the words in its subject or in a name, newest "
              "first, and after it what has them in its text. A case stands in the list once. A "
              "page may be short and go on: follow next_cursor until it is null.")
          .tag("search")
          .needs(domain::Permission::cases_read)
          .query(typed())
          .query_choice<service::SearchType>("type", "What to look among; default: everything.",
                                             true)
          .query_choice<service::SearchOrder>("sort", "Order; default newest.")
          .paged()
          .handle([services](const Call& call) -> Result<Page<SearchItemDto>> {
            return find(call, services);
          }));
}

}  // namespace madoguchi::api
