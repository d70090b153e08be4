// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/order_dto.h"

#include "core/service/dto/limits.h"

namespace madoguchi::json {

using service::CancelOrderDto;
using service::CouponDto;
using service::DesiredDeliveryDto;
using service::OrderCreateDto;
using service::OrderDto;
using service::OrderItemDto;
using service::OrderItemWishDto;
using service::OrderPatchDto;
using service::OrderWarningDto;
using service::ProductDto;
using service::ProductVariantDto;
using service::TaxDto;

namespace {

constexpr std::size_t kCode = 100;
constexpr std::size_t kNote = 5000;

/// What POST and PATCH take alike.
template <class S, class... More>
Fields order_wish_fields(More&&... more) {
  using Wish = OrderPatchDto;
  return json::fields<S>(
      field("items", &Wish::items, "All items.").min_items(1).max_items(200),
      field("discount", &Wish::discount, "Taken from the items, shared out over their tax rates.")
          .needs(service::kAmounts),
      field("coupons", &Wish::coupons, "All coupons.").max_items(20),
      field("points_used", &Wish::points_used, "Paid with points; what is taxed stays.")
          .needs(service::kAmounts),
      field("shipping_fee", &Wish::shipping_fee, "Shipping, at the standard tax rate.")
          .needs(service::kAmounts),
      field("payment_fee", &Wish::payment_fee, "Such as for cash on delivery.")
          .needs(service::kAmounts),
      field("tax_included", &Wish::tax_included, "Prices and fees have the tax in them; default."),
      field("payment_method", &Wish::payment_method, "How it is paid; default bank_transfer."),
      field("card", &Wish::card,
            "Id of one of the customer's cards, never a number; only with card.")
          .max_length(200),
      field("payment_state", &Wish::payment_state,
            "The next one, of next_payment_states, for what no gateway reports."),
      field("state", &Wish::state, "The next one, of next_states; canceling is a call of its own."),
      field("shipping_address", &Wish::shipping_address,
            "Where it goes, whole; of a new order the customer's own when not given.")
          .needs(service::kContact),
      field("desired_delivery", &Wish::desired_delivery, "When the customer wants it."),
      field("shipments", &Wish::shipments, "All parcels.").max_items(50),
      field("remark", &Wish::remark, "The customer's words, on papers too.").max_length(kNote),
      field("memo", &Wish::memo, "The desk's own note; the customer never sees it.")
          .max_length(kNote),
      field("labels", &Wish::labels, "All labels, each by its id or name.").max_items(50),
      std::forward<More>(more)...);
}

}  // namespace

const Fields& Table<ProductVariantDto>::fields() {
  static const Fields table = json::fields<ProductVariantDto>(
      field("sku", &ProductVariantDto::sku, "Its own code."),
      field("name", &ProductVariantDto::name, "Such as a size or a colour."),
      field("price", &ProductVariantDto::price, "Its own price, or the product's."),
      field("stock", &ProductVariantDto::stock, "As the shop counts; null: not counted."));
  return table;
}

const Fields& Table<ProductDto>::fields() {
  static const Fields table = json::fields<ProductDto>(
      field("id", &ProductDto::id, "Its id."),
      field("account", &ProductDto::account, "The shop it is sold in; null: the hub's own list."),
      field("sku", &ProductDto::sku, "Its code.").example("\"TEA-100\""),
      field("name", &ProductDto::name, "Its name."),
      field("variants", &ProductDto::variants, "Sizes, colours."),
      field("price", &ProductDto::price, "What it costs."),
      field("tax_rate", &ProductDto::tax_rate, "In per cent: 10, or 8 for food."),
      field("stock", &ProductDto::stock, "As the shop counts; null: not counted."),
      field("modified_at", &ProductDto::modified_at, "When it changed last."),
      field("version", &ProductDto::version, "Counts changes."));
  return table;
}

const Fields& Table<OrderItemDto>::fields() {
  static const Fields table = json::fields<OrderItemDto>(
      field("sku", &OrderItemDto::sku, "Code of the product or variant."),
      field("name", &OrderItemDto::name, "Its name when it was ordered."),
      field("quantity", &OrderItemDto::quantity, "How many."),
      field("unit_price", &OrderItemDto::unit_price, "What one costs.").needs(service::kAmounts),
      field("tax_rate", &OrderItemDto::tax_rate, "In per cent."));
  return table;
}

const Fields& Table<OrderItemWishDto>::fields() {
  static const Fields table = json::fields<OrderItemWishDto>(
      field("sku", &OrderItemWishDto::sku, "Code of the product or variant.")
          .not_empty()
          .max_length(kCode),
      field("name", &OrderItemWishDto::name, "Default: the product's.").max_length(300),
      field("quantity", &OrderItemWishDto::quantity, "How many; default 1.")
          .optional()
          .range(1, 9999),
      field("unit_price", &OrderItemWishDto::unit_price,
            "Default: as it is in the order already, else the product's.")
          .needs(service::kAmounts),
      field("tax_rate", &OrderItemWishDto::tax_rate, "In per cent; default likewise.")
          .range(0, 30));
  return table;
}

const Fields& Table<CouponDto>::fields() {
  static const Fields table = json::fields<CouponDto>(
      field("code", &CouponDto::code, "Its code.").not_empty().max_length(kCode),
      field("amount", &CouponDto::amount, "What it takes from the items.")
          .needs(service::kAmounts));
  return table;
}

const Fields& Table<TaxDto>::fields() {
  static const Fields table = json::fields<TaxDto>(
      field("rate", &TaxDto::rate, "In per cent."),
      field("taxable", &TaxDto::taxable,
            "What it is on, reductions taken off; with the tax in it "
            "when tax_included.")
          .needs(service::kAmounts),
      field("amount", &TaxDto::amount, "The tax, rounded down once for this rate.")
          .needs(service::kAmounts));
  return table;
}

const Fields& Table<DesiredDeliveryDto>::fields() {
  static const Fields table = json::fields<DesiredDeliveryDto>(
      field("date", &DesiredDeliveryDto::date, "A day in Japan, such as 2026-12-24.")
          .max_length(10),
      field("time_slot", &DesiredDeliveryDto::time_slot, "Hours of that day."));
  return table;
}

const Fields& Table<OrderWarningDto>::fields() {
  static const Fields table = json::fields<OrderWarningDto>(
      field("code", &OrderWarningDto::code, "customer_blacklisted, or out_of_stock."),
      field("pointer", &OrderWarningDto::pointer, "The member it is about."),
      field("message", &OrderWarningDto::message, "What to think of."),
      field("message_ja", &OrderWarningDto::message_ja, "The same in Japanese."));
  return table;
}

const Fields& Table<OrderDto>::fields() {
  static const Fields table = json::fields<OrderDto>(
      field("id", &OrderDto::id, "Its id; empty in a preview."),
      field("account", &OrderDto::account, "The shop it belongs to; null: made here."),
      field("number", &OrderDto::number, "Unique in its account.").example("\"OR-000123\""),
      field("customer", &OrderDto::customer, "Number of the customer.").example("\"CU-000123\""),
      field("customer_name", &OrderDto::customer_name, "The customer's name."),
      field("case", &OrderDto::case_number, "Number of the case it was taken in."),
      field("source", &OrderDto::source, "Where it came from."),
      field("source_message", &OrderDto::source_message, "Id of the message that asked for it."),
      field("items", &OrderDto::items, "What was ordered."),
      field("subtotal", &OrderDto::subtotal, "Of the items, before reductions.")
          .needs(service::kAmounts),
      field("discount", &OrderDto::discount, "Taken from the items.").needs(service::kAmounts),
      field("coupons", &OrderDto::coupons, "Taken from the items too."),
      field("points_used", &OrderDto::points_used, "Paid with points.").needs(service::kAmounts),
      field("shipping_fee", &OrderDto::shipping_fee, "Shipping.").needs(service::kAmounts),
      field("payment_fee", &OrderDto::payment_fee, "Fee of the payment method.")
          .needs(service::kAmounts),
      field("tax_included", &OrderDto::tax_included, "Prices and fees have the tax in them."),
      field("tax", &OrderDto::tax, "One entry for each rate, highest first."),
      field("total", &OrderDto::total, "What is to be paid.").needs(service::kAmounts),
      field("payment_method", &OrderDto::payment_method, "How it is paid."),
      field("card", &OrderDto::card, "Id of the card it is paid by."),
      field("payment_state", &OrderDto::payment_state, "Where the payment stands."),
      field("refunded", &OrderDto::refunded, "What went back so far.").needs(service::kAmounts),
      field("state", &OrderDto::state, "Where the order stands."),
      field("cancel_reason", &OrderDto::cancel_reason, "Why it was canceled."),
      field("shipping_address", &OrderDto::shipping_address, "Where it goes.")
          .needs(service::kContact),
      field("desired_delivery", &OrderDto::desired_delivery, "When the customer wants it."),
      field("shipments", &OrderDto::shipments, "Parcels."),
      field("remark", &OrderDto::remark, "The customer's words."),
      field("memo", &OrderDto::memo, "The desk's own note."),
      field("labels", &OrderDto::labels, "Labels."),
      field("subscription", &OrderDto::subscription, "Id of the subscription that made it."),
      field("sync", &OrderDto::sync, "Whether the shop has the order as it stands here."),
      field("warnings", &OrderDto::warnings, "Only in the answer to POST: what to think of.")
          .omitted_when_empty(),
      field("ordered_at", &OrderDto::ordered_at, "When it was ordered."),
      field("created_at", &OrderDto::created_at, "When it was written down here."),
      field("modified_at", &OrderDto::modified_at, "When it changed last."),
      field("version", &OrderDto::version, "Counts changes; the ETag."),
      field("allowed_actions", &OrderDto::allowed_actions, "What the caller may do with it now."),
      field("next_states", &OrderDto::next_states, "What state may become."),
      field("next_payment_states", &OrderDto::next_payment_states,
            "What payment_state may become."));
  return table;
}

const Fields& Table<OrderPatchDto>::fields() {
  static const Fields table = order_wish_fields<OrderPatchDto>();
  return table;
}

const Fields& Table<OrderCreateDto>::fields() {
  static const Fields table = order_wish_fields<OrderCreateDto>(
      field("customer", &OrderCreateDto::customer,
            "Number of the customer; default: the case's customer."),
      field("case", &OrderCreateDto::case_number,
            "Number of the case it is taken in, which gets the order's number."),
      field("message", &OrderCreateDto::message,
            "Id of the message that asks for it, kept as the source."),
      field("source", &OrderCreateDto::source,
            "Where it comes from; default: what the message or the case is, else desk."),
      field("account", &OrderCreateDto::account, "The shop it is in already.").max_length(kCode),
      field("number", &OrderCreateDto::number, "Its number there; only with account.")
          .not_empty()
          .max_length(60),
      field("ordered_at", &OrderCreateDto::ordered_at, "When it was ordered; default: now."));
  return table;
}

const Fields& Table<CancelOrderDto>::fields() {
  static const Fields table = json::fields<CancelOrderDto>(
      field("reason", &CancelOrderDto::reason, "Why.").not_empty().max_length(500));
  return table;
}

}  // namespace madoguchi::json
