// SPDX-License-Identifier: Apache-2.0
#include "core/service/screens.h"

#include <algorithm>
#include <limits>

#include "core/service/card_access.h"
#include "core/service/cards.h"
#include "core/service/case_dto_of.h"
#include "core/service/case_wishes.h"
#include "core/service/cases.h"
#include "core/service/customer_access.h"
#include "core/service/customer_parts.h"
#include "core/service/customers.h"
#include "core/service/delivery_reports.h"
#include "core/service/edit_locks.h"
#include "core/service/feed.h"
#include "core/service/order_access.h"
#include "core/service/scheme.h"
#include "core/service/subscription_access.h"
#include "core/service/surveys.h"
#include "core/store/customer_parts.h"
#include "core/store/deliveries.h"
#include "core/store/messages.h"

namespace madoguchi::service {
namespace {

using domain::Permission;
using View = std::shared_ptr<const DirectoryView>;

constexpr int kCountLimit = 1000;
constexpr int kSessionsLookedAt = 10;
const std::optional<std::vector<std::string>> kFromTheBeginning;

/// A page that is all there is counts itself; only of a longer list anybody has to ask.
template <class T, class Count>
void set_count(ScreenTab<T>& tab, Count&& count) {
  if (!tab.next) {
    tab.count = static_cast<std::int64_t>(tab.items.size());
    return;
  }
  tab.count = count();
  tab.count_capped = *tab.count >= kCountLimit;
}

template <class T, class Listing>
ScreenTab<T> tab_of(Listing listing) {
  ScreenTab<T> tab;
  tab.items = std::move(listing.items);
  tab.next = std::move(listing.next);
  return tab;
}

/// Reads the parts of one customer's screen, all in one unit of work.
class Gathering {
 public:
  Gathering(const Environment& env, db::Session& session, const domain::Caller& caller,
            const DirectoryView& directory, const domain::Customer& customer, int limit)
      : env_(env),
        session_(session),
        caller_(caller),
        directory_(directory),
        customer_(customer),
        limit_(limit) {}

  Result<ScreenDto> gather() {
    screen_.customer = customer_dto_of(session_, customer_, directory_, caller_);
    screen_.addresses = addresses_of(session_, customer_.id);
    if (Result<void> read = cases(); !read) return fail(std::move(read.error()));
    orders();
    subscriptions();
    changes();
    memos();
    deliveries();
    cards();
    surveys();
    screen_.edit_lock = edit_lock_of(env_, session_, caller_, customer_.id);
    screen_.as_of = env_.clock.now();
    return std::move(screen_);
  }

 private:
  /// Whether the caller may see that part; if not, the screen says so.
  bool may_see_part(const char* part, Permission needs) {
    if (caller_.may(needs)) return true;
    screen_.withheld.push_back({part, needs});
    return false;
  }

  Result<void> cases() {
    if (!may_see_part("cases", Permission::cases_read)) return {};
    CaseFilter filter;
    filter.customers = {customer_.number()};
    filter.limit = limit_;
    const Result<store::CaseQuery> query = query_of(filter, caller_, directory_, env_.clock.now());
    if (!query) return fail(query.error());
    store::Cases store(session_);
    const store::CasePage page = store.list(*query, std::nullopt);
    ScreenTab<CaseDto>& tab = screen_.cases.emplace();
    tab.items = case_dtos_of(page.items, directory_, caller_);
    screen_.alerts = alerts_of(session_, customer_.blacklisted, customer_.labels, page.items,
                               directory_, env_.clock.now());
    add_beginnings(page.items, tab.items);
    if (page.next) {
      tab.next = {std::to_string(page.next->key), std::to_string(page.next->sequence)};
    }
    set_count(tab, [&] { return store.count(*query, kCountLimit); });
    return {};
  }

  void add_beginnings(const std::vector<store::CaseRow>& rows, std::vector<CaseDto>& items) {
    if (rows.empty()) return;
    std::vector<domain::CaseId> ids;
    ids.reserve(rows.size());
    for (const store::CaseRow& row : rows) ids.emplace_back(std::string(row.id()));
    std::vector<std::string> texts = store::Messages(session_).beginnings(ids);
    for (std::size_t i = 0; i < items.size(); ++i) items[i].text = std::move(texts[i]);
  }

  void orders() {
    if (!may_see_part("orders", Permission::orders_read)) return;
    store::Orders store(session_);
    store::OrderQuery query;
    query.customer_numbers = {customer_.number()};
    query.limit = limit_;
    const store::OrderPage page = store.list(query, std::nullopt);
    ScreenTab<OrderDto>& tab = screen_.orders.emplace();
    for (const store::OrderRecord& one : page.items) {
      tab.items.push_back(order_dto_of(one, directory_, caller_));
    }
    if (page.next) {
      tab.next = {std::to_string(page.next->ordered_at), std::to_string(page.next->sequence)};
    }
    set_count(tab, [&] { return store.count(query, kCountLimit); });
  }

  /// Counted only when they are all here, which they hardly ever are not.
  void subscriptions() {
    if (!may_see_part("subscriptions", Permission::orders_read)) return;
    store::SubscriptionQuery query;
    query.customer_numbers = {customer_.number()};
    query.limit = limit_;
    const store::SubscriptionPage page = store::Subscriptions(session_).list(query, std::nullopt);
    ScreenTab<SubscriptionDto>& tab = screen_.subscriptions.emplace();
    for (const store::SubscriptionRecord& one : page.items) {
      tab.items.push_back(subscription_dto_of(env_, one, directory_, caller_));
    }
    if (page.next) tab.next = {std::to_string(*page.next)};
    if (!tab.next) tab.count = static_cast<std::int64_t>(tab.items.size());
  }

  /// Not counted: what of a long history the caller may see is not known without reading it.
  void changes() {
    HistoryListing listing = history_of(session_, env_.seal, caller_, customer_.id,
                                        std::numeric_limits<std::int64_t>::max(), limit_);
    screen_.version = listing.newest;
    screen_.changes = tab_of<EventDto>(std::move(listing));
    if (!screen_.changes.next) {
      screen_.changes.count = static_cast<std::int64_t>(screen_.changes.items.size());
    }
  }

  void memos() {
    screen_.memos = tab_of<MemoDto>(memos_of(session_, customer_.id, "", limit_));
    set_count(screen_.memos,
              [&] { return store::Memos(session_).count(customer_.id, kCountLimit); });
  }

  void deliveries() {
    if (!may_see_part("deliveries", Permission::cases_read)) return;
    store::DeliveryQuery query{{}, "", caller_.scope, std::nullopt, limit_};
    query.customer = customer_.id;
    ScreenTab<DeliveryDto>& tab =
        screen_.deliveries.emplace(tab_of<DeliveryDto>(deliveries_of(session_, query)));
    query.limit = kCountLimit;
    set_count(tab, [&] { return store::Deliveries(session_).count(query); });
  }

  void cards() {
    screen_.cards.items =
        card_dtos_of(store::Cards(session_, env_.keys).of(customer_.id), env_.clock, caller_);
    set_count(screen_.cards, [] { return 0; });
    for (CardSessionDto& one :
         card_sessions_of(env_, session_, caller_, customer_.id, kSessionsLookedAt)) {
      if (domain::is_over(one.state) && !one.needs_attention) continue;
      screen_.card_sessions.push_back(std::move(one));
    }
  }

  void surveys() {
    store::SurveyQuery query;
    query.customer = customer_.id;
    query.limit = limit_;
    screen_.surveys =
        tab_of<SurveyResponseDto>(surveys_of(session_, caller_, query, kFromTheBeginning));
    set_count(screen_.surveys,
              [&] { return store::Surveys(session_).count(customer_.id, kCountLimit); });
  }

  const Environment& env_;
  db::Session& session_;
  const domain::Caller& caller_;
  const DirectoryView& directory_;
  const domain::Customer& customer_;
  const int limit_;
  ScreenDto screen_;
};

}  // namespace

Result<ScreenDto> ScreenService::get(const domain::Caller& caller, const std::string& number,
                                     int limit) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  Result<ScreenDto> screen = env_.database.read([&](db::Session& session) -> Result<ScreenDto> {
    const Result<domain::Customer> customer = find_customer(session, number);
    if (!customer) return fail(customer.error());
    return Gathering(env_, session, caller, **directory, *customer, limit).gather();
  });
  if (!screen || !screen->cases) return screen;
  for (const CaseDto& one : screen->cases->items) {
    for (PresentDto& who : presence_.at(one.number)) {
      screen->presence.push_back({one.number, std::move(who)});
    }
  }
  return screen;
}

}  // namespace madoguchi::service
