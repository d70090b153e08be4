// SPDX-License-Identifier: Apache-2.0
#include "core/service/order_returns.h"

#include <algorithm>
#include <iterator>

#include "core/service/case_access.h"
#include "core/service/case_dto_of.h"
#include "core/service/customer_access.h"
#include "core/service/customer_wishes.h"
#include "core/service/order_access.h"
#include "core/service/order_wishes.h"
#include "core/service/unit_of_work.h"
#include "core/store/order_returns.h"

namespace madoguchi::service {
namespace {

using View = std::shared_ptr<const DirectoryView>;
using domain::OrderReturn;

Error no_such_return() {
  return Error::not_found({"There is no such return.", "その返品・交換はありません。"});
}

OrderReturnDto dto_of(const OrderReturn& value, const domain::Order& order,
                      const DirectoryView& directory) {
  OrderReturnDto dto;
  dto.id = value.id.str();
  dto.order = order.id.str();
  dto.order_number = order.number;
  dto.kind = value.kind;
  dto.state = value.state;
  for (const domain::ReturnItem& one : value.items) dto.items.push_back({one.sku, one.quantity});
  dto.replacement_items = item_dtos_of(value.replacement_items);
  if (value.replacement) dto.replacement = value.replacement->str();
  dto.reasons = named_dtos_of(value.reasons, directory);
  dto.reason = value.reason;
  dto.note = value.note;
  dto.refund = Yen{value.refund};
  if (value.case_sequence) dto.case_number = domain::case_number(*value.case_sequence);
  dto.created_at = value.created_at;
  dto.modified_at = value.modified_at;
  dto.version = value.version;
  dto.next_states = domain::next_states(value.kind, value.state);
  return dto;
}

/// One return beside the others of its order, while it is being made or changed.
class Handling {
 public:
  Handling(const Environment& env, db::Session& session, const Context& context,
           const DirectoryView& directory, store::OrderRecord& record, OrderReturn value)
      : env_(env),
        session_(session),
        context_(context),
        directory_(directory),
        order_(record.value),
        value_(std::move(value)),
        others_(store::OrderReturns(session).of_order(record.value.id)) {
    std::erase_if(others_, [&](const OrderReturn& one) { return one.id == value_.id; });
  }

  /// The value with what was wished for; what is wrong is added.
  OrderReturn wanted(const ReturnPatchDto& wish, std::vector<FieldError>& wrong) {
    OrderReturn made = value_;
    if (wish.items) {
      made.items.clear();
      for (const ReturnItemDto& one : *wish.items) made.items.push_back({one.sku, one.quantity});
    }
    if (wish.replacement_items) {
      made.replacement_items =
          items_of(session_, *wish.replacement_items, order_.items, order_.account, wrong);
      for (std::size_t i = 0; i < wish.replacement_items->size(); ++i) {
        if (!(*wish.replacement_items)[i].unit_price) made.replacement_items[i].unit_price = 0;
      }
    }
    if (wish.reasons) {
      Result<void> set = set_entries(made.reasons, domain::MasterKind::return_reason, *wish.reasons,
                                     "/reasons", directory_);
      if (!set) {
        std::move(set.error().fields.begin(), set.error().fields.end(), std::back_inserter(wrong));
      }
    }
    made.reason = wish.reason.value_or(made.reason);
    made.note = wish.note.value_or(made.note);
    if (wish.refund) made.refund = wish.refund->amount;
    made.state = wish.state.value_or(made.state);
    return made;
  }

  Result<void> check(const OrderReturn& made, std::vector<FieldError> wrong) const {
    Result<void> good = domain::check(made, order_, others_);
    if (!good)
      std::move(good.error().fields.begin(), good.error().fields.end(), std::back_inserter(wrong));
    if (wrong.empty()) return {};
    return fail(Error::invalid(std::move(wrong)));
  }

  /// What goes out instead, once it is time.
  Result<void> replace(OrderReturn& made) {
    if (made.replacement || domain::replaced_when(made.kind) != made.state) return {};
    domain::Order order;
    order.customer = order_.customer;
    order.case_sequence = made.case_sequence ? made.case_sequence : order_.case_sequence;
    order.items = made.replacement_items;
    if (order.items.empty()) order.items = same_again(made);
    order.tax_included = order_.tax_included;
    order.shipping_address = order_.shipping_address;
    order.memo =
        order_.number + " の" + (made.kind == domain::ReturnKind::exchange ? "交換品" : "再送品");
    order.ordered_at = env_.clock.now();
    order.payment_method = domain::PaymentMethod::none;
    if (domain::amounts_of(order).total > 0) {
      order.payment_method = order_.payment_method;
      order.card = order_.card;
    }
    Result<domain::Order> checked = domain::checked(std::move(order));
    if (!checked) return fail(std::move(checked.error()));
    insert_order(env_, session_, context_.caller, *checked, directory_);
    made.replacement = checked->id;
    return {};
  }

  /// Books what completing does. The order's row is written in any case, so that of two returns at
  /// once the second sees the first.
  void settle(const OrderReturn& made) {
    const domain::Order before = order_;
    domain::Change change = domain::settle(order_, made, others_);
    if (change.empty()) {
      order_.modified_at = env_.clock.now();
      if (!store::Orders(session_).update(order_, before)) {
        throw db::Failure(db::FailureKind::serialization, "the order changed meanwhile");
      }
      return;
    }
    save_order(env_, session_, context_.caller, order_, before, std::move(change), directory_);
  }

  void announce(domain::Change change, const OrderReturn& made) {
    name_fields(change, directory_);
    announce_below_customer(env_, session_, context_.caller, order_.customer, change.event.c_str(),
                            "order_return", made.id.str(), std::move(change.fields));
  }

 private:
  std::vector<domain::OrderItem> same_again(const OrderReturn& made) const {
    std::vector<domain::OrderItem> items;
    for (const domain::ReturnItem& one : made.items) {
      const auto known = std::find_if(order_.items.begin(), order_.items.end(),
                                      [&](const auto& item) { return item.sku == one.sku; });
      if (known == order_.items.end()) continue;
      items.push_back({one.sku, known->name, one.quantity, 0, known->tax_rate});
    }
    return items;
  }

  const Environment& env_;
  db::Session& session_;
  const Context& context_;
  const DirectoryView& directory_;
  domain::Order& order_;
  OrderReturn value_;
  std::vector<OrderReturn> others_;
};

}  // namespace

Result<std::vector<OrderReturnDto>> OrderReturnService::list(const std::string& order) {
  using Dtos = std::vector<OrderReturnDto>;
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return env_.database.read([&](db::Session& session) -> Result<Dtos> {
    const Result<store::OrderRecord> record = find_order(session, order);
    if (!record) return fail(record.error());
    Dtos dtos;
    for (const OrderReturn& one : store::OrderReturns(session).of_order(record->value.id)) {
      dtos.push_back(dto_of(one, record->value, **directory));
    }
    return dtos;
  });
}

Result<OrderReturnDto> OrderReturnService::get(const std::string& id) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return env_.database.read([&](db::Session& session) -> Result<OrderReturnDto> {
    const auto value = store::OrderReturns(session).by_id(domain::ReturnId(id));
    if (!value) return fail(no_such_return());
    const Result<store::OrderRecord> record = find_order(session, value->order.str());
    if (!record) return fail(record.error());
    return dto_of(*value, record->value, **directory);
  });
}

Result<OrderReturnDto> OrderReturnService::create(const Context& context, const std::string& order,
                                                  const ReturnCreateDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return command(env_, context, [&](db::Session& session) -> Result<OrderReturnDto> {
    // The caller's version, if any, is the order's.
    Result<store::OrderRecord> record = order_to_change(env_, session, context, order, **directory);
    if (!record) return fail(std::move(record.error()));
    std::vector<FieldError> wrong;
    OrderReturn blank;
    blank.id = env_.ids.make<domain::ReturnId>();
    blank.order = record->value.id;
    blank.kind = wish.kind;
    blank.created_at = env_.clock.now();
    blank.modified_at = blank.created_at;
    if (wish.case_number) {
      const Result<store::CaseRecord> found = find_case(session, context.caller, *wish.case_number);
      if (found) blank.case_sequence = found->value.sequence;
      if (!found) wrong.push_back({"/case", found.error().message});
    }
    Handling handling(env_, session, context, **directory, *record, blank);
    const OrderReturn made = handling.wanted(wish, wrong);
    if (Result<void> good = handling.check(made, std::move(wrong)); !good) {
      return fail(std::move(good.error()));
    }
    handling.settle(made);
    store::OrderReturns(session).insert(made);
    handling.announce(domain::creation(made), made);
    return dto_of(made, record->value, **directory);
  });
}

Result<OrderReturnDto> OrderReturnService::patch(const Context& context, const std::string& id,
                                                 const ReturnPatchDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return command(env_, context, [&](db::Session& session) -> Result<OrderReturnDto> {
    std::optional<OrderReturn> value = store::OrderReturns(session).by_id(domain::ReturnId(id));
    if (!value) return fail(no_such_return());
    Context of_order = context;  // the version is the return's, not the order's
    of_order.if_match.reset();
    Result<store::OrderRecord> record =
        order_to_change(env_, session, of_order, value->order.str(), **directory);
    if (!record) return fail(std::move(record.error()));
    if (context.if_match && *context.if_match != value->version) {
      return fail(Error::stale().with_member(
          "current",
          json::to_string(dto_of(*value, record->value, **directory), context.caller.hides())));
    }
    std::vector<FieldError> wrong;
    Handling handling(env_, session, context, **directory, *record, *value);
    OrderReturn wanted = handling.wanted(wish, wrong);
    if (!domain::is_off(wanted.state) && value->state != domain::ReturnState::completed) {
      if (Result<void> good = handling.check(wanted, std::move(wrong)); !good) {
        return fail(std::move(good.error()));
      }
    }
    OrderReturn tried = *value;
    const Result<domain::Change> possible = domain::become(tried, wanted);
    if (!possible) return fail(possible.error());
    if (possible->empty()) return dto_of(*value, record->value, **directory);
    const bool steps = wanted.state != value->state;
    if (steps) {
      if (Result<void> sent = handling.replace(wanted); !sent) return fail(std::move(sent.error()));
    }
    Result<domain::Change> change = domain::become(*value, wanted);
    if (!change) return fail(std::move(change.error()));
    OrderReturn booked = *value;
    if (!steps) booked.state = domain::ReturnState::requested;  // nothing to book again
    handling.settle(booked);
    value->modified_at = env_.clock.now();
    if (!store::OrderReturns(session).update(*value)) {
      throw db::Failure(db::FailureKind::serialization, "the return changed meanwhile");
    }
    handling.announce(std::move(*change), *value);
    return dto_of(*value, record->value, **directory);
  });
}

}  // namespace madoguchi::service
