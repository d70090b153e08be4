// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/move_dto.h"

#include "core/service/dto/limits.h"

namespace madoguchi::json {

using service::MergeDto;
using service::MoveDto;
using service::SplitDto;

const Fields& Table<MergeDto>::fields() {
  static const Fields table = json::fields<MergeDto>(
      field("into", &MergeDto::into, "Number of the case that takes everything.").not_empty());
  return table;
}

const Fields& Table<SplitDto>::fields() {
  static const Fields table = json::fields<SplitDto>(
      field("messages", &SplitDto::messages, "Ids of the messages that go into a new case.")
          .min_items(1)
          .max_items(500),
      field("subject", &SplitDto::subject, "Of the new case; default: that of its first message.")
          .not_empty()
          .max_length(service::kMaxSubject));
  return table;
}

const Fields& Table<MoveDto>::fields() {
  static const Fields table = json::fields<MoveDto>(
      field("case", &MoveDto::to_case, "Number of the case that takes the message."),
      field("new_case", &MoveDto::new_case, "true: a new case takes it."));
  return table;
}

void Table<MoveDto>::check(const MoveDto& value, Reader& reader) {
  if (value.to_case.has_value() == value.new_case.value_or(false)) {
    reader.refuse_member("case", {"Send either case or new_case: true.",
                                  "case と new_case: true のどちらか一方を送ってください。"});
  }
}

}  // namespace madoguchi::json
