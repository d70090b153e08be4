// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/search_dto.h"

namespace madoguchi::json {

using service::SearchCustomerDto;
using service::SearchItemDto;
using service::SnippetPieceDto;

const Fields& Table<SnippetPieceDto>::fields() {
  static const Fields table = json::fields<SnippetPieceDto>(
      field("text", &SnippetPieceDto::text, "As it was written; never markup."),
      field("match", &SnippetPieceDto::match, "Whether it is what was searched for."));
  return table;
}

const Fields& Table<SearchCustomerDto>::fields() {
  static const Fields table = json::fields<SearchCustomerDto>(
      field("number", &SearchCustomerDto::number, "Customer number."),
      field("name", &SearchCustomerDto::name, "Name."),
      field("blacklisted", &SearchCustomerDto::blacklisted, "Whether to be careful."));
  return table;
}

const Fields& Table<SearchItemDto>::fields() {
  static const Fields table = json::fields<SearchItemDto>(
      field("type", &SearchItemDto::type, "case, customer, order or memo."),
      field("id", &SearchItemDto::id, "Id of an order or a memo."),
      field("number", &SearchItemDto::number, "Number of a case, a customer or an order."),
      field("title", &SearchItemDto::title,
            "Subject of a case, name of a customer, who an order goes to, whom a memo is about."),
      field("state", &SearchItemDto::state, "Status of a case, state of an order."),
      field("customer", &SearchItemDto::customer, "Whom it is about; null: nobody registered."),
      field("message", &SearchItemDto::message,
            "Id of the newest message of a case that has all the words; null: they stand on the "
            "case itself."),
      field("at", &SearchItemDto::at,
            "When it came into the hub: the message of a case that was found, else the thing "
            "itself."),
      field("matched_in", &SearchItemDto::matched_in,
            "number: it has exactly that number; name: its subject, or somebody's name; text."),
      field("snippet", &SearchItemDto::snippet,
            "The text around the first match, in pieces; joined they are one line."),
      field("path", &SearchItemDto::path, "Where it is, below /api/v1."));
  return table;
}

}  // namespace madoguchi::json
