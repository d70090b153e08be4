// SPDX-License-Identifier: Apache-2.0
#include "core/service/message_access.h"

#include "core/service/case_dto_of.h"
#include "core/store/messages.h"

namespace madoguchi::service {
namespace {

Error no_such_message() {
  return Error::not_found({"There is no such message.", "そのメッセージはありません。"});
}

}  // namespace

Result<MessageRecord> find_message(db::Session& session, const domain::Caller& caller,
                                   const std::string& id) {
  std::optional<domain::Message> message = store::Messages(session).by_id(domain::MessageId(id));
  if (!message) return fail(no_such_message());
  store::Cases cases(session);
  std::optional<store::CaseRecord> record = cases.by_id(message->case_id);
  if (!record || !cases.visible(record->value, caller.scope)) return fail(no_such_message());
  return MessageRecord{std::move(*message), std::move(*record)};
}

Result<void> check_nothing_came(db::Session& session, const domain::Caller& caller,
                                const domain::Case& value, const std::string& after,
                                const domain::MessageId& but) {
  store::Messages messages(session);
  const std::optional<domain::Message> seen = messages.by_id(domain::MessageId(after));
  if (!seen || seen->case_id != value.id) {
    return fail(Error::invalid(
        "/after", {"Not a message of this case.", "このケースのメッセージではありません。"}));
  }
  std::string came;
  for (const domain::Message& message : messages.of_case(value.id, seen->sequence, 200)) {
    if (message.kind == domain::MessageKind::note || message.is_automatic()) continue;
    if (message.is_withdrawn() || message.id == but) continue;
    came += (came.empty() ? "" : ",") +
            json::to_string(message_dto_of(message, value.sequence, caller), caller.hides());
  }
  if (came.empty()) return {};
  return fail(
      Error::conflict("answered-meanwhile",
                      {"Something came or went out since you opened the case. Look at it first.",
                       "開いた後に受信または返信がありました。内容を確認してください。"})
          .with_member("messages", "[" + came + "]"));
}

}  // namespace madoguchi::service
