// SPDX-License-Identifier: Apache-2.0
#include "core/domain/order.h"

#include <algorithm>
#include <functional>
#include <map>

#include "core/domain/object_number.h"
#include "core/domain/order_names.h"
#include "core/domain/order_texts.h"

namespace madoguchi::domain {
namespace {

constexpr std::int64_t kStandardRate = 10;
/// Small enough that shares of it can be calculated in 64 bits.
constexpr std::int64_t kMostYen = 999'999'999;

std::int64_t reductions(const Order& order) {
  std::int64_t sum = order.discount;
  for (const Coupon& coupon : order.coupons) sum += coupon.amount;
  return sum;
}

std::int64_t subtotal_of(const Order& order) {
  std::int64_t sum = 0;
  for (const OrderItem& item : order.items) sum += item.unit_price * item.quantity;
  return sum;
}

/// Takes `reduction` from the goods of each rate in proportion; what the division leaves over goes
/// to the rates with the largest remainders.
void share_out(std::map<std::int64_t, std::int64_t, std::greater<>>& goods,
               std::int64_t reduction) {
  std::int64_t all = 0;
  for (const auto& one : goods) all += one.second;
  if (all == 0 || reduction == 0) return;
  std::vector<std::pair<std::int64_t, std::int64_t>> remainders;  // minus remainder, rate
  std::int64_t left = reduction;
  for (auto& one : goods) {
    const std::int64_t share = one.second * reduction / all;
    remainders.emplace_back(-(one.second * reduction % all), one.first);
    one.second -= share;
    left -= share;
  }
  std::stable_sort(remainders.begin(), remainders.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; left > 0; ++i, --left) --goods[remainders[i].second];
}

Error wrong_step(const char* type, std::string_view from, std::string_view to) {
  const std::string both = std::string(from) + " -> " + std::string(to);
  return Error::conflict(
      type, {"This step is not possible: " + both + ".", "この変更はできません: " + both});
}

Error closed() {
  return Error::conflict("order-closed",
                         {"The order has left or was canceled: only its notes can be changed.",
                          "出荷済みまたはキャンセル済みの受注は変更できません。"});
}

Error paid() {
  return Error::conflict("order-paid",
                         {"The payment stands for another amount. Void or refund it first.",
                          "決済済みの金額と合わなくなります。先に取消または返金してください。"});
}

Result<void> check_steps(const Order& order, const Order& wanted) {
  if (wanted.state != order.state &&
      (!next_states(order.state).has(wanted.state) || wanted.state == OrderState::canceled)) {
    return fail(wrong_step("order-state", enum_name(order.state), enum_name(wanted.state)));
  }
  if (wanted.payment_state != order.payment_state &&
      !next_states(order.payment_state).has(wanted.payment_state)) {
    return fail(wrong_step("order-payment-state", enum_name(order.payment_state),
                           enum_name(wanted.payment_state)));
  }
  const bool elsewhere = !(wanted.shipping_address == order.shipping_address) ||
                         !(wanted.desired_delivery == order.desired_delivery);
  const bool other_items = wanted.items != order.items || !(wanted.amounts == order.amounts);
  if ((elsewhere || other_items) && !is_open(order.state)) return fail(closed());
  const PaymentStates unpaid{PaymentState::pending, PaymentState::failed, PaymentState::voided};
  const bool other_way = wanted.payment_method != order.payment_method || wanted.card != order.card;
  if (other_way && !unpaid.has(order.payment_state)) return fail(paid());
  const std::int64_t more = wanted.amounts.total - order.amounts.total;
  const bool within = order.payment_state == PaymentState::authorized && more < 0;
  if (more != 0 && !within && !unpaid.has(order.payment_state)) return fail(paid());
  return {};
}

/// Makes `order` what `wanted` says, whatever the steps are.
Change take_over(Order& order, const Order& wanted, const char* event) {
  Change change{event, {}};
  const auto set = [&](const char* field, auto Order::*member) {
    change.set(field, order.*member, wanted.*member, kShow);
  };
  const auto set_yen = [&](const char* field, std::int64_t Order::*member) {
    change.set(field, order.*member, wanted.*member, yen);
  };
  set("state", &Order::state);
  set("payment_state", &Order::payment_state);
  set("items", &Order::items);
  set_yen("discount", &Order::discount);
  set("coupons", &Order::coupons);
  set_yen("points_used", &Order::points_used);
  set_yen("shipping_fee", &Order::shipping_fee);
  set_yen("payment_fee", &Order::payment_fee);
  set("tax_included", &Order::tax_included);
  change.set("total", order.amounts.total, wanted.amounts.total, yen);
  order.amounts = wanted.amounts;
  set("payment_method", &Order::payment_method);
  set("card", &Order::card);
  set("shipping_address", &Order::shipping_address);
  set("desired_delivery", &Order::desired_delivery);
  set("shipments", &Order::shipments);
  set("remark", &Order::remark);
  set("memo", &Order::memo);
  set("labels", &Order::labels);
  if (order.payment_state == PaymentState::refunded) {
    change.set("refunded", order.refunded, order.amounts.total, yen);
  }
  return change;
}

class Checking {
 public:
  explicit Checking(Order& order) : order_(order) {}

  std::vector<FieldError> all() {
    items();
    amounts();
    address();
    shipments();
    payment();
    return std::move(wrong_);
  }

 private:
  void refuse(std::string pointer, Text message) {
    wrong_.push_back({std::move(pointer), std::move(message)});
  }

  void items() {
    if (order_.items.empty()) {
      refuse("/items", {"An order has at least one item.", "商品を1つ以上指定してください。"});
    }
    for (std::size_t i = 0; i < order_.items.size(); ++i) {
      const OrderItem& item = order_.items[i];
      const std::string at = "/items/" + std::to_string(i);
      if (item.name.empty()) refuse(at + "/name", {"Is missing.", "商品名がありません。"});
      if (item.quantity < 1) {
        refuse(at + "/quantity", {"Has to be 1 or more.", "1以上で指定してください。"});
      }
    }
    if (subtotal_of(order_) > kMostYen) {
      refuse("/items",
             {"An order comes to 999,999,999 yen at most.", "注文の合計は999,999,999円までです。"});
    }
  }

  void amounts() {
    if (reductions(order_) > subtotal_of(order_)) {
      refuse(order_.discount > 0 ? "/discount" : "/coupons",
             {"Is more than the items come to.", "商品の合計を超えています。"});
      return;
    }
    if (wrong_.empty() && amounts_of(order_).total < 0) {
      refuse("/points_used", {"Is more than there is to pay.", "支払額を超えています。"});
    }
  }

  void address() {
    if (!order_.shipping_address.says_where()) {
      refuse("/shipping_address", {"Say where it goes.", "お届け先を入力してください。"});
      return;
    }
    Result<PostalAddress> good = normalised(order_.shipping_address, "/shipping_address");
    if (good) {
      order_.shipping_address = std::move(*good);
    } else {
      for (FieldError& one : good.error().fields) wrong_.push_back(std::move(one));
    }
  }

  void shipments() {
    for (std::size_t i = 0; i < order_.shipments.size(); ++i) {
      Shipment& one = order_.shipments[i];
      const std::string at = "/shipments/" + std::to_string(i);
      if (one.shipped_at && one.delivered_at && *one.delivered_at < *one.shipped_at) {
        refuse(at + "/delivered_at", {"Is before it was shipped.", "出荷日時より前です。"});
      }
      if (one.tracking_url.empty()) {
        one.tracking_url = tracking_url(one.carrier, one.tracking_number);
      } else if (one.tracking_url.rfind("https://", 0) != 0) {
        refuse(at + "/tracking_url",
               {"Has to begin with https://.", "https:// で始まるURLを指定してください。"});
      }
    }
  }

  void payment() {
    const bool by_card = order_.payment_method == PaymentMethod::card;
    if (!by_card && !order_.card.empty()) {
      refuse("/card",
             {"Only an order that is paid by card has one.", "カード払いのときだけ指定できます。"});
    }
    if (by_card && order_.card.empty() && order_.account.empty()) {
      refuse("/card", {"Say which stored card.", "登録済みのカードを指定してください。"});
    }
  }

  Order& order_;
  std::vector<FieldError> wrong_;
};

}  // namespace

std::string order_number(std::int64_t sequence) { return object_number("OR-", sequence); }

OrderAmounts amounts_of(const Order& order) {
  OrderAmounts amounts;
  amounts.subtotal = subtotal_of(order);
  std::map<std::int64_t, std::int64_t, std::greater<>> taxable;
  for (const OrderItem& item : order.items) {
    taxable[item.tax_rate] += item.unit_price * item.quantity;
  }
  share_out(taxable, reductions(order));
  const std::int64_t fees = order.shipping_fee + order.payment_fee;
  if (fees > 0) taxable[kStandardRate] += fees;
  for (const auto& one : taxable) {
    const std::int64_t parts = order.tax_included ? 100 + one.first : 100;
    const TaxLine line{one.first, one.second, one.second * one.first / parts};
    amounts.total += line.taxable + (order.tax_included ? 0 : line.amount);
    amounts.tax.push_back(line);
  }
  amounts.total -= order.points_used;
  return amounts;
}

std::string tracking_url(Carrier carrier, const std::string& tracking_number) {
  std::string digits;
  for (const char c : tracking_number) {
    if (c >= '0' && c <= '9') digits += c;
    if ((c < '0' || c > '9') && c != '-' && c != ' ') return {};
  }
  if (digits.empty()) return {};
  switch (carrier) {
    case Carrier::yamato:
      return "https://member.kms.kuronekoyamato.co.jp/parcel/detail?pno=" + digits;
    case Carrier::sagawa:
      return "https://k2k.sagawa-exp.co.jp/p/web/okurijosearch.do?okurijoNo=" + digits;
    case Carrier::japan_post:
      return "https://trackings.post.japanpost.jp/services/srv/search/direct?reqCodeNo1=" + digits;
    case Carrier::other:
      break;
  }
  return {};
}

Result<Order> checked(Order order) {
  std::vector<FieldError> wrong = Checking(order).all();
  if (!wrong.empty()) return fail(Error::invalid(std::move(wrong)));
  order.amounts = amounts_of(order);
  return order;
}

Result<Change> become(Order& order, const Order& wanted, const char* event) {
  if (Result<void> possible = check_steps(order, wanted); !possible) {
    return fail(std::move(possible.error()));
  }
  return take_over(order, wanted, event);
}

Change creation(const Order& order) {
  Order nothing;
  Change change = take_over(nothing, order, "order.created");
  change.fields.insert(change.fields.begin(), {"number", "", order.number});
  return change;
}

Result<Change> cancel(Order& order, const std::string& reason) {
  if (!next_states(order.state).has(OrderState::canceled)) {
    return fail(wrong_step("order-state", enum_name(order.state), "canceled"));
  }
  Change change{"order.canceled", {}};
  change.set("state", order.state, OrderState::canceled, kShow);
  change.set("cancel_reason", order.cancel_reason, reason, kShow);
  if (order.payment_state == PaymentState::pending || order.payment_state == PaymentState::failed) {
    change.set("payment_state", order.payment_state, PaymentState::voided, kShow);
  }
  return change;
}

OrderActions allowed_actions(const Order& order, const Caller& caller) {
  OrderActions actions;
  if (!caller.may(Permission::orders_write)) return actions;
  actions.add(OrderAction::edit);
  if (is_open(order.state)) actions.add(OrderAction::edit_items);
  if (next_states(order.state).has(OrderState::canceled)) actions.add(OrderAction::cancel);
  if (has_left(order.state)) actions.add(OrderAction::return_items);
  return actions;
}

}  // namespace madoguchi::domain
