// SPDX-License-Identifier: Apache-2.0
#include "core/service/order_bulk.h"

#include <algorithm>

#include "core/service/customer_notices.h"
#include "core/service/customer_wishes.h"
#include "core/service/order_access.h"
#include "core/service/order_wishes.h"
#include "core/store/columns.h"
#include "core/store/templates.h"

namespace madoguchi::service {
namespace {

constexpr char kChange[] = "orders.bulk";
constexpr char kPayment[] = "orders.payment-status";
constexpr char kNotify[] = "orders.notify";
constexpr std::size_t kMostOrders = 1000;

using View = std::shared_ptr<const DirectoryView>;
using Fields = OperationService::Fields;
using Labels = std::vector<domain::MasterId>;

Result<domain::Change> changed(const Environment& env, db::Session& session, domain::Order& order,
                               const OrderBulkDto& wish, const DirectoryView& directory) {
  Result<Labels> labels = relabelled(order.labels, wish.add_labels, wish.remove_labels, directory);
  if (!labels) return fail(std::move(labels.error()));
  OrderPatchDto patch;
  patch.state = wish.state;
  patch.desired_delivery = wish.desired_delivery;
  patch.shipments = wish.shipments;
  patch.memo = wish.memo;
  Result<domain::Order> wanted =
      with_wishes(session, order, patch, directory, domain::BusinessDate::of(env.clock.now()));
  if (!wanted) return fail(std::move(wanted.error()));
  wanted->labels = std::move(*labels);
  return domain::become(order, *wanted, "order.changed");
}

/// One row: the order as `rule` makes it.
template <class Rule>
Result<Fields> row(const Environment& env, db::Session& session, const Context& context,
                   const std::string& id, Rule&& rule) {
  const Result<View> directory = env.directory.view();
  if (!directory) return fail(directory.error());
  Result<store::OrderRecord> record = order_to_change(env, session, context, id, **directory);
  if (!record) return fail(std::move(record.error()));
  const domain::Order before = record->value;
  Result<domain::Change> change = rule(record->value, **directory);
  if (!change) return fail(std::move(change.error()));
  Fields fields = change->fields;
  if (!change->empty()) {
    save_order(env, session, context.caller, record->value, before, std::move(*change),
               **directory);
  }
  return fields;
}

}  // namespace

OrderBulkService::OrderBulkService(const Environment& env, OperationService& operations)
    : env_(env), operations_(operations) {
  using domain::Permission;
  operations.add(kChange, Permission::orders_write,
                 [this](db::Session& session, const Context& context, const std::string& id,
                        const std::string& text) {
                   const auto wish = store::from_column<OrderBulkDto>(text);
                   return row(env_, session, context, id,
                              [&](domain::Order& order, const DirectoryView& directory) {
                                return changed(env_, session, order, wish, directory);
                              });
                 });
  operations.add(kPayment, Permission::orders_payment,
                 [this](db::Session& session, const Context& context, const std::string& id,
                        const std::string& text) {
                   const auto wish = store::from_column<PaymentBulkDto>(text);
                   return row(env_, session, context, id,
                              [&](domain::Order& order, const DirectoryView&) {
                                return domain::act_on_payment(order, wish.action);
                              });
                 });
  operations.add(
      kNotify, Permission::cases_write,
      [this](db::Session& session, const Context& context, const std::string& id,
             const std::string& text) {
        const auto wish = store::from_column<OrderNoticeDto>(text);
        return notify_of_order(env_, session, context, id, {wish.template_id, wish.mailbox});
      });
}

Result<std::vector<std::string>> OrderBulkService::chosen(const OrderSelection& selection,
                                                          const DirectoryView& directory) {
  using Ids = std::vector<std::string>;
  Ids ids;
  if (selection.ids) {
    for (const std::string& id : *selection.ids) {
      if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
    }
    return ids;
  }
  Result<store::OrderQuery> query = query_of(*selection.filter, directory);
  if (!query) {
    for (FieldError& field : query.error().fields) field.pointer = "/filter" + field.pointer;
    return fail(std::move(query.error()));
  }
  query->limit = static_cast<int>(kMostOrders);
  return env_.database.read([&](db::Session& session) -> Result<Ids> {
    std::optional<store::OrderPlace> after;
    do {
      const store::OrderPage page = store::Orders(session).list(*query, after);
      for (const store::OrderRecord& one : page.items) {
        if (ids.size() == kMostOrders) {
          return fail(Error::invalid(
              "/filter", {"It finds more than 1,000 orders. Narrow it.",
                          "該当する受注が1,000件を超えています。絞り込んでください。"}));
        }
        ids.push_back(one.value.id.str());
      }
      after = page.next;
    } while (after);
    return ids;
  });
}

template <class Wish>
Result<OperationStartedDto> OrderBulkService::start(const Context& context, const char* kind,
                                                    const Wish& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const Result<std::vector<std::string>> ids = chosen(wish, **directory);
  if (!ids) return fail(ids.error());
  Wish kept = wish;
  // Which orders it is about stands in the rows.
  kept.ids.reset();
  kept.filter.emplace();
  return operations_.start(context, kind, store::to_column(kept), wish.preview, *ids);
}

Result<OperationStartedDto> OrderBulkService::change(const Context& context,
                                                     const OrderBulkDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  Result<void> known = check_labels(wish.add_labels, wish.remove_labels, **directory);
  if (!known) return fail(std::move(known.error()));
  return start(context, kChange, wish);
}

Result<OperationStartedDto> OrderBulkService::change_payments(const Context& context,
                                                              const PaymentBulkDto& wish) {
  return start(context, kPayment, wish);
}

Result<OperationStartedDto> OrderBulkService::notify(const Context& context,
                                                     const OrderNoticeDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const Result<void> good = env_.database.read([&](db::Session& session) -> Result<void> {
    return check_notice(session, context.caller, {wish.template_id, wish.mailbox}, **directory);
  });
  if (!good) return fail(good.error());
  return start(context, kNotify, wish);
}

}  // namespace madoguchi::service
