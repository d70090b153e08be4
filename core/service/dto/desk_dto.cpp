// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/desk_dto.h"

namespace madoguchi::json {

using service::AgentCreateDto;
using service::AgentDto;
using service::AgentPatchDto;
using service::CategoryCreateDto;
using service::CategoryDto;
using service::CategoryPatchDto;
using service::ChangesDto;
using service::EventDto;
using service::FetchStateDto;
using service::MailboxCreateDto;
using service::MailboxDto;
using service::MailboxPatchDto;
using service::MeDto;

const Fields& Table<AgentDto>::fields() {
  static const Fields table = json::fields<AgentDto>(
      field("id", &AgentDto::id, "Names the agent in assign and filters."),
      field("name", &AgentDto::name, "Unique name."),
      field("display_name", &AgentDto::display_name, "What others see."),
      field("role", &AgentDto::role, "What the agent may do."),
      field("mailboxes", &AgentDto::mailboxes, "Names of the mailboxes the agent sees; null: all."),
      field("disabled", &AgentDto::disabled, "A disabled agent's tokens do not work."),
      field("version", &AgentDto::version, "Counts changes; the ETag."),
      field("custom_role", &AgentDto::custom_role,
            "Id of the desk's own role that says what the agent may do; role is then what that is "
            "based on."),
      field("teams", &AgentDto::teams, "Ids of its teams."),
      field("email", &AgentDto::email, "Where copies of replies go; null: nowhere."));
  return table;
}

const Fields& Table<AgentCreateDto>::fields() {
  static const Fields table = json::fields<AgentCreateDto>(
      field("name", &AgentCreateDto::name, "Unique name.").not_empty().max_length(100),
      field("display_name", &AgentCreateDto::display_name, "Default: the name.").max_length(200),
      field("role", &AgentCreateDto::role, "What the agent may do."),
      field("mailboxes", &AgentCreateDto::mailboxes,
            "Names of the mailboxes the agent sees; null: all."),
      field("custom_role", &AgentCreateDto::custom_role,
            "Id of one of the desk's own roles; role must be what that is based on."),
      field("email", &AgentCreateDto::email, "Where copies of replies go.").max_length(254));
  return table;
}

const Fields& Table<AgentPatchDto>::fields() {
  static const Fields table = json::fields<AgentPatchDto>(
      field("display_name", &AgentPatchDto::display_name, "What others see.")
          .not_empty()
          .max_length(200),
      field("role", &AgentPatchDto::role, "What the agent may do."),
      field("mailboxes", &AgentPatchDto::mailboxes,
            "Names of the mailboxes the agent sees; null: all."),
      field("disabled", &AgentPatchDto::disabled, "Whether the agent may act at all."),
      field("custom_role", &AgentPatchDto::custom_role,
            "Id of one of the desk's own roles, which sets role too; null, or another role: none."),
      field("email", &AgentPatchDto::email, "Where copies of replies go; null: nowhere.")
          .max_length(254));
  return table;
}

const Fields& Table<MeDto>::fields() {
  static const Fields table = json::fields<MeDto>(
      field("id", &MeDto::id, "The caller's id."), field("name", &MeDto::name, "Name."),
      field("role", &MeDto::role, "Role."),
      field("permissions", &MeDto::permissions, "Every right the caller has."),
      field("custom_role", &MeDto::custom_role, "Id of the desk's own role, if it is one."),
      field("mailboxes", &MeDto::mailboxes,
            "Names of the mailboxes the caller sees, by himself or by a team; null: all."),
      field("teams", &MeDto::teams, "Ids of the caller's teams."));
  return table;
}

const Fields& Table<FetchStateDto>::fields() {
  static const Fields table = json::fields<FetchStateDto>(
      field("account", &FetchStateDto::account, "Protocol, user and server."),
      field(
          "state", &FetchStateDto::state,
          "starting: not read to its end yet; good; failing: last_error says why, and it is tried "
          "again."),
      field("last_success_at", &FetchStateDto::last_success_at,
            "When nothing was left to be taken."),
      field("lag_seconds", &FetchStateDto::lag_seconds,
            "How long ago that was: a mail that nobody has seen is no older."),
      field("last_error", &FetchStateDto::last_error,
            "What went wrong last, in the server's words."),
      field("last_error_at", &FetchStateDto::last_error_at, "When it did."),
      field("mails", &FetchStateDto::mails, "Mails taken so far."));
  return table;
}

const Fields& Table<MailboxDto>::fields() {
  static const Fields table = json::fields<MailboxDto>(
      field("name", &MailboxDto::name, "Unique name."),
      field("address", &MailboxDto::address, "Mail address."),
      field("category", &MailboxDto::category, "Id of the category of the cases it opens."),
      field("signature", &MailboxDto::signature, "Text under each answer."),
      field("rules", &MailboxDto::rules, "How its mails find their cases."),
      field("outgoing", &MailboxDto::outgoing, "How replies leave it."),
      field("managed_by", &MailboxDto::managed_by,
            "file: read-only here, set in the configuration file."),
      field("version", &MailboxDto::version, "Counts changes; the ETag."),
      field("fetch", &MailboxDto::fetch, "How fetching it goes; null when it is not fetched."));
  return table;
}

const Fields& Table<MailboxCreateDto>::fields() {
  static const Fields table = json::fields<MailboxCreateDto>(
      field("name", &MailboxCreateDto::name, "Unique name: lower-case letters, digits, - and _.")
          .not_empty()
          .max_length(60),
      field("address", &MailboxCreateDto::address, "Mail address."),
      field("category", &MailboxCreateDto::category, "Id of the category of the cases it opens."),
      field("signature", &MailboxCreateDto::signature, "Text under each answer.")
          .optional()
          .max_length(4000),
      field("rules", &MailboxCreateDto::rules, "How its mails find their cases.").optional(),
      field("outgoing", &MailboxCreateDto::outgoing, "How replies leave it.").optional());
  return table;
}

const Fields& Table<MailboxPatchDto>::fields() {
  static const Fields table = json::fields<MailboxPatchDto>(
      field("address", &MailboxPatchDto::address, "Mail address."),
      field("category", &MailboxPatchDto::category,
            "Id of the category of the cases it opens; null: none."),
      field("signature", &MailboxPatchDto::signature, "Text under each answer.").max_length(4000),
      field("rules", &MailboxPatchDto::rules,
            "How its mails find their cases; members left out become the defaults."),
      field("outgoing", &MailboxPatchDto::outgoing,
            "How replies leave it; members left out become the defaults."));
  return table;
}

const Fields& Table<CategoryDto>::fields() {
  static const Fields table = json::fields<CategoryDto>(
      field("id", &CategoryDto::id, "Names it on cases."),
      field("name", &CategoryDto::name, "Unique name."),
      field("detail", &CategoryDto::detail, "What belongs into it and how to handle it."),
      field("position", &CategoryDto::position, "Order in lists."),
      field("archived", &CategoryDto::archived, "Not offered any more; old cases keep it."),
      field("version", &CategoryDto::version, "Counts changes; the ETag."));
  return table;
}

const Fields& Table<CategoryCreateDto>::fields() {
  static const Fields table = json::fields<CategoryCreateDto>(
      field("name", &CategoryCreateDto::name, "Unique name.").not_empty().max_length(100),
      field("detail", &CategoryCreateDto::detail, "What belongs into it.")
          .optional()
          .max_length(4000),
      field("position", &CategoryCreateDto::position, "Order in lists.")
          .optional()
          .range(0, 1'000'000));
  return table;
}

const Fields& Table<CategoryPatchDto>::fields() {
  static const Fields table = json::fields<CategoryPatchDto>(
      field("name", &CategoryPatchDto::name, "Unique name.").not_empty().max_length(100),
      field("detail", &CategoryPatchDto::detail, "What belongs into it.").max_length(4000),
      field("position", &CategoryPatchDto::position, "Order in lists.").range(0, 1'000'000),
      field("archived", &CategoryPatchDto::archived, "Not offered any more."));
  return table;
}

const Fields& Table<EventDto>::fields() {
  static const Fields table = json::fields<EventDto>(
      field("id", &EventDto::id, "Place in the feed; Last-Event-ID resumes after it."),
      field("event", &EventDto::event, "What happened, such as case.taken."),
      field("at", &EventDto::at, "When."),
      field("object_type", &EventDto::object_type, "Kind of thing."),
      field("object_id", &EventDto::object_id, "Which: a case's number, else an id."),
      field("customer", &EventDto::customer, "Number of the customer whose screen shows it."),
      field("actor", &EventDto::actor, "Id of the agent; null: the hub itself."),
      field("actor_name", &EventDto::actor_name, "Who did it."),
      field("fields", &EventDto::fields, "What became different."),
      field("erased", &EventDto::erased,
            "What became different was erased with the person it was about."));
  return table;
}

const Fields& Table<ChangesDto>::fields() {
  static const Fields table =
      json::fields<ChangesDto>(field("items", &ChangesDto::items, "Events in feed order."),
                               field("next", &ChangesDto::next, "Ask with after= this."));
  return table;
}

}  // namespace madoguchi::json
