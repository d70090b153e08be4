// SPDX-License-Identifier: Apache-2.0
#include "core/service/rule_job.h"

#include <fmt/format.h>

#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "core/store/columns.h"

namespace madoguchi::json {

using service::RuleJob;

const Fields& Table<RuleJob>::fields() {
  static const Fields table = json::fields<RuleJob>(
      field("case_id", &RuleJob::case_id, ""), field("events", &RuleJob::events, ""),
      field("added_tags", &RuleJob::added_tags, ""), field("message", &RuleJob::message, ""),
      field("hours", &RuleJob::hours, "").optional());
  return table;
}

}  // namespace madoguchi::json

namespace madoguchi::service {
namespace {

std::vector<std::string> tags_in(const std::string& list) {
  std::vector<std::string> items;
  for (std::size_t begin = 0; begin < list.size();) {
    const std::size_t end = std::min(list.find(", ", begin), list.size());
    items.push_back(list.substr(begin, end - begin));
    begin = end + 2;
  }
  return items;
}

bool listens(const RuleDto& rule, RuleEvent event) {
  return rule.enabled &&
         std::find(rule.events.begin(), rule.events.end(), event) != rule.events.end();
}

/// For when the case has waited; an answer in between makes the condition false.
void put_waiting_jobs(const Environment& env, db::Session& session, const domain::Case& value,
                      const std::vector<RuleDto>& rules) {
  std::set<std::int64_t> all_hours;
  for (const RuleDto& rule : rules) {
    if (listens(rule, RuleEvent::waiting)) all_hours.insert(rule.when.waiting_hours.value_or(0));
  }
  for (const std::int64_t hours : all_hours) {
    if (hours == 0) continue;
    RuleJob told;
    told.case_id = value.id.str();
    told.events = {RuleEvent::waiting};
    told.hours = hours;
    jobs::NewJob job;
    job.kind = kRulesJob;
    job.key = std::string(kRulesJob) + ":" + env.ids.next();
    job.payload = store::to_column(told);
    job.run_at = *value.last_inbound_at + std::chrono::hours(hours);
    env.queue.put(session, job);
  }
}

void put_job(const Environment& env, db::Session& session, const domain::Case& value,
             const domain::Change& change, const RuleEvents& events) {
  if (events.empty()) return;
  // Without a look into the database: a rule that another replica made just now may miss this.
  const std::shared_ptr<const DirectoryView> known = env.directory.kept();
  const bool wrote = events.has(RuleEvent::case_created) || events.has(RuleEvent::message_inbound);
  if (known != nullptr && wrote && value.last_inbound_at) {
    put_waiting_jobs(env, session, value, known->rules());
  }
  RuleJob told;
  told.case_id = value.id.str();
  for (const auto& entry : EnumNames<RuleEvent>::values) {
    const bool heard = known == nullptr ||
                       std::any_of(known->rules().begin(), known->rules().end(),
                                   [&](const RuleDto& rule) { return listens(rule, entry.value); });
    if (events.has(entry.value) && heard) told.events.push_back(entry.value);
  }
  if (told.events.empty()) return;
  told.added_tags = added_tags_of(change);
  for (const domain::FieldChange& field : change.fields) {
    if (field.field == "message") told.message = field.to;
  }
  jobs::NewJob job;
  job.kind = kRulesJob;
  job.key = std::string(kRulesJob) + ":" + env.ids.next();
  job.payload = store::to_column(told);
  job.lane = "rules:" + told.case_id;
  env.queue.put(session, job);
}

template <class T>
void say(std::vector<std::string>& parts, const char* name, const std::vector<T>& values) {
  if (values.empty()) return;
  std::vector<std::string> words;
  for (const T& value : values) {
    if constexpr (std::is_enum_v<T>) {
      words.emplace_back(enum_name(value));
    } else {
      words.push_back(value);
    }
  }
  parts.push_back(fmt::format("{}: {}", name, fmt::join(words, ", ")));
}

}  // namespace

RuleEvents events_of(const domain::Change& change) {
  RuleEvents events;
  if (change.event == "case.created") events.add(RuleEvent::case_created);
  if (change.event == "case.message_received") events.add(RuleEvent::message_inbound);
  if (change.event == "case.replied") events.add(RuleEvent::message_reply);
  if (change.event == "case.noted") events.add(RuleEvent::message_note);
  if (change.event == "case.called") events.add(RuleEvent::message_call);
  if (change.event == "case.woken") events.add(RuleEvent::pending_over);
  for (const domain::FieldChange& field : change.fields) {
    if (field.field == "status") events.add(RuleEvent::status_changed);
    if (field.field == "assignee" && !field.to.empty()) events.add(RuleEvent::assigned);
  }
  if (!added_tags_of(change).empty()) events.add(RuleEvent::tag_added);
  return events;
}

std::vector<std::string> added_tags_of(const domain::Change& change) {
  std::vector<std::string> added;
  for (const domain::FieldChange& field : change.fields) {
    if (field.field != "tags") continue;
    const std::vector<std::string> before = tags_in(field.from);
    for (std::string& tag : tags_in(field.to)) {
      if (std::find(before.begin(), before.end(), tag) == before.end())
        added.push_back(std::move(tag));
    }
  }
  return added;
}

void tell_rules(const Environment& env, db::Session& session, const domain::Case& value,
                const domain::Change& change) {
  put_job(env, session, value, change, events_of(change));
}

void tell_rules(const Environment& env, db::Session& session, const domain::Case& value,
                const domain::Change& change, const StepsDone& steps) {
  RuleEvents events = events_of(change);
  if (steps.replied) events.add(RuleEvent::message_reply);
  if (steps.noted) events.add(RuleEvent::message_note);
  put_job(env, session, value, change, events);
}

std::string in_words(const CaseConditionDto& condition) {
  const CaseFilter& filter = condition.filter;
  std::vector<std::string> parts;
  say(parts, "status", filter.statuses);
  say(parts, "status_group", filter.status_groups);
  if (filter.unresolved) parts.emplace_back("unresolved");
  say(parts, "assignee", filter.assignees);
  say(parts, "team", filter.teams);
  say(parts, "channel", filter.channels);
  say(parts, "category", filter.categories);
  say(parts, "priority", filter.priorities);
  say(parts, "tag", filter.tags);
  say(parts, "customer", filter.customers);
  say(parts, "requester", filter.requesters);
  say(parts, "order_number", filter.order_numbers);
  say(parts, "mailbox", filter.mailboxes);
  say(parts, "words", condition.words);
  say(parts, "labels", condition.labels);
  if (condition.registered) parts.emplace_back(*condition.registered ? "registered" : "stranger");
  if (condition.blacklisted)
    parts.emplace_back(*condition.blacklisted ? "blacklisted" : "not blacklisted");
  if (condition.open_cases) parts.push_back(fmt::format("open_cases >= {}", *condition.open_cases));
  if (condition.waiting_hours)
    parts.push_back(fmt::format("waiting_hours >= {}", *condition.waiting_hours));
  return fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace madoguchi::service
