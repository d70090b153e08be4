// SPDX-License-Identifier: Apache-2.0
#include "core/domain/order_return.h"

#include <algorithm>
#include <map>

#include "core/domain/order_texts.h"
#include "core/domain/return_names.h"

namespace madoguchi::domain {
namespace {

struct ReturnStep {
  ReturnState from;
  ReturnStates with_goods;  ///< return, exchange
  ReturnStates without;     ///< reship, refund
};
using enum ReturnState;
constexpr ReturnStep kReturnSteps[] = {
    {requested, {approved, received, rejected, canceled}, {approved, rejected, canceled}},
    {approved, {received, rejected, canceled}, {completed, canceled}},
    {received, {completed, rejected}, {}},
    {completed, {}, {}},
    {rejected, {}, {}},
    {canceled, {}, {}},
};

bool brings_goods(ReturnKind kind) {
  return kind == ReturnKind::return_ || kind == ReturnKind::exchange;
}

using Quantities = std::map<std::string, std::int64_t>;

Quantities delivered(const Order& order) {
  Quantities all;
  if (!has_left(order.state)) return all;
  for (const OrderItem& item : order.items) all[item.sku] += item.quantity;
  return all;
}

/// Of those that take part and move goods the same way as `kind`.
Quantities claimed(const std::vector<OrderReturn>& returns, ReturnKind kind) {
  Quantities all;
  for (const OrderReturn& one : returns) {
    if (is_off(one.state) || brings_goods(one.kind) != brings_goods(kind)) continue;
    for (const ReturnItem& item : one.items) all[item.sku] += item.quantity;
  }
  return all;
}

std::int64_t refunds(const std::vector<OrderReturn>& returns) {
  std::int64_t sum = 0;
  for (const OrderReturn& one : returns) {
    if (!is_off(one.state)) sum += one.refund;
  }
  return sum;
}

bool was_taken(const Order& order) {
  return is_taken(order.payment_state) || order.payment_state == PaymentState::refunded;
}

std::string text_of(const std::vector<ReturnItem>& items) {
  std::string out;
  for (const ReturnItem& one : items) {
    out += (out.empty() ? "" : ", ") + one.sku + " x " + std::to_string(one.quantity);
  }
  return out;
}

std::string text_of_id(const std::optional<OrderId>& id) { return id ? id->str() : ""; }

Change take_over(OrderReturn& value, const OrderReturn& wanted, const char* event) {
  Change change{event, {}};
  const auto set = [&](const char* field, auto OrderReturn::*member) {
    change.set(field, value.*member, wanted.*member, kShow);
  };
  set("kind", &OrderReturn::kind);
  set("state", &OrderReturn::state);
  change.set("items", value.items, wanted.items, text_of);
  set("replacement_items", &OrderReturn::replacement_items);
  change.set("replacement", value.replacement, wanted.replacement, text_of_id);
  set("reasons", &OrderReturn::reasons);
  set("reason", &OrderReturn::reason);
  set("note", &OrderReturn::note);
  change.set("refund", value.refund, wanted.refund, yen);
  return change;
}

}  // namespace

ReturnStates next_states(ReturnKind kind, ReturnState state) noexcept {
  for (const ReturnStep& step : kReturnSteps) {
    if (step.from == state) return brings_goods(kind) ? step.with_goods : step.without;
  }
  return {};
}

bool is_off(ReturnState state) noexcept { return state == rejected || state == canceled; }

std::optional<ReturnState> replaced_when(ReturnKind kind) noexcept {
  if (kind == ReturnKind::exchange) return received;
  if (kind == ReturnKind::reship) return approved;
  return std::nullopt;
}

Result<void> check(const OrderReturn& value, const Order& order,
                   const std::vector<OrderReturn>& others) {
  std::vector<FieldError> wrong;
  if (value.kind == ReturnKind::refund && value.refund == 0) {
    wrong.push_back({"/refund", {"Say how much.", "返金額を指定してください。"}});
  }
  if (value.kind != ReturnKind::refund && value.items.empty()) {
    wrong.push_back({"/items", {"Say what.", "商品を指定してください。"}});
  }
  if (value.kind == ReturnKind::refund && !value.items.empty()) {
    wrong.push_back({"/items", {"Only money goes back.", "返金のみの場合は指定できません。"}});
  }
  if (!value.replacement_items.empty() && !replaced_when(value.kind)) {
    wrong.push_back({"/replacement_items",
                     {"Only with an exchange or a reship.", "交換・再送のときだけ指定できます。"}});
  }
  if (value.reason.empty() && value.reasons.empty()) {
    wrong.push_back({"/reason", {"Say why.", "理由を指定してください。"}});
  }
  const Quantities there = delivered(order);
  Quantities taken = claimed(others, value.kind);
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    const ReturnItem& item = value.items[i];
    const auto known = there.find(item.sku);
    taken[item.sku] += item.quantity;
    if (known != there.end() && taken[item.sku] <= known->second) continue;
    wrong.push_back({"/items/" + std::to_string(i) + "/quantity",
                     {"Is more than was delivered.", "お届け済みの数量を超えています。"}});
  }
  const std::int64_t most = was_taken(order) ? order.amounts.total - refunds(others) : 0;
  if (value.refund > most) {
    wrong.push_back({"/refund",
                     {"Is more than was paid: " + std::to_string(std::max<std::int64_t>(most, 0)) +
                          " yen are left.",
                      "支払済みの金額を超えています。残りは" +
                          std::to_string(std::max<std::int64_t>(most, 0)) + "円です。"}});
  }
  if (!wrong.empty()) return fail(Error::invalid(std::move(wrong)));
  return {};
}

Change creation(const OrderReturn& value) {
  OrderReturn nothing;
  Change change = take_over(nothing, value, "order_return.created");
  change.fields.insert(change.fields.begin(), {"order", "", value.order.str()});
  return change;
}

Result<Change> become(OrderReturn& value, const OrderReturn& wanted) {
  const ReturnStates next = next_states(value.kind, value.state);
  const bool fixed = next.empty() || value.state == received || value.replacement.has_value();
  const bool other_things = wanted.items != value.items || wanted.refund != value.refund ||
                            wanted.replacement_items != value.replacement_items;
  if (other_things && fixed &&
      !(value.state == received && wanted.items == value.items &&
        wanted.replacement_items == value.replacement_items)) {
    return fail(Error::conflict("return-closed",
                                {"This cannot be changed any more.", "これ以上変更できません。"}));
  }
  if (wanted.state != value.state && !next.has(wanted.state)) {
    const std::string both = show(value.state) + " -> " + show(wanted.state);
    return fail(Error::conflict("return-state", {"This step is not possible: " + both + ".",
                                                 "この変更はできません: " + both}));
  }
  return take_over(value, wanted, "order_return.changed");
}

Change settle(Order& order, const OrderReturn& value, const std::vector<OrderReturn>& others) {
  Change change{"order.changed", {}};
  if (value.state != completed) return change;
  change.set("refunded", order.refunded, order.refunded + value.refund, yen);
  const auto named = [](const auto& state) { return std::string(enum_name(state)); };
  if (order.refunded > 0 && order.refunded >= order.amounts.total &&
      next_states(order.payment_state).has(PaymentState::refunded)) {
    change.set("payment_state", order.payment_state, PaymentState::refunded, named);
  }
  Quantities back;
  const auto add = [&](const OrderReturn& one) {
    if (one.state != completed || one.kind != ReturnKind::return_) return;
    for (const ReturnItem& item : one.items) back[item.sku] += item.quantity;
  };
  add(value);
  for (const OrderReturn& one : others) add(one);
  if (back == delivered(order) && !back.empty() &&
      next_states(order.state).has(OrderState::returned)) {
    change.set("state", order.state, OrderState::returned, named);
  }
  return change;
}

}  // namespace madoguchi::domain
