// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/delivery_dto.h"

#include "core/service/dto/limits.h"

namespace madoguchi::json {

using service::DeliveryDto;
using service::SuppressionDto;

const Fields& Table<DeliveryDto>::fields() {
  static const Fields table = json::fields<DeliveryDto>(
      field("case_number", &DeliveryDto::case_number, "The case of the message."),
      field("message_id", &DeliveryDto::message_id, "Names it in /messages/{id}."),
      field("address", &DeliveryDto::address, "The recipient.").needs(service::kContact),
      field("state", &DeliveryDto::state, "Where the message to this recipient stands."),
      field("reason", &DeliveryDto::reason,
            "Why it did not arrive: unknown_user, mailbox_full, blocked, too_large, content, "
            "host_unknown, expired, relay_denied, suspended or other; empty: it may have."),
      field("status_code", &DeliveryDto::status_code, "The server's code, such as 5.1.1."),
      field("detail", &DeliveryDto::detail, "The words of the server that answered.")
          .needs(service::kContact),
      field("suppressed", &DeliveryDto::suppressed,
            "The address gets no automatic mail any more: see /suppressions."),
      field("at", &DeliveryDto::at, "Since when."),
      field("subject", &DeliveryDto::subject, "Of the message."));
  return table;
}

const Fields& Table<SuppressionDto>::fields() {
  static const Fields table = json::fields<SuppressionDto>(
      field("address", &SuppressionDto::address, "Gets no automatic mail any more.")
          .needs(service::kContact),
      field("reason", &SuppressionDto::reason, "Why mail to it bounced for good."),
      field("detail", &SuppressionDto::detail, "The words of the server that answered.")
          .needs(service::kContact),
      field("case_number", &SuppressionDto::case_number, "The case of the message."),
      field("message_id", &SuppressionDto::message_id, "The message that bounced."),
      field("at", &SuppressionDto::at, "Since when."));
  return table;
}

}  // namespace madoguchi::json
