// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/order_return_dto.h"

#include "core/service/dto/limits.h"

namespace madoguchi::json {

using service::OrderReturnDto;
using service::ReturnCreateDto;
using service::ReturnItemDto;
using service::ReturnPatchDto;

namespace {

/// What POST and PATCH take alike.
template <class S, class... More>
Fields return_wish_fields(More&&... more) {
  using Wish = ReturnPatchDto;
  return json::fields<S>(
      field("items", &Wish::items, "What comes back, or goes out again.").max_items(200),
      field("replacement_items", &Wish::replacement_items,
            "What goes out instead; default: the same, for nothing. unit_price: what the customer "
            "pays for it.")
          .max_items(200),
      field("reasons", &Wish::reasons, "Each by its id or name, of /return-reasons.").max_items(20),
      field("reason", &Wish::reason, "Why, in words; needed where there are no reasons.")
          .max_length(500),
      field("note", &Wish::note, "What was agreed.").max_length(5000),
      field("refund", &Wish::refund, "What goes back to the customer.").needs(service::kAmounts),
      std::forward<More>(more)...);
}

}  // namespace

const Fields& Table<ReturnItemDto>::fields() {
  static const Fields table = json::fields<ReturnItemDto>(
      field("sku", &ReturnItemDto::sku, "Code of an item of the order.")
          .not_empty()
          .max_length(100),
      field("quantity", &ReturnItemDto::quantity, "How many; default 1.")
          .optional()
          .range(1, 9999));
  return table;
}

const Fields& Table<OrderReturnDto>::fields() {
  static const Fields table = json::fields<OrderReturnDto>(
      field("id", &OrderReturnDto::id, "Its id."),
      field("order", &OrderReturnDto::order, "Id of the order."),
      field("order_number", &OrderReturnDto::order_number, "Its number."),
      field("kind", &OrderReturnDto::kind,
            "return: goods come back; exchange: others go out for them; reship: they go out "
            "again; refund: only money."),
      field("state", &OrderReturnDto::state, "Where it stands."),
      field("items", &OrderReturnDto::items, "What comes back, or goes out again."),
      field("replacement_items", &OrderReturnDto::replacement_items, "What goes out instead."),
      field("replacement", &OrderReturnDto::replacement,
            "Id of the order it goes out by: made when a reship is approved, when the goods of an "
            "exchange are received."),
      field("reasons", &OrderReturnDto::reasons, "Why, of /return-reasons."),
      field("reason", &OrderReturnDto::reason, "Why, in words."),
      field("note", &OrderReturnDto::note, "What was agreed."),
      field("refund", &OrderReturnDto::refund, "What goes back to the customer.")
          .needs(service::kAmounts),
      field("case", &OrderReturnDto::case_number, "Number of the case it was agreed in."),
      field("created_at", &OrderReturnDto::created_at, "When."),
      field("modified_at", &OrderReturnDto::modified_at, "When it changed last."),
      field("version", &OrderReturnDto::version, "Counts changes; the ETag."),
      field("next_states", &OrderReturnDto::next_states, "What state may become."));
  return table;
}

const Fields& Table<ReturnPatchDto>::fields() {
  static const Fields table = return_wish_fields<ReturnPatchDto>(
      field("state", &ReturnPatchDto::state,
            "The next one, of next_states; completed books the refund."));
  return table;
}

const Fields& Table<ReturnCreateDto>::fields() {
  static const Fields table = return_wish_fields<ReturnCreateDto>(
      field("kind", &ReturnCreateDto::kind, "What happens."),
      field("case", &ReturnCreateDto::case_number, "Number of the case it was agreed in."));
  return table;
}

}  // namespace madoguchi::json
