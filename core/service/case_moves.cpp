// SPDX-License-Identifier: Apache-2.0
#include "core/service/case_moves.h"

#include <algorithm>

#include "core/base/email_address.h"
#include "core/service/case_access.h"
#include "core/service/case_dto_of.h"
#include "core/service/message_access.h"
#include "core/service/threading.h"
#include "core/service/unit_of_work.h"
#include "core/store/case_moves.h"
#include "core/store/customers.h"
#include "core/store/messages.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

using View = std::shared_ptr<const DirectoryView>;
using Ids = std::vector<domain::MessageId>;

/// One change of two cases in one transaction, seen by one caller.
struct Desk {
  const Environment& env;
  db::Session& session;
  const Context& context;
  const DirectoryView& directory;

  Result<domain::Case> find(const std::string& number) const {
    Result<store::CaseRecord> record = find_case(session, context.caller, number);
    if (!record) return fail(std::move(record.error()));
    return std::move(record->value);
  }
  void save(domain::Case& value, const domain::Change& change) const {
    save_case(env, session, context.caller, value, change);
  }
  Result<CaseDto> dto(const std::string& number) const {
    Result<store::CaseRecord> record = find_case(session, context.caller, number);
    if (!record) return fail(std::move(record.error()));
    return full_case_dto(env, session, *record, directory, context.caller);
  }
};

Error into_itself() {
  return Error::invalid(
      "/into", {"A case cannot go into itself.", "同じケースに統合することはできません。"});
}

/// The case's mailbox is the first in configuration order of those its mails came by; without
/// mails, `otherwise`.
void choose_mailbox(const Desk& desk, domain::Case& value,
                    const std::optional<domain::MailboxId>& otherwise) {
  std::vector<store::IntakeRecipient> recipients;
  for (const store::Placement& one : store::Cases(desk.session).placements(value.id))
    recipients.push_back({one.mailbox, one.recipient});
  const domain::Mailbox* first = answering_mailbox(recipients, desk.directory);
  value.mailbox = first != nullptr ? std::optional(first->id) : otherwise;
}

domain::FieldChange gone(const domain::MessageId& id, const domain::Case& from,
                         const domain::Case& to) {
  return {"message " + id.str(), from.number(), to.number()};
}

void note_shift(domain::Change& change, const Ids& ids, const domain::Case& from,
                const domain::Case& to) {
  for (const domain::MessageId& id : ids) change.fields.push_back(gone(id, from, to));
}

/// Puts `ids` from one case into the other, and writes both and the record of it. Whose last
/// message went is merged into where it went.
void shift(const Desk& desk, domain::CaseMoveKind kind, domain::Case& source, domain::Case& target,
           const Ids& ids) {
  store::CaseMoves moves(desk.session);
  domain::CaseMove move;
  move.source = source.sequence;
  move.target = target.sequence;
  move.at = desk.env.clock.now();
  move.before = {source.status,
                 source.pending_until,
                 source.mailbox,
                 target.status,
                 target.status,
                 target.mailbox,
                 {}};
  move.messages = moves.shift(ids, source.id, target.id);
  const bool emptied = moves.messages_of(source.id).empty();
  move.kind = emptied ? domain::CaseMoveKind::merge : kind;

  const std::size_t numbers = target.order_numbers.size();
  domain::Change taken{"case.message_moved", {}};
  domain::Change given{"case.message_moved", {}};
  if (emptied) {
    taken = domain::take_in(target, source);
    given = domain::merge_into(source, target);
  } else if (kind == domain::CaseMoveKind::split) {
    taken.event = "case.split_off";
    given.event = "case.split";
  }
  note_shift(taken, move.messages, source, target);
  note_shift(given, move.messages, source, target);
  move.before.target_status_after = target.status;
  move.before.order_numbers.assign(
      target.order_numbers.begin() + static_cast<std::ptrdiff_t>(numbers),
      target.order_numbers.end());
  choose_mailbox(desk, source, source.mailbox);
  choose_mailbox(desk, target, target.mailbox);
  desk.save(source, given);
  desk.save(target, taken);
  moves.insert(move);
}

/// A case for messages that leave another one, linked to it.
Result<domain::Case> open_beside(const Desk& desk, const domain::Case& source, const Ids& ids,
                                 const std::optional<std::string>& subject) {
  domain::Case value;
  value.id = desk.env.ids.make<domain::CaseId>();
  value.channel = source.channel;
  value.category = source.category;
  value.requester = source.requester;
  value.customer = source.customer;
  value.mailbox = source.mailbox;
  value.linked_to = source.sequence;
  value.subject = source.subject;
  value.created_at = desk.env.clock.now();
  value.modified_at = value.created_at;
  store::Messages messages(desk.session);
  bool first = true;
  for (const domain::MessageId& id : ids) {
    const std::optional<domain::Message> message = messages.by_id(id);
    if (!message || message->kind != domain::MessageKind::inbound) continue;
    value.last_inbound_at = std::max(value.last_inbound_at, message->received_at);
    if (!first) continue;
    first = false;
    if (!message->subject.empty()) value.subject = message->subject;
    // A form's mail comes from the form: its requester is the one that the case has.
    const auto form = [](const std::string& notice) { return notice.rfind("form:", 0) == 0; };
    if (std::any_of(message->notices.begin(), message->notices.end(), form)) continue;
    if (message->from.address.empty() || message->from.address == source.requester.address)
      continue;
    value.requester = {message->from.name, "", message->from.address, ""};
    const Result<EmailAddress> address = EmailAddress::parse(message->from.address);
    value.customer = address ? store::Customers(desk.session).id_by_address(address->key())
                             : std::optional<domain::CustomerId>();
  }
  if (subject) value.subject = text::one_line(*subject);
  insert_case(desk.env, desk.session, value);
  store::ChangeEntry entry;
  entry.event = "case.created";
  entry.first = true;
  entry.object_type = "case";
  entry.object_id = value.number();
  entry.case_id = value.id;
  entry.customer_id = value.customer;
  entry.mailboxes = sight_of(desk.session, value);
  entry.fields = {{"subject", "", value.subject}, {"linked_to", "", source.number()}};
  announce(desk.env, desk.session, desk.context.caller, std::move(entry));
  return value;
}

/// A merged case has nothing left to give.
Result<void> check_alive(domain::Case value) {
  if (!value.merged_into) return {};
  return fail(std::move(domain::reopen(value).error()));
}

Result<void> check_match(const Context& context, std::int64_t version, const std::string& current) {
  if (!context.if_match || *context.if_match == version) return {};
  return fail(Error::stale().with_member("current", current));
}

Error nothing_to_undo() {
  return Error::conflict("nothing-to-undo", {"Nothing was moved that could be taken back.",
                                             "取り消せる移動・統合・分割はありません。"});
}

/// Removes what the merge gave, as far as it is as it left it.
void give_back(domain::Case& target, const domain::BeforeMove& before, domain::Change& change) {
  for (const std::string& number : before.order_numbers) {
    const auto found = std::find(target.order_numbers.begin(), target.order_numbers.end(), number);
    if (found == target.order_numbers.end()) continue;
    target.order_numbers.erase(found);
    change.fields.push_back({"order_numbers", number, ""});
  }
  if (target.status == before.target_status_after && before.target_status != target.status) {
    change.set("status", target.status, before.target_status,
               [](domain::CaseStatus status) { return std::string(enum_name(status)); });
  }
}

Result<void> take_back(const Desk& desk, const domain::CaseMove& move) {
  Result<domain::Case> source = desk.find(domain::case_number(move.source));
  if (!source) return fail(std::move(source.error()));
  Result<domain::Case> put = desk.find(domain::case_number(move.target));
  if (!put) return fail(std::move(put.error()));
  // A target that was merged on has them where it went.
  domain::Case target = follow_merges(desk.session, std::move(*put));
  store::CaseMoves moves(desk.session);
  const Ids back = moves.shift(move.messages, target.id, source->id);
  domain::Change given{"case.move_undone", {}};
  domain::Change taken{"case.move_undone", {}};
  if (move.kind == domain::CaseMoveKind::merge) {
    taken = domain::part_from(*source, move.before);
    given.event = taken.event;
    give_back(target, move.before, given);
  } else if (move.kind == domain::CaseMoveKind::split) {
    given.event = taken.event = "case.split_undone";
  }
  note_shift(taken, back, target, *source);
  note_shift(given, back, target, *source);
  choose_mailbox(desk, *source, move.before.source_mailbox);
  choose_mailbox(desk, target, move.before.target_mailbox);
  // A case that was opened for the messages has nothing without them.
  const bool made_for_them = move.kind == domain::CaseMoveKind::split;
  if (made_for_them && !target.merged_into && moves.messages_of(target.id).empty()) {
    const domain::Change closed = domain::merge_into(target, *source);
    given.fields.insert(given.fields.end(), closed.fields.begin(), closed.fields.end());
  }
  desk.save(*source, taken);
  desk.save(target, given);
  moves.set_undone(move, desk.env.clock.now());
  return {};
}

template <class Work>
Result<CaseDto> at_desk(const Environment& env, const Context& context, Work&& work) {
  const Result<View> directory = env.directory.view();
  if (!directory) return fail(directory.error());
  return command(env, context, [&](db::Session& session) -> Result<CaseDto> {
    return work(Desk{env, session, context, **directory});
  });
}

/// The case by that number, at the version the caller means.
Result<domain::Case> meant(const Desk& desk, const std::string& number) {
  Result<store::CaseRecord> record = find_case(desk.session, desk.context.caller, number);
  if (!record) return fail(std::move(record.error()));
  Result<void> same = check_version(desk.context, *record, desk.directory);
  if (!same) return fail(std::move(same.error()));
  return std::move(record->value);
}

Result<Ids> messages_to_split(const Desk& desk, const domain::Case& source, const SplitDto& wish) {
  const Ids there = store::CaseMoves(desk.session).messages_of(source.id);
  Ids ids;
  // In the order of the case, each once.
  for (const domain::MessageId& id : there) {
    if (std::find(wish.messages.begin(), wish.messages.end(), id.str()) != wish.messages.end())
      ids.push_back(id);
  }
  for (std::size_t i = 0; i < wish.messages.size(); ++i) {
    if (std::find(ids.begin(), ids.end(), domain::MessageId(wish.messages[i])) == ids.end()) {
      return fail(Error::invalid(
          "/messages/" + std::to_string(i),
          {"Not a message of this case.", "このケースのメッセージではありません。"}));
    }
  }
  if (ids.size() == there.size()) {
    return fail(Error::invalid("/messages", {"Something must stay in the case.",
                                             "少なくとも 1 件は元のケースに残してください。"}));
  }
  return ids;
}

}  // namespace

Result<CaseDto> CaseMoveService::merge(const Context& context, const std::string& number,
                                       const MergeDto& wish) {
  return at_desk(env_, context, [&](const Desk& desk) -> Result<CaseDto> {
    Result<domain::Case> source = meant(desk, number);
    if (!source) return fail(std::move(source.error()));
    if (Result<void> alive = check_alive(*source); !alive) return fail(std::move(alive.error()));
    Result<domain::Case> wanted = desk.find(wish.into);
    if (!wanted) {
      return fail(Error::invalid("/into", {"There is no such case.", "そのケースはありません。"}));
    }
    domain::Case target = follow_merges(desk.session, std::move(*wanted));
    if (target.id == source->id) return fail(into_itself());
    shift(desk, domain::CaseMoveKind::merge, *source, target,
          store::CaseMoves(desk.session).messages_of(source->id));
    return desk.dto(number);
  });
}

Result<CaseDto> CaseMoveService::split(const Context& context, const std::string& number,
                                       const SplitDto& wish) {
  if (wish.subject) {
    if (Result<void> clean = refuse_card_numbers(*wish.subject, "/subject"); !clean)
      return fail(std::move(clean.error()));
  }
  return at_desk(env_, context, [&](const Desk& desk) -> Result<CaseDto> {
    Result<domain::Case> source = meant(desk, number);
    if (!source) return fail(std::move(source.error()));
    if (Result<void> alive = check_alive(*source); !alive) return fail(std::move(alive.error()));
    const Result<Ids> ids = messages_to_split(desk, *source, wish);
    if (!ids) return fail(ids.error());
    Result<domain::Case> target = open_beside(desk, *source, *ids, wish.subject);
    if (!target) return fail(std::move(target.error()));
    shift(desk, domain::CaseMoveKind::split, *source, *target, *ids);
    return desk.dto(target->number());
  });
}

Result<CaseDto> CaseMoveService::move(const Context& context, const std::string& message,
                                      const MoveDto& wish) {
  return at_desk(env_, context, [&](const Desk& desk) -> Result<CaseDto> {
    Result<MessageRecord> found = find_message(desk.session, context.caller, message);
    if (!found) return fail(std::move(found.error()));
    domain::Case& source = found->record.value;
    Result<void> same =
        check_match(context, found->message.version,
                    json::to_string(message_dto_of(found->message, source.sequence, context.caller),
                                    context.caller.hides()));
    if (!same) return fail(std::move(same.error()));
    const Ids ids = {found->message.id};
    if (!wish.to_case) {
      if (store::CaseMoves(desk.session).messages_of(source.id).size() == 1) {
        return fail(
            Error::conflict("alone-already", {"The message is alone in its case already.",
                                              "このケースにはこのメッセージしかありません。"}));
      }
      Result<domain::Case> target = open_beside(desk, source, ids, std::nullopt);
      if (!target) return fail(std::move(target.error()));
      shift(desk, domain::CaseMoveKind::split, source, *target, ids);
      return desk.dto(target->number());
    }
    Result<domain::Case> wanted = desk.find(*wish.to_case);
    if (!wanted) {
      return fail(Error::invalid("/case", {"There is no such case.", "そのケースはありません。"}));
    }
    domain::Case target = follow_merges(desk.session, std::move(*wanted));
    if (target.id == source.id) return desk.dto(source.number());
    shift(desk, domain::CaseMoveKind::move, source, target, ids);
    return desk.dto(target.number());
  });
}

Result<CaseDto> CaseMoveService::undo(const Context& context, const std::string& number) {
  return at_desk(env_, context, [&](const Desk& desk) -> Result<CaseDto> {
    Result<domain::Case> value = meant(desk, number);
    if (!value) return fail(std::move(value.error()));
    const std::optional<domain::CaseMove> last =
        store::CaseMoves(desk.session).last_of(value->sequence);
    if (!last) return fail(nothing_to_undo());
    if (Result<void> back = take_back(desk, *last); !back) return fail(std::move(back.error()));
    return desk.dto(number);
  });
}

}  // namespace madoguchi::service
