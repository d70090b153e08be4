// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/order_bulk_dto.h"

namespace madoguchi::json {

using service::OrderBulkDto;
using service::OrderFilter;
using service::OrderNoticeDto;
using service::OrderSelection;
using service::PaymentBulkDto;

namespace {

constexpr std::size_t kValues = 100;
constexpr std::size_t kMostOrders = 1000;
constexpr std::size_t kOrderDay = 10;

template <class Member>
auto list(const char* name, Member OrderFilter::*member, const char* description) {
  return field(name, member, description).optional().omitted_when_empty().max_items(kValues);
}

template <class S, class... More>
Fields selection_fields(More&&... more) {
  return json::fields<S>(
      field("ids", &OrderSelection::ids, "Ids of orders.").min_items(1).max_items(kMostOrders),
      field("filter", &OrderSelection::filter, "In place of ids: all that it finds now."),
      field("preview", &OrderSelection::preview, "Only try.").optional(),
      std::forward<More>(more)...);
}

void check_selection(const OrderSelection& value, Reader& reader) {
  if (value.ids.has_value() == value.filter.has_value()) {
    reader.refuse_member("ids", {"Either ids or a filter.", "ids か filter の一方が必要です。"});
  }
}

}  // namespace

const Fields& Table<OrderFilter>::fields() {
  static const Fields table = json::fields<OrderFilter>(
      list("number", &OrderFilter::numbers, "Numbers of orders."),
      list("customer", &OrderFilter::customers, "Customer numbers."),
      list("account", &OrderFilter::accounts, "Shops they belong to."),
      list("state", &OrderFilter::states, "Where they stand."),
      list("payment_state", &OrderFilter::payment_states, "Where their payments stand."),
      list("sku", &OrderFilter::skus, "Codes of their items, whole."),
      list("tracking_number", &OrderFilter::tracking_numbers, "With or without hyphens."),
      list("label", &OrderFilter::labels, "Ids or names of labels."),
      list("subscription", &OrderFilter::subscriptions, "Ids of subscriptions that made them."),
      field("date_from", &OrderFilter::date_from, "First day of ordering, a day in Japan.")
          .max_length(kOrderDay),
      field("date_to", &OrderFilter::date_to, "Last day of ordering.").max_length(kOrderDay));
  return table;
}

const Fields& Table<OrderBulkDto>::fields() {
  static const Fields table = selection_fields<OrderBulkDto>(
      field("state", &OrderBulkDto::state, "The next one of each, as PATCH /orders/{id} has it."),
      field("desired_delivery", &OrderBulkDto::desired_delivery, "When the customers want them."),
      field("shipments", &OrderBulkDto::shipments, "All parcels of each.").max_items(50),
      field("add_labels", &OrderBulkDto::add_labels, "Each by its id or name.")
          .optional()
          .max_items(50),
      field("remove_labels", &OrderBulkDto::remove_labels, "Each by its id or name.")
          .optional()
          .max_items(50),
      field("memo", &OrderBulkDto::memo, "The desk's own note.").max_length(5000));
  return table;
}

void Table<OrderBulkDto>::check(const OrderBulkDto& value, Reader& reader) {
  check_selection(value, reader);
  const bool something = value.state || value.desired_delivery.given() || value.shipments ||
                         !value.add_labels.empty() || !value.remove_labels.empty() || value.memo;
  if (!something) {
    reader.refuse_member("state", {"Say what to change.", "変更する項目を指定してください。"});
  }
}

const Fields& Table<PaymentBulkDto>::fields() {
  static const Fields table = selection_fields<PaymentBulkDto>(
      field("action", &PaymentBulkDto::action,
            "capture, mark_paid, void, force_void (also where nobody knows how the payment "
            "stands), reauthorize or refund."));
  return table;
}

void Table<PaymentBulkDto>::check(const PaymentBulkDto& value, Reader& reader) {
  check_selection(value, reader);
}

const Fields& Table<OrderNoticeDto>::fields() {
  static const Fields table = selection_fields<OrderNoticeDto>(
      field("template", &OrderNoticeDto::template_id, "Id of the template.")
          .not_empty()
          .max_length(100),
      field("mailbox", &OrderNoticeDto::mailbox, "What it is sent by; default: the first."));
  return table;
}

void Table<OrderNoticeDto>::check(const OrderNoticeDto& value, Reader& reader) {
  check_selection(value, reader);
}

}  // namespace madoguchi::json
