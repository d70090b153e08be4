// SPDX-License-Identifier: Apache-2.0
#include "core/service/message_access.h"

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
  if (!record || !cases.visible(record->value, caller.mailboxes)) return fail(no_such_message());
  return MessageRecord{std::move(*message), std::move(*record)};
}

}  // namespace madoguchi::service
