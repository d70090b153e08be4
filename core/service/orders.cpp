// SPDX-License-Identifier: Apache-2.0
#include "core/service/orders.h"

#include <algorithm>

#include "core/service/case_access.h"
#include "core/service/case_wishes.h"
#include "core/service/edit_locks.h"
#include "core/service/new_order.h"
#include "core/service/order_access.h"
#include "core/service/unit_of_work.h"

namespace madoguchi::service {
namespace {

constexpr int kCountLimit = 1000;

using View = std::shared_ptr<const DirectoryView>;

std::optional<store::OrderPlace> place_of(const std::optional<std::vector<std::string>>& after) {
  if (!after || after->size() < 2) return std::nullopt;
  return store::OrderPlace{number_of_key((*after)[0]), number_of_key((*after)[1])};
}

OrderListing page_of(db::Session& session, const store::OrderQuery& query,
                     const std::optional<std::vector<std::string>>& after,
                     const DirectoryView& directory, const domain::Caller& caller) {
  const store::OrderPage page = store::Orders(session).list(query, place_of(after));
  OrderListing listing;
  for (const store::OrderRecord& one : page.items) {
    listing.items.push_back(order_dto_of(one, directory, caller));
  }
  if (page.next) {
    listing.next = {std::to_string(page.next->ordered_at), std::to_string(page.next->sequence)};
  }
  return listing;
}

/// The case names the order it was taken in for.
Result<void> link_case(const Environment& env, db::Session& session, const domain::Caller& caller,
                       domain::Case& value, const std::string& number) {
  if (std::find(value.order_numbers.begin(), value.order_numbers.end(), number) !=
      value.order_numbers.end()) {
    return {};
  }
  domain::CaseEdit edit;
  edit.order_numbers = value.order_numbers;
  edit.order_numbers->push_back(number);
  const Result<domain::Change> linked = domain::edit(value, edit);
  if (!linked) return fail(linked.error());
  save_case(env, session, caller, value, *linked);
  return {};
}

OrderDto dto_with_warnings(const NewOrder& made, const DirectoryView& directory,
                           const domain::Caller& caller) {
  OrderDto dto = order_dto_of(made.record, directory, caller);
  dto.warnings = made.warnings;
  return dto;
}

}  // namespace

Result<OrderDto> OrderService::get(const domain::Caller& caller, const std::string& id) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return env_.database.read([&](db::Session& session) -> Result<OrderDto> {
    const Result<store::OrderRecord> record = find_order(session, id);
    if (!record) return fail(record.error());
    return order_dto_of(*record, **directory, caller);
  });
}

Result<OrderListing> OrderService::list(const domain::Caller& caller, const OrderFilter& filter,
                                        const std::optional<std::vector<std::string>>& after) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const Result<store::OrderQuery> query = query_of(filter, **directory);
  if (!query) return fail(query.error());
  return env_.database.read([&](db::Session& session) -> Result<OrderListing> {
    OrderListing listing = page_of(session, *query, after, **directory, caller);
    if (filter.count) listing.count = store::Orders(session).count(*query, kCountLimit);
    return listing;
  });
}

Result<OrderListing> OrderService::of_case(const domain::Caller& caller, const std::string& number,
                                           const std::optional<std::vector<std::string>>& after,
                                           int limit) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return env_.database.read([&](db::Session& session) -> Result<OrderListing> {
    const Result<store::CaseRecord> record = find_case(session, caller, number);
    if (!record) return fail(record.error());
    store::OrderQuery query;
    query.numbers = record->value.order_numbers;
    query.cases = {record->value.sequence};
    query.limit = limit;
    return page_of(session, query, after, **directory, caller);
  });
}

Result<OrderDto> OrderService::preview(const Context& context, const OrderCreateDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return env_.database.read([&](db::Session& session) -> Result<OrderDto> {
    const Result<NewOrder> made = new_order(env_, session, context, wish, **directory);
    if (!made) return fail(made.error());
    OrderDto dto = dto_with_warnings(*made, **directory, context.caller);
    dto.version = 0;
    return dto;
  });
}

Result<OrderDto> OrderService::create(const Context& context, const OrderCreateDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return command(env_, context, [&](db::Session& session) -> Result<OrderDto> {
    Result<NewOrder> made = new_order(env_, session, context, wish, **directory);
    if (!made) return fail(std::move(made.error()));
    domain::Order& order = made->record.value;
    Result<void> taken = take_for_change(env_, session, context, {order.customer});
    if (!taken) return fail(std::move(taken.error()));
    insert_order(env_, session, context.caller, order, **directory);
    if (made->taken_in) {
      const Result<void> linked =
          link_case(env_, session, context.caller, made->taken_in->value, order.number);
      if (!linked) return fail(linked.error());
    }
    return dto_with_warnings(*made, **directory, context.caller);
  });
}

Result<OrderDto> OrderService::patch(const Context& context, const std::string& id,
                                     const OrderPatchDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return command(env_, context, [&](db::Session& session) -> Result<OrderDto> {
    Result<store::OrderRecord> record = order_to_change(env_, session, context, id, **directory);
    if (!record) return fail(std::move(record.error()));
    domain::Order& order = record->value;
    const domain::Order before = order;
    const Result<domain::Order> wanted =
        with_wishes(session, order, wish, **directory, domain::BusinessDate::of(env_.clock.now()));
    if (!wanted) return fail(wanted.error());
    Result<domain::Change> change = domain::become(order, *wanted, "order.changed");
    if (!change) return fail(std::move(change.error()));
    if (!change->empty()) {
      save_order(env_, session, context.caller, order, before, std::move(*change), **directory);
    }
    return order_dto_of(*record, **directory, context.caller);
  });
}

Result<OrderDto> OrderService::cancel(const Context& context, const std::string& id,
                                      const CancelOrderDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return command(env_, context, [&](db::Session& session) -> Result<OrderDto> {
    Result<store::OrderRecord> record = order_to_change(env_, session, context, id, **directory);
    if (!record) return fail(std::move(record.error()));
    const domain::Order before = record->value;
    Result<domain::Change> change = domain::cancel(record->value, wish.reason);
    if (!change) return fail(std::move(change.error()));
    save_order(env_, session, context.caller, record->value, before, std::move(*change),
               **directory);
    return order_dto_of(*record, **directory, context.caller);
  });
}

}  // namespace madoguchi::service
