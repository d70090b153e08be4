// SPDX-License-Identifier: Apache-2.0
#pragma once

// Products and orders, as the facade shows them (contract: Orders and subscriptions).

#include <optional>
#include <string>
#include <vector>

#include "core/service/dto/case_dto.h"
#include "core/service/dto/yen.h"
#include "core/store/order_columns.h"

namespace madoguchi::service {

struct ProductVariantDto {
  std::string sku;
  std::string name;
  Yen price;
  std::optional<std::int64_t> stock;
};

struct ProductDto {
  std::string id;
  std::optional<std::string> account;
  std::string sku;
  std::string name;
  std::vector<ProductVariantDto> variants;
  Yen price;
  std::int64_t tax_rate = 10;
  std::optional<std::int64_t> stock;
  TimePoint modified_at;
  std::int64_t version = 0;
};

struct OrderItemDto {
  std::string sku;
  std::string name;
  std::int64_t quantity = 1;
  Yen unit_price;
  std::int64_t tax_rate = 10;
};

/// What is not said comes from the product.
struct OrderItemWishDto {
  std::string sku;
  std::optional<std::string> name;
  std::int64_t quantity = 1;
  std::optional<Yen> unit_price;
  std::optional<std::int64_t> tax_rate;
};

struct CouponDto {
  std::string code;
  Yen amount;
};

struct TaxDto {
  std::int64_t rate = 0;
  Yen taxable;
  Yen amount;
};

struct DesiredDeliveryDto {
  std::optional<std::string> date;
  std::optional<domain::TimeSlot> time_slot;
};

/// Something to tell the customer, or to think of, before the order is sent off.
struct OrderWarningDto {
  std::string code;
  std::string pointer;
  std::string message;
  std::string message_ja;
};

struct OrderDto {
  std::string id;
  std::optional<std::string> account;
  std::string number;
  std::string customer;
  std::string customer_name;
  std::optional<std::string> case_number;
  domain::OrderSource source = domain::OrderSource::desk;
  std::optional<std::string> source_message;
  std::vector<OrderItemDto> items;
  Yen subtotal;
  Yen discount;
  std::vector<CouponDto> coupons;
  Yen points_used;
  Yen shipping_fee;
  Yen payment_fee;
  bool tax_included = true;
  std::vector<TaxDto> tax;
  Yen total;
  domain::PaymentMethod payment_method = domain::PaymentMethod::bank_transfer;
  std::optional<std::string> card;
  domain::PaymentState payment_state = domain::PaymentState::pending;
  Yen refunded;
  domain::OrderState state = domain::OrderState::received;
  std::optional<std::string> cancel_reason;
  domain::PostalAddress shipping_address;
  DesiredDeliveryDto desired_delivery;
  std::vector<domain::Shipment> shipments;
  std::string remark;
  std::string memo;
  std::vector<NamedDto> labels;
  std::optional<std::string> subscription;
  domain::CustomerSync sync;
  std::vector<OrderWarningDto> warnings;
  TimePoint ordered_at;
  TimePoint created_at;
  TimePoint modified_at;
  std::int64_t version = 0;
  domain::OrderActions allowed_actions;
  domain::OrderStates next_states;
  domain::PaymentStates next_payment_states;
};

/// What can be said of an order; absent members stay as they are.
struct OrderPatchDto {
  std::optional<std::vector<OrderItemWishDto>> items;
  std::optional<Yen> discount;
  std::optional<std::vector<CouponDto>> coupons;
  std::optional<Yen> points_used;
  std::optional<Yen> shipping_fee;
  std::optional<Yen> payment_fee;
  std::optional<bool> tax_included;
  std::optional<domain::PaymentMethod> payment_method;
  json::Patch<std::string> card;
  std::optional<domain::PaymentState> payment_state;
  std::optional<domain::OrderState> state;
  std::optional<domain::PostalAddress> shipping_address;
  json::Patch<DesiredDeliveryDto> desired_delivery;
  std::optional<std::vector<domain::Shipment>> shipments;
  std::optional<std::string> remark;
  std::optional<std::string> memo;
  std::optional<std::vector<std::string>> labels;
};

struct OrderCreateDto : OrderPatchDto {
  std::optional<std::string> customer;
  std::optional<std::string> case_number;
  std::optional<std::string> message;
  std::optional<domain::OrderSource> source;
  std::optional<std::string> account;
  std::optional<std::string> number;
  std::optional<TimePoint> ordered_at;
};

struct CancelOrderDto {
  std::string reason;
};

}  // namespace madoguchi::service

namespace madoguchi::json {

template <>
struct Table<service::ProductVariantDto> {
  static constexpr const char* name = "ProductVariant";
  static const Fields& fields();
};
template <>
struct Table<service::ProductDto> {
  static constexpr const char* name = "Product";
  static const Fields& fields();
};
template <>
struct Table<service::OrderItemDto> {
  static constexpr const char* name = "OrderItem";
  static const Fields& fields();
};
template <>
struct Table<service::OrderItemWishDto> {
  static constexpr const char* name = "OrderItemWish";
  static const Fields& fields();
};
template <>
struct Table<service::CouponDto> {
  static constexpr const char* name = "Coupon";
  static const Fields& fields();
};
template <>
struct Table<service::TaxDto> {
  static constexpr const char* name = "Tax";
  static const Fields& fields();
};
template <>
struct Table<service::DesiredDeliveryDto> {
  static constexpr const char* name = "DesiredDelivery";
  static const Fields& fields();
};
template <>
struct Table<service::OrderWarningDto> {
  static constexpr const char* name = "OrderWarning";
  static const Fields& fields();
};
template <>
struct Table<service::OrderDto> {
  static constexpr const char* name = "Order";
  static const Fields& fields();
};
template <>
struct Table<service::OrderPatchDto> {
  static constexpr const char* name = "OrderPatch";
  static const Fields& fields();
};
template <>
struct Table<service::OrderCreateDto> {
  static constexpr const char* name = "OrderCreate";
  static const Fields& fields();
};
template <>
struct Table<service::CancelOrderDto> {
  static constexpr const char* name = "CancelOrder";
  static const Fields& fields();
};

}  // namespace madoguchi::json
