// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/operation_dto.h"

#include "core/domain/names.h"

namespace madoguchi::json {

using service::CaseBulkAction;
using service::CaseBulkDto;
using service::OperationCountsDto;
using service::OperationDto;
using service::OperationErrorDto;
using service::OperationRowDto;
using service::OperationStartedDto;

const Fields& Table<OperationErrorDto>::fields() {
  static const Fields table = json::fields<OperationErrorDto>(
      field("type", &OperationErrorDto::type, "As in a problem, without urn:madoguchi:problem:."),
      field("message", &OperationErrorDto::message, "Why, in English."),
      field("message_ja", &OperationErrorDto::message_ja, "Why, in Japanese."));
  return table;
}

const Fields& Table<OperationRowDto>::fields() {
  static const Fields table = json::fields<OperationRowDto>(
      field("object", &OperationRowDto::object, "What it is about, such as a case's number."),
      field("state", &OperationRowDto::state, "ready, done, failed or cancelled."),
      field("error", &OperationRowDto::error, "Why it failed."),
      field("changes", &OperationRowDto::changes,
            "Of one that is done: what became different; of a preview, what would."));
  return table;
}

const Fields& Table<OperationCountsDto>::fields() {
  static const Fields table = json::fields<OperationCountsDto>(
      field("ready", &OperationCountsDto::ready, "Not begun."),
      field("done", &OperationCountsDto::done, "Done; of a preview: would be done."),
      field("failed", &OperationCountsDto::failed, "Failed; nothing of them was changed."),
      field("cancelled", &OperationCountsDto::cancelled, "Cancelled before they were begun."));
  return table;
}

const Fields& Table<OperationDto>::fields() {
  static const Fields table = json::fields<OperationDto>(
      field("id", &OperationDto::id, "Ask for it at /operations/{id}."),
      field("kind", &OperationDto::kind, "What it does."),
      field("state", &OperationDto::state, "running, done or cancelled."),
      field("preview", &OperationDto::preview, "Nothing is changed, only tried."),
      field("counts", &OperationDto::counts, "Its rows by their state."),
      field("rows", &OperationDto::rows, "Each object with its own end."),
      field("agent_name", &OperationDto::agent_name, "Who began it."),
      field("created_at", &OperationDto::created_at, "When."),
      field("ended_at", &OperationDto::ended_at, "When it was over."));
  return table;
}

const Fields& Table<OperationStartedDto>::fields() {
  static const Fields table = json::fields<OperationStartedDto>(
      field("operation_id", &OperationStartedDto::operation_id, "Ask for it at /operations/{id}."));
  return table;
}

const Fields& Table<CaseBulkDto>::fields() {
  static const Fields table = json::fields<CaseBulkDto>(
      field("action", &CaseBulkDto::action, "resolve, assign, tag, category or priority."),
      field("ids", &CaseBulkDto::ids, "Case numbers.").min_items(1).max_items(1000),
      field("filter", &CaseBulkDto::filter, "In place of ids: all that it finds now."),
      field("preview", &CaseBulkDto::preview, "Only try.").optional(),
      field("assignee", &CaseBulkDto::assignee, "assign: id of the agent; null releases."),
      field("team", &CaseBulkDto::team, "assign: id of the team; null: none."),
      field("add_tags", &CaseBulkDto::add_tags, "tag: to add.").optional().max_items(50),
      field("remove_tags", &CaseBulkDto::remove_tags, "tag: to take away.")
          .optional()
          .max_items(50),
      field("category", &CaseBulkDto::category, "category: its id; null: none."),
      field("priority", &CaseBulkDto::priority, "priority: how urgent."));
  return table;
}

void Table<CaseBulkDto>::check(const CaseBulkDto& value, Reader& reader) {
  const Text missing{"Missing for this action.", "この操作に必要です。"};
  const Text surplus{"Not for this action.", "この操作では指定できません。"};
  if (value.ids.has_value() == value.filter.has_value()) {
    reader.refuse_member("ids", {"Either ids or a filter.", "ids か filter の一方が必要です。"});
  }
  const auto belongs = [&](const char* name, bool given, CaseBulkAction action) {
    if (given != (value.action == action)) reader.refuse_member(name, given ? surplus : missing);
  };
  belongs("assignee", value.assignee.given() || value.team.given(), CaseBulkAction::assign);
  belongs("add_tags", !value.add_tags.empty() || !value.remove_tags.empty(), CaseBulkAction::tag);
  belongs("category", value.category.given(), CaseBulkAction::category);
  belongs("priority", value.priority.has_value(), CaseBulkAction::priority);
}

}  // namespace madoguchi::json
