// SPDX-License-Identifier: Apache-2.0
#include "core/service/rules.h"

#include <algorithm>

#include "core/service/case_access.h"
#include "core/service/case_conditions.h"
#include "core/service/case_steps.h"
#include "core/service/case_wishes.h"
#include "core/service/rule_engine.h"
#include "core/service/unit_of_work.h"
#include "core/store/columns.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

using View = std::shared_ptr<const DirectoryView>;

Error no_such_rule() {
  return Error::not_found({"There is no such rule.", "そのルールはありません。"});
}

RuleDto judged(RuleDto rule, const DirectoryView& directory) {
  for (FieldError& one : problems_of(rule, directory)) {
    rule.problems.push_back({std::move(one.pointer), std::move(one.message)});
  }
  if (!rule.enabled) {
    rule.state = RuleState::off;
  } else if (!rule.problems.empty()) {
    rule.state = RuleState::broken;
  }
  return rule;
}

Result<void> check_rule(const std::string& name, const RuleContent& rule,
                        const DirectoryView& directory) {
  if (Result<void> clean = refuse_card_numbers(name, "/name"); !clean) return clean;
  std::vector<FieldError> wrong = problems_of(rule, directory);
  const bool listens =
      std::find(rule.events.begin(), rule.events.end(), RuleEvent::tag_added) != rule.events.end();
  if (!rule.added_tags.empty() && !listens) {
    wrong.push_back(
        {"/added_tags",
         {"Only with the event tag_added.", "イベント tag_added のときだけ指定できます。"}});
  }
  if (wrong.empty()) return {};
  return fail(Error::invalid(std::move(wrong)));
}

void announce_rule(const Environment& env, db::Session& session, const domain::Caller& caller,
                   const char* event, const std::string& before, const store::Rule& rule) {
  store::ChangeEntry entry;
  entry.event = event;
  entry.object_type = "rule";
  entry.object_id = rule.id.str();
  entry.fields = {{"name", "", rule.name},
                  {"enabled", "", rule.enabled ? "true" : "false"},
                  {"content", before, rule.content}};
  announce(env, session, caller, std::move(entry));
  Directory& directory = env.directory;
  session.after_commit([&directory] { directory.expire(); });
}

/// Rolls a trial back; never leaves this file.
Error only_a_trial() { return Error::conflict("only-tried", {"Only tried.", "試行のみです。"}); }

}  // namespace

RuleDto rule_dto_of(const store::Rule& rule) {
  RuleDto dto;
  static_cast<RuleContent&>(dto) = store::from_column<RuleContent>(rule.content);
  dto.id = rule.id.str();
  dto.name = rule.name;
  dto.enabled = rule.enabled;
  dto.position = rule.position;
  dto.version = rule.version;
  return dto;
}

OperationErrorDto error_dto_of(const Error& error) {
  const Text& text = error.fields.empty() ? error.message : error.fields.front().message;
  return {error.type, text.en, text.ja};
}

Result<std::vector<RuleDto>> RuleService::list() {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  std::vector<RuleDto> dtos;
  for (const RuleDto& rule : (*directory)->rules()) dtos.push_back(judged(rule, **directory));
  return dtos;
}

Result<RuleDto> RuleService::get(const std::string& id) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return env_.database.read([&](db::Session& session) -> Result<RuleDto> {
    const auto rule = store::Rules(session).by_id(store::RuleId(id));
    if (!rule) return fail(no_such_rule());
    return judged(rule_dto_of(*rule), **directory);
  });
}

Result<RuleDto> RuleService::create(const Context& context, const RuleCreateDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  if (Result<void> good = check_rule(wish.name, wish, **directory); !good) {
    return fail(std::move(good.error()));
  }
  store::Rule rule;
  rule.id = env_.ids.make<store::RuleId>();
  rule.name = text::one_line(wish.name);
  rule.enabled = wish.enabled;
  rule.position = wish.position;
  rule.content = store::to_column(static_cast<const RuleContent&>(wish));
  return command(env_, context, [&](db::Session& session) -> Result<RuleDto> {
    store::Rules rules(session);
    if (rules.all().size() >= kMostRules) {
      return fail(
          Error::conflict("too-many", {"There are 200 rules already.", "ルールは200件までです。"}));
    }
    rules.insert(rule);
    announce_rule(env_, session, context.caller, "rule.created", "", rule);
    return judged(rule_dto_of(rule), **directory);
  });
}

Result<RuleDto> RuleService::patch(const Context& context, const std::string& id,
                                   const RulePatchDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return command(env_, context, [&](db::Session& session) -> Result<RuleDto> {
    store::Rules rules(session);
    std::optional<store::Rule> rule = rules.by_id(store::RuleId(id));
    if (!rule) return fail(no_such_rule());
    if (context.if_match && *context.if_match != rule->version) {
      const RuleDto current = judged(rule_dto_of(*rule), **directory);
      return fail(Error::stale().with_member("current", json::to_string(current)));
    }
    const std::string before = rule->content;
    auto content = store::from_column<RuleContent>(before);
    content.events = wish.events.value_or(content.events);
    content.when = wish.when.value_or(content.when);
    content.added_tags = wish.added_tags.value_or(content.added_tags);
    content.actions = wish.actions.value_or(content.actions);
    content.stop = wish.stop.value_or(content.stop);
    if (wish.name) rule->name = text::one_line(*wish.name);
    rule->enabled = wish.enabled.value_or(rule->enabled);
    rule->position = wish.position.value_or(rule->position);
    rule->content = store::to_column(content);
    if (rule->enabled || rule->content != before) {
      Result<void> good = check_rule(rule->name, content, **directory);
      if (!good) return fail(std::move(good.error()));
    }
    if (!rules.update(*rule)) {
      throw db::Failure(db::FailureKind::serialization, "the rule changed meanwhile");
    }
    announce_rule(env_, session, context.caller, "rule.changed", before, *rule);
    return judged(rule_dto_of(*rule), **directory);
  });
}

Result<void> RuleService::remove(const Context& context, const std::string& id) {
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::Rules rules(session);
    const std::optional<store::Rule> rule = rules.by_id(store::RuleId(id));
    if (!rule) return fail(no_such_rule());
    if ((context.if_match && *context.if_match != rule->version) || !rules.remove(*rule)) {
      return fail(Error::stale().with_member("current", json::to_string(rule_dto_of(*rule))));
    }
    announce_rule(env_, session, context.caller, "rule.deleted", rule->content, *rule);
    return {};
  });
}

Result<RuleRunListing> RuleService::runs(const domain::Caller& caller, const std::string& id,
                                         const std::optional<std::vector<std::string>>& after,
                                         int limit) {
  const std::int64_t before = after && !after->empty() ? number_of_key(after->front()) : 0;
  return env_.database.read([&](db::Session& session) -> Result<RuleRunListing> {
    if (!store::Rules(session).by_id(store::RuleId(id))) return fail(no_such_rule());
    const std::vector<store::RuleRun> runs =
        store::RuleRuns(session).of_rule(store::RuleId(id), before, limit);
    RuleRunListing listing;
    for (const store::RuleRun& run : runs) {
      const std::string number = domain::case_number(run.case_sequence);
      if (!find_case(session, caller, number)) continue;
      RuleRunDto& dto = listing.items.emplace_back();
      dto.case_number = number;
      dto.at = run.at;
      dto.event = run.event;
      dto.state = run.state;
      dto.changes = run.changes;
      if (!run.error.empty()) dto.error = store::from_column<OperationErrorDto>(run.error);
    }
    if (runs.size() == static_cast<std::size_t>(limit)) {
      listing.next = {std::to_string(runs.back().sequence)};
    }
    return listing;
  });
}

Result<std::optional<RuleDryRunCaseDto>> RuleService::try_on(const domain::Caller& caller,
                                                             const RuleContent& rule,
                                                             const std::string& number) {
  using Tried = std::optional<RuleDryRunCaseDto>;
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  Tried tried;
  const Context context{{{}, caller.name}};
  const Result<void> done = env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    tried.reset();
    Result<store::CaseRecord> record = find_case(session, caller, number);
    if (!record || record->value.merged_into) return fail(only_a_trial());
    CaseInView view(session, record->row, **directory, env_.clock.now());
    if (!view.meets(rule.when)) return fail(only_a_trial());
    tried = RuleDryRunCaseDto{number, record->value.subject, {}, std::nullopt};
    const Stepper stepper{env_, session, context, **directory, StepsOf::rule};
    Result<StepsDone> steps = take_steps(stepper, *record, rule.actions);
    if (steps) {
      tried->changes = std::move(steps->fields);
    } else {
      tried->error = error_dto_of(steps.error());
    }
    return fail(only_a_trial());
  });
  if (done.error().type == "only-tried") return tried;
  return fail(done.error());
}

Result<RuleDryRunAnswerDto> RuleService::dry_run(const domain::Caller& caller,
                                                 const RuleDryRunDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  RuleContent rule;
  rule.when = wish.when;
  rule.actions = wish.actions;
  if (wish.rule) {
    Result<RuleDto> known = get(*wish.rule);
    if (!known) return fail(Error::invalid("/rule", known.error().message));
    rule = std::move(*known);
  }
  std::vector<FieldError> wrong = problems_of(rule, **directory);
  if (!wrong.empty()) return fail(Error::invalid(std::move(wrong)));
  if (wish.filter.q) {
    return fail(Error::invalid("/filter/q", {"Not by words: words stand in `when`.",
                                             "検索語は when の words に指定してください。"}));
  }
  Result<store::CaseQuery> query = query_of(wish.filter, caller, **directory, env_.clock.now());
  if (!query) {
    for (FieldError& field : query.error().fields) field.pointer = "/filter" + field.pointer;
    return fail(std::move(query.error()));
  }
  query->limit = static_cast<int>(wish.limit);
  RuleDryRunAnswerDto answer;
  using Numbers = std::vector<std::string>;
  const Result<Numbers> numbers = env_.database.read([&](db::Session& session) -> Result<Numbers> {
    Numbers found;
    const store::CasePage page = store::Cases(session).list(*query, std::nullopt);
    for (const store::CaseRow& row : page.items) {
      found.push_back(domain::case_number(row.sequence()));
    }
    answer.more = page.next.has_value();
    return found;
  });
  if (!numbers) return fail(numbers.error());
  for (const std::string& number : *numbers) {
    Result<std::optional<RuleDryRunCaseDto>> tried = try_on(caller, rule, number);
    if (!tried) return fail(std::move(tried.error()));
    ++answer.looked_at;
    if (*tried) answer.items.push_back(std::move(**tried));
  }
  answer.matched = static_cast<std::int64_t>(answer.items.size());
  return answer;
}

}  // namespace madoguchi::service
