// SPDX-License-Identifier: Apache-2.0
// /customers/{number}/screen
#include "daemon/api/cursor.h"
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using service::ScreenDto;

constexpr std::int64_t kMostItems = 200;
constexpr std::int64_t kUsualItems = 50;

template <class Tab>
void set_cursor(Tab& tab, std::string_view list) {
  if (tab.next) tab.next_cursor = encode_cursor(list, *tab.next);
}

/// Each tab goes on by its own list: the names are those lists' (customers.cpp, orders.cpp …).
void set_cursors(ScreenDto& screen) {
  if (screen.cases) set_cursor(*screen.cases, "customer_cases");
  if (screen.orders) set_cursor(*screen.orders, "customer_orders");
  if (screen.subscriptions) set_cursor(*screen.subscriptions, "customer_subscriptions");
  set_cursor(screen.changes, "customer_changes");
  set_cursor(screen.memos, "customer_memos");
  if (screen.deliveries) set_cursor(*screen.deliveries, "customer_deliveries");
  set_cursor(screen.surveys, "customer_surveys");
}

}  // namespace

void add_screen_routes(RouteTable& table, const Services& services) {
  table.add(
      Route::get("/customers/{number}/screen")
          .id("getScreen")
          .summary("Everything that the customer's screen shows, in one answer")
          .description("Stored parts are of one point in time; each tab is the first page of its "
                       "own list, which goes on behind `next_cursor`. What the caller may not see "
                       "is null and named in `withheld`. Parts of other systems are shown as far "
                       "as they are known: a slow one never makes the screen slow.")
          .tag("customers")
          .needs(domain::Permission::customers_read)
          .query_integer("limit", "Items of each tab at most, 50 when not given.", 1, kMostItems)
          .handle([services](const Call& call) -> Result<ScreenDto> {
            const std::int64_t limit = call.integer("limit").value_or(kUsualItems);
            Result<ScreenDto> screen =
                services.screens.get(call.caller(), call.path("number"), static_cast<int>(limit));
            if (screen) {
              set_cursors(*screen);
              services.privacy.saw(call.caller(), screen->customer.number, store::Way::screen);
            }
            return screen;
          }));
}

}  // namespace madoguchi::api
