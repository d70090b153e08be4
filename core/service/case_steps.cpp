// SPDX-License-Identifier: Apache-2.0
#include "core/service/case_steps.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "core/service/case_entries.h"
#include "core/service/case_wishes.h"
#include "core/service/edit_locks.h"
#include "core/service/scheme.h"
#include "core/service/template_variables.h"
#include "core/service/unit_of_work.h"
#include "core/store/columns.h"
#include "core/store/drafts.h"
#include "core/store/templates.h"

namespace madoguchi::service {
namespace {

constexpr std::string_view kNobody = "none";
constexpr std::string_view kCaller = "me";

Error at_step(Error error, std::size_t index) {
  for (FieldError& field : error.fields) {
    field.pointer = "/actions/" + std::to_string(index) + field.pointer;
  }
  return error;
}

std::optional<Text> wrong_member(const std::string& id, const DirectoryView& directory) {
  if (directory.agent(id) != nullptr) return std::nullopt;
  return Text{"There is no such agent. GET /agents lists them.",
              "その担当者はいません。GET /agents で確認できます。"};
}

TurnTakers takers_of(const CaseActionDto& step, const DirectoryView& directory) {
  TurnTakers takers;
  if (step.team) {
    takers.name = "team " + *step.team;
    const domain::Team* team = directory.team(*step.team);
    if (team == nullptr || team->archived) return takers;
    for (const domain::AgentId& one : team->members) takers.agents.push_back(one.str());
    return takers;
  }
  takers.agents = step.agents;
  for (const std::string& id : step.agents) {
    takers.name += (takers.name.empty() ? "" : " ") + id;
  }
  return takers;
}

void check_category(const CaseActionDto& step, const DirectoryView& directory,
                    const std::string& pointer, std::vector<FieldError>& wrong) {
  if (!step.category) return;
  const domain::Category* category = directory.category(*step.category);
  if (category == nullptr) {
    wrong.push_back({pointer + "/category",
                     {"There is no such category. GET /categories lists them.",
                      "その区分はありません。GET /categories で確認できます。"}});
  } else if (category->archived) {
    wrong.push_back({pointer + "/category",
                     {"This category is archived: " + category->name,
                      "この区分はアーカイブされています: " + category->name}});
  }
}

void check_people(const CaseActionDto& step, StepsOf of, const DirectoryView& directory,
                  const std::string& pointer, std::vector<FieldError>& wrong) {
  for (std::size_t i = 0; i < step.agents.size(); ++i) {
    std::optional<Text> why = wrong_member(step.agents[i], directory);
    const auto first = step.agents.begin() + static_cast<std::ptrdiff_t>(i);
    if (!why && std::find(step.agents.begin(), first, *first) != first) {
      why = Text{"This agent is in the list already.", "この担当者はすでに一覧にあります。"};
    }
    if (why) wrong.push_back({pointer + "/agents/" + std::to_string(i), *why});
  }
  if (step.assignee && *step.assignee != kNobody) {
    const bool me = *step.assignee == kCaller;
    const domain::Agent* agent = directory.agent(*step.assignee);
    if (me && of == StepsOf::rule) {
      wrong.push_back({pointer + "/assignee",
                       {"A rule has no caller. Name an agent.",
                        "ルールでは me を使えません。担当者を指定してください。"}});
    } else if (!me && (agent == nullptr || agent->disabled)) {
      wrong.push_back({pointer + "/assignee",
                       {"There is no such agent, or it is disabled.",
                        "その担当者はいないか、無効になっています。"}});
    }
  }
  if (step.team && *step.team != kNobody) {
    AssignDto wish;
    wish.team = *step.team;
    const Result<Assignment> wanted = assignment_of({}, wish, directory);
    if (!wanted) wrong.push_back({pointer + "/team", wanted.error().fields.front().message});
  }
}

void check_texts(const CaseActionDto& step, const std::string& pointer,
                 std::vector<FieldError>& wrong) {
  const auto look = [&](const std::string& text, const std::string& member) {
    const Result<void> clean = refuse_card_numbers(text, pointer + member);
    if (!clean) wrong.push_back(clean.error().fields.front());
  };
  look(step.text.value_or(""), "/text");
  look(step.reason.value_or(""), "/reason");
  for (std::size_t i = 0; i < step.tags.size(); ++i) {
    look(step.tags[i], "/tags/" + std::to_string(i));
  }
}

/// One run over the steps of one case.
class Steps {
 public:
  Steps(const Stepper& stepper, store::CaseRecord& record)
      : by_(stepper), record_(record), value_(record.value) {}

  Result<StepsDone> take(const std::vector<CaseActionDto>& steps) {
    const domain::CaseStatus before = value_.status;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      Result<void> taken = take(steps[i]);
      if (!taken) return fail(at_step(std::move(taken.error()), i));
    }
    if (moved_by_hand_) {
      Result<void> allowed =
          check_move(by_.session, by_.context.caller, by_.directory, before, value_);
      if (!allowed) return fail(std::move(allowed.error()));
    }
    if (Result<void> free = take_lock(); !free) return fail(std::move(free.error()));
    return std::move(done_);
  }

 private:
  Result<void> take(const CaseActionDto& step) {
    switch (step.step) {
      case CaseStep::assign:
        return assign(step);
      case CaseStep::assign_in_turn:
        return assign_next(step, false);
      case CaseStep::assign_by_load:
        return assign_next(step, true);
      case CaseStep::add_note:
        return note(step);
      case CaseStep::reply:
        return reply(step);
      default:
        return edit(step);
    }
  }

  Result<void> edit(const CaseActionDto& step) {
    CasePatchDto patch;
    patch.status = step.status;
    if (step.category) patch.category = *step.category;
    patch.priority = step.priority;
    if (step.step == CaseStep::add_tags || step.step == CaseStep::remove_tags) {
      patch.tags = retagged(step);
    }
    if (step.hours) {
      patch.pending_until = by_.env.clock.now() + std::chrono::hours(*step.hours);
      patch.pending_reason = step.reason.value_or("");
    }
    moved_by_hand_ = moved_by_hand_ || step.status || step.hours;
    const Result<domain::CaseEdit> wish = edit_of(by_.session, patch, by_.directory);
    if (!wish) return fail(wish.error());
    return keep(domain::edit(value_, *wish));
  }

  std::vector<std::string> retagged(const CaseActionDto& step) const {
    std::vector<std::string> tags = value_.tags;
    for (const std::string& tag : step.tags) {
      const auto there = std::find(tags.begin(), tags.end(), tag);
      if (step.step == CaseStep::remove_tags && there != tags.end()) tags.erase(there);
      if (step.step == CaseStep::add_tags && there == tags.end()) tags.push_back(tag);
    }
    return tags;
  }

  Result<void> assign(const CaseActionDto& step) {
    AssignDto wish;
    if (step.assignee == kNobody) {
      wish.assignee = std::nullopt;
    } else if (step.assignee) {
      wish.assignee = *step.assignee == kCaller ? by_.context.caller.agent.str() : *step.assignee;
    }
    if (step.team == kNobody) {
      wish.team = std::nullopt;
    } else if (step.team) {
      wish.team = *step.team;
    }
    if (Result<void> may = check_right(step.assignee == kCaller && !step.team); !may) return may;
    const Result<Assignment> wanted = assignment_of(value_, wish, by_.directory);
    if (!wanted) return fail(wanted.error());
    return keep(domain::assign(value_, wanted->agent, wanted->team));
  }

  /// Who is responsible already stays so: nobody loses a case to a rule.
  Result<void> assign_next(const CaseActionDto& step, bool by_load) {
    if (value_.assignee) return {};
    if (Result<void> may = check_right(false); !may) return may;
    const TurnTakers takers = takers_of(step, by_.directory);
    domain::Case given = value_;
    if (step.team) given.team = domain::TeamId(*step.team);
    std::optional<domain::AgentId> agent =
        next_agent(by_.session, given, takers, by_load, by_.directory);
    if (!agent) return {};
    return keep(domain::assign(value_, std::move(agent), given.team));
  }

  Result<void> check_right(bool to_caller) const {
    if (by_.of == StepsOf::rule) return {};
    if (by_.context.caller.may(domain::Permission::cases_assign)) return {};
    if (to_caller && !value_.assignee) return {};
    return fail(
        Error::forbidden({"Your role does not allow this.", "この操作を行う権限がありません。"}));
  }

  Result<void> note(const CaseActionDto& step) {
    MessageCreateDto wish;
    wish.kind = EntryKind::note;
    wish.text = *step.text;
    done_.noted = true;
    return keep(wish);
  }

  Result<void> reply(const CaseActionDto& step) {
    const auto value = store::Templates(by_.session).by_id(domain::TemplateId(*step.template_id));
    if (!value) {
      return fail(Error::invalid("/template", {"There is no such template any more.",
                                               "そのテンプレートはもうありません。"}));
    }
    Result<RenderedDto> text = rendered(
        *value, variables_of(by_.env, by_.session, record_, by_.directory, by_.context.caller));
    if (!text) return fail(Error::invalid("/template", text.error().message));
    if (step.draft) return draft(*text);
    if (!text->missing.empty()) {
      const std::string names = fmt::format("{}", fmt::join(text->missing, ", "));
      return fail(Error::invalid("/template", {"It shows what this case does not have: " + names,
                                               "このケースに値のない変数があります: " + names}));
    }
    MessageCreateDto wish;
    wish.kind = EntryKind::reply;
    wish.text = text->text;
    wish.html = text->html;
    if (!text->subject.empty()) wish.subject = text->subject;
    done_.replied = true;
    return keep(wish);
  }

  Result<void> draft(const RenderedDto& text) {
    DraftSaveDto content;
    content.kind = EntryKind::reply;
    content.text = text.text;
    content.html = text.html;
    if (!text.subject.empty()) content.subject = text.subject;
    store::Drafts drafts(by_.session);
    const store::Draft made{by_.env.ids.make<store::DraftId>(), value_.id, by_.context.caller.agent,
                            store::to_column(content),          1,         by_.env.clock.now()};
    if (drafts.find(value_.id, made.agent) || !drafts.insert(made)) {
      return fail(Error::conflict("draft-exists",
                                  {"You have begun a reply here already. Send or discard it first.",
                                   "書きかけの返信があります。送信または破棄してください。"}));
    }
    return {};
  }

  Result<void> keep(const MessageCreateDto& wish) {
    if (value_.merged_into) return fail(domain::reopen(value_).error());
    Result<NewEntry> entry =
        add_entry(by_.env, by_.session, by_.context.caller, value_, wish, by_.directory);
    if (!entry) return fail(std::move(entry.error()));
    return keep(std::move(entry->change));
  }

  Result<void> keep(Result<domain::Change> change) {
    if (!change) return fail(std::move(change.error()));
    for (domain::FieldChange& one : change->fields) {
      const auto known =
          std::find_if(done_.fields.begin(), done_.fields.end(),
                       [&](const domain::FieldChange& old) { return old.field == one.field; });
      if (known == done_.fields.end() || one.field == "message") {
        done_.fields.push_back(std::move(one));
      } else {
        known->to = std::move(one.to);
      }
    }
    return {};
  }

  /// A category stands on the customer's screen for editing.
  Result<void> take_lock() {
    const bool covered =
        std::any_of(done_.fields.begin(), done_.fields.end(),
                    [](const domain::FieldChange& one) { return one.field == "category"; });
    if (!covered || !value_.customer || by_.of == StepsOf::rule) return {};
    return take_for_change(by_.env, by_.session, by_.context, {*value_.customer});
  }

  const Stepper& by_;
  store::CaseRecord& record_;
  domain::Case& value_;
  bool moved_by_hand_ = false;
  StepsDone done_;
};

}  // namespace

void check_steps(const std::vector<CaseActionDto>& steps, StepsOf of,
                 const DirectoryView& directory, const std::vector<domain::Template>& templates,
                 const std::string& pointer, std::vector<FieldError>& wrong) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const CaseActionDto& step = steps[i];
    const std::string at = pointer + "/" + std::to_string(i);
    check_category(step, directory, at, wrong);
    check_people(step, of, directory, at, wrong);
    check_texts(step, at, wrong);
    if (step.step != CaseStep::reply) continue;
    if (of == StepsOf::rule) {
      wrong.push_back(
          {at + "/step",
           {"A rule sends no mails. A mailbox's auto_reply does.",
            "ルールからはメールを送信できません。メールボックスの自動返信を使ってください"
            "。"}});
      continue;
    }
    const bool there =
        std::any_of(templates.begin(), templates.end(),
                    [&](const domain::Template& one) { return one.id.str() == *step.template_id; });
    if (!there) {
      wrong.push_back({at + "/template",
                       {"There is no such template. GET /templates lists them.",
                        "そのテンプレートはありません。GET /templates で確認できます。"}});
    }
  }
}

Result<StepsDone> take_steps(const Stepper& stepper, store::CaseRecord& record,
                             const std::vector<CaseActionDto>& steps) {
  return Steps(stepper, record).take(steps);
}

}  // namespace madoguchi::service
