// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/case_action_dto.h"

#include <algorithm>

#include "core/service/dto/limits.h"

namespace madoguchi::json {

using service::CaseActionDto;
using service::CaseStep;

namespace {

struct Member {
  const char* name;
  bool given;
  std::vector<CaseStep> of;  ///< the steps that have it
  bool needed;               ///< by each of them
};

std::vector<Member> members_of(const CaseActionDto& value) {
  using enum CaseStep;
  return {{"status", value.status.has_value(), {set_status}, true},
          {"category", value.category.has_value(), {set_category}, true},
          {"priority", value.priority.has_value(), {set_priority}, true},
          {"tags", !value.tags.empty(), {add_tags, remove_tags}, true},
          {"assignee", value.assignee.has_value(), {assign}, false},
          {"team", value.team.has_value(), {assign, assign_in_turn, assign_by_load}, false},
          {"agents", !value.agents.empty(), {assign_in_turn, assign_by_load}, false},
          {"hours", value.hours.has_value(), {pend}, true},
          {"reason", value.reason.has_value(), {pend}, false},
          {"text", value.text.has_value(), {add_note}, true},
          {"template", value.template_id.has_value(), {reply}, true},
          {"draft", value.draft, {reply}, false}};
}

bool is_one_of(const std::vector<CaseStep>& steps, CaseStep step) {
  return std::find(steps.begin(), steps.end(), step) != steps.end();
}

}  // namespace

const Fields& Table<CaseActionDto>::fields() {
  static const Fields table = json::fields<CaseActionDto>(
      field("step", &CaseActionDto::step, "What is done."),
      field("status", &CaseActionDto::status, "set_status: which."),
      field("category", &CaseActionDto::category, "set_category: its id."),
      field("priority", &CaseActionDto::priority, "set_priority: which."),
      field("tags", &CaseActionDto::tags, "add_tags, remove_tags: which.")
          .optional()
          .omitted_when_empty()
          .max_items(50),
      field("assignee", &CaseActionDto::assignee,
            "assign: id of an agent, `none`, or in a macro `me`."),
      field("team", &CaseActionDto::team,
            "assign: id of a team, or `none`; assign_in_turn, assign_by_load: the team whose "
            "members to choose from."),
      field("agents", &CaseActionDto::agents,
            "assign_in_turn, assign_by_load: ids of the agents to choose from, in place of a team. "
            "Who is away or disabled is passed over; when nobody is left the case stays as it is.")
          .optional()
          .omitted_when_empty()
          .max_items(50),
      field("hours", &CaseActionDto::hours, "pend: how long, from when it is done.")
          .range(1, 24 * 365),
      field("reason", &CaseActionDto::reason, "pend: what it waits for.").max_length(500),
      field("text", &CaseActionDto::text, "add_note: the note.")
          .not_empty()
          .max_length(service::kMaxText),
      field("template", &CaseActionDto::template_id, "reply: id of the template; only in a macro."),
      field("draft", &CaseActionDto::draft,
            "reply: kept as the caller's draft in place of being sent.")
          .optional());
  return table;
}

void Table<CaseActionDto>::check(const CaseActionDto& value, Reader& reader) {
  for (const Member& member : members_of(value)) {
    const bool mine = is_one_of(member.of, value.step);
    if (member.given && !mine) {
      reader.refuse_member(
          member.name, {"The step " + std::string(enum_name(value.step)) + " does not have this.",
                        std::string(enum_name(value.step)) + " では使えません。"});
    } else if (mine && member.needed && !member.given) {
      reader.refuse_member(member.name,
                           {"The step " + std::string(enum_name(value.step)) + " needs this.",
                            std::string(enum_name(value.step)) + " では必須です。"});
    }
  }
  const bool chooses =
      value.step == CaseStep::assign_in_turn || value.step == CaseStep::assign_by_load;
  if (chooses && value.agents.empty() == !value.team) {
    reader.refuse_member("agents",
                         {"Either agents or a team.", "agents か team の一方が必要です。"});
  }
  if (value.step == CaseStep::assign && !value.assignee && !value.team) {
    reader.refuse_member(
        "assignee", {"Say whom: assignee, team or both.", "assignee か team を指定してください。"});
  }
}

}  // namespace madoguchi::json
