// SPDX-License-Identifier: Apache-2.0
#include "core/service/case_entries.h"

#include "core/service/delivery_reports.h"
#include "core/service/found_by.h"
#include "core/service/message_wishes.h"
#include "core/service/sending.h"
#include "core/store/messages.h"

namespace madoguchi::service {

Result<NewEntry> add_entry(const Environment& env, db::Session& session,
                           const domain::Caller& caller, domain::Case& value,
                           const MessageCreateDto& wish, const DirectoryView& directory) {
  Result<domain::Message> made = entry_of(env, session, caller, value, wish, directory);
  if (!made) return fail(std::move(made.error()));
  domain::Message message = std::move(*made);
  note_suppressed(session, message);
  store::Messages messages(session);
  messages.insert(message);
  messages.index(message.sequence, found_by(message));
  domain::Change change{"case.noted", {}};
  if (message.kind == domain::MessageKind::reply) {
    change = set_out(env, session, value, message);
  } else if (message.kind == domain::MessageKind::inbound) {
    change = domain::on_inbound(value, env.clock.now(), true);
  } else if (message.kind == domain::MessageKind::call) {
    change.event = "case.called";
  }
  change.fields.push_back({"message", "", message.id.str()});
  return NewEntry{std::move(message), std::move(change)};
}

}  // namespace madoguchi::service
