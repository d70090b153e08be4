// SPDX-License-Identifier: Apache-2.0
#pragma once

// An order: what somebody bought, what it comes to, how it is paid for and where it goes. All
// amounts are whole yen.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/domain/business_date.h"
#include "core/domain/customer.h"
#include "core/domain/message.h"
#include "core/domain/order_states.h"
#include "core/domain/postal_address.h"

namespace madoguchi::domain {

struct OrderTag;
using OrderId = Id<OrderTag>;

struct OrderItem {
  std::string sku;
  std::string name;
  std::int64_t quantity = 1;
  std::int64_t unit_price = 0;
  std::int64_t tax_rate = 10;  ///< in per cent: 10, or 8 for food

  bool operator==(const OrderItem&) const = default;
};

struct Coupon {
  std::string code;
  std::int64_t amount = 0;

  bool operator==(const Coupon&) const = default;
};

/// The tax of one rate, rounded once.
struct TaxLine {
  std::int64_t rate = 0;
  std::int64_t taxable = 0;  ///< with the tax in it when prices include it
  std::int64_t amount = 0;

  bool operator==(const TaxLine&) const = default;
};

struct OrderAmounts {
  std::int64_t subtotal = 0;  ///< of the items, before any reduction
  std::vector<TaxLine> tax;   ///< highest rate first
  std::int64_t total = 0;     ///< what is to be paid

  bool operator==(const OrderAmounts&) const = default;
};

enum class Carrier { yamato, sagawa, japan_post, other };

struct Shipment {
  Carrier carrier = Carrier::other;
  std::string tracking_number;
  std::string tracking_url;
  std::optional<TimePoint> shipped_at;
  std::optional<TimePoint> delivered_at;

  bool operator==(const Shipment&) const = default;
};

/// The hours that Japanese carriers offer; "from_12_to_14" is written "12_14".
enum class TimeSlot {
  morning,
  from_12_to_14,
  from_14_to_16,
  from_16_to_18,
  from_18_to_20,
  from_18_to_21,
  from_19_to_21,
  from_20_to_21
};

struct DesiredDelivery {
  std::optional<BusinessDate> date;
  std::optional<TimeSlot> time_slot;

  bool operator==(const DesiredDelivery&) const = default;
};

enum class PaymentMethod {
  card,
  bank_transfer,
  cash_on_delivery,
  convenience_store,
  deferred,  ///< 後払い: an invoice after delivery
  wallet,    ///< PayPay and its like
  points,
  none,
  other
};

/// Where the order came from.
enum class OrderSource { desk, phone, mail, fax, letter, chat, shop, marketplace, subscription };

struct Order {
  OrderId id;
  std::int64_t sequence = 0;  ///< set by the store
  std::string account;        ///< the connected account it belongs to; empty: made here
  std::string number;         ///< unique in its account; "OR-000123" of one made here
  CustomerId customer;
  std::optional<std::int64_t> case_sequence;  ///< the case it was taken in
  OrderSource source = OrderSource::desk;
  std::optional<MessageId> source_message;  ///< the mail that asked for it

  std::vector<OrderItem> items;
  std::int64_t discount = 0;
  std::vector<Coupon> coupons;
  std::int64_t points_used = 0;
  std::int64_t shipping_fee = 0;
  std::int64_t payment_fee = 0;
  bool tax_included = true;  ///< prices and fees have the tax in them
  OrderAmounts amounts;      ///< amounts_of(*this)

  PaymentMethod payment_method = PaymentMethod::bank_transfer;
  std::string card;  ///< reference of a stored card, never a number; only with `card`
  PaymentState payment_state = PaymentState::pending;
  std::int64_t refunded = 0;  ///< what went back so far

  OrderState state = OrderState::received;
  std::string cancel_reason;
  PostalAddress shipping_address;
  DesiredDelivery desired_delivery;
  std::vector<Shipment> shipments;
  std::string remark;  ///< the customer's words, on papers too
  std::string memo;    ///< the desk's own
  std::vector<MasterId> labels;
  std::string subscription;  ///< id of the one that made it; empty: none
  CustomerSync sync;
  TimePoint ordered_at;
  TimePoint created_at;
  TimePoint modified_at;
  std::int64_t version = 1;
};

/// "OR-000123" for 123.
[[nodiscard]] std::string order_number(std::int64_t sequence);

/// What the order comes to. Reductions are shared out over the items' rates in proportion; fees
/// carry the standard rate; the tax is rounded down, once for each rate, as a qualified invoice
/// (適格請求書) has to. Points pay, they do not reduce what is taxed.
[[nodiscard]] OrderAmounts amounts_of(const Order& order);

/// Where the parcel can be followed; empty when the carrier's page is not known.
[[nodiscard]] std::string tracking_url(Carrier carrier, const std::string& tracking_number);

/// The order as it may be kept, amounts calculated, its address normalised. `invalid` with every
/// member that is wrong.
[[nodiscard]] Result<Order> checked(Order order);

/// Makes `order` what `wanted`, which was checked, says, and returns what became different.
/// Conflict where its state, or that of its payment, does not allow it: "order-state",
/// "order-payment-state", "order-closed", "order-paid".
[[nodiscard]] Result<Change> become(Order& order, const Order& wanted, const char* event);

/// "order.created", with everything that was written down.
[[nodiscard]] Change creation(const Order& order);

/// Conflict "order-state" when it has left already. What was not paid yet will not be asked for.
[[nodiscard]] Result<Change> cancel(Order& order, const std::string& reason);

enum class OrderAction { edit, edit_items, cancel, return_items };
using OrderActions = EnumSet<OrderAction>;
[[nodiscard]] OrderActions allowed_actions(const Order& order, const Caller& caller);

}  // namespace madoguchi::domain
