// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/edit_lock_dto.h"

#include "core/text/utf8.h"

namespace madoguchi::json {

using service::EditLockDto;
using service::EditLockHolderDto;
using service::EditLockWishDto;

const Fields& Table<EditLockHolderDto>::fields() {
  static const Fields table =
      json::fields<EditLockHolderDto>(field("id", &EditLockHolderDto::id, "Id of the agent."),
                                      field("name", &EditLockHolderDto::name, "The agent's name."),
                                      field("since", &EditLockHolderDto::since, "Since when."));
  return table;
}

const Fields& Table<EditLockDto>::fields() {
  static const Fields table = json::fields<EditLockDto>(
      field("holder", &EditLockDto::holder, "Who edits; null: nobody."),
      field("token", &EditLockDto::token,
            "Only for the holder: what goes into Edit-Lock. It grows with each who had the lock.")
          .example("\"7\""),
      field("expires_at", &EditLockDto::expires_at, "When it is free unless it is renewed."),
      field("asked_by", &EditLockDto::asked_by, "Who waits to be handed it over."));
  return table;
}

const Fields& Table<EditLockWishDto>::fields() {
  static const Fields table = json::fields<EditLockWishDto>(
      field("action", &EditLockWishDto::action,
            "acquire takes or renews it; ask wants it handed over; take_over takes it from its "
            "holder, with a reason.")
          .optional(),
      field("reason", &EditLockWishDto::reason, "Why it is taken over.")
          .optional()
          .max_length(500));
  return table;
}

void Table<EditLockWishDto>::check(const EditLockWishDto& value, Reader& reader) {
  const bool takes_over = value.action == service::EditLockWish::take_over;
  if (takes_over && text::one_line(value.reason).empty()) {
    reader.refuse_member("reason", {"Say why you take it over.", "理由を入力してください。"});
  }
  if (!takes_over && !value.reason.empty()) {
    reader.refuse_member("reason", {"Only with take_over.", "take_over のときだけ指定できます。"});
  }
}

}  // namespace madoguchi::json
