// SPDX-License-Identifier: Apache-2.0
#include "core/service/rule_engine.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "core/service/case_access.h"
#include "core/service/case_conditions.h"
#include "core/service/log_messages.h"
#include "core/service/rule_job.h"
#include "core/service/rules.h"
#include "core/service/unit_of_work.h"
#include "core/store/columns.h"
#include "core/store/messages.h"

namespace madoguchi::service {
namespace {

using View = std::shared_ptr<const DirectoryView>;
using store::RuleRunState;

constexpr std::chrono::hours kHour{1};

/// Something that happened to the case, and how many rules led to it.
struct Happening {
  RuleEvents events;
  std::vector<std::string> added_tags;
  int depth = 0;
  std::int64_t hours = 0;
};

/// One job: everything that rules do because of one change, in one unit of work.
class RuleRunning {
 public:
  RuleRunning(const Environment& env, db::Session& session, const DirectoryView& directory,
              store::CaseRecord record, const std::map<std::string, Error>& failed)
      : env_(env),
        session_(session),
        directory_(directory),
        record_(std::move(record)),
        failed_(failed) {}

  /// An error's rule is `culprit`; it is to be left out, and everything tried again.
  Result<void> run(Happening first, const std::string& message) {
    if (!message.empty()) {
      const auto entry = store::Messages(session_).by_id(domain::MessageId(message));
      if (entry) text_ = entry->text_visible;
    }
    waiting_.push_back(std::move(first));
    while (!waiting_.empty() && !record_.value.merged_into) {
      const Happening happening = std::move(waiting_.front());
      waiting_.pop_front();
      if (Result<void> done = follow(happening); !done) return done;
    }
    return {};
  }

  [[nodiscard]] const std::string& culprit() const { return culprit_; }

 private:
  Result<void> follow(const Happening& happening) {
    for (const RuleDto& rule : directory_.rules()) {
      const std::optional<RuleEvent> event = heard(rule, happening);
      if (!event || done_.count(rule.id) != 0) continue;
      const std::string name(enum_name(*event));
      const std::vector<FieldError> problems = problems_of(rule, directory_);
      if (!problems.empty()) {
        done_.insert(rule.id);
        note(rule, name, RuleRunState::broken, {}, Error::invalid(problems));
        env_.log.write(
            kRuleBroken,
            {{"rule", rule.id}, {"name", rule.name}, {"pointer", problems.front().pointer}});
        continue;
      }
      if (!CaseInView(session_, record_.row, directory_, env_.clock.now(), text_).meets(rule.when))
        continue;
      done_.insert(rule.id);
      if (const auto failure = failed_.find(rule.id); failure != failed_.end()) {
        note(rule, name, RuleRunState::failed, {}, failure->second);
        env_.log.write(kRuleFailed, {{"rule", rule.id},
                                     {"name", rule.name},
                                     {"case", record_.value.number()},
                                     {"error", failure->second.describe()}});
        continue;
      }
      if (is_too_much(rule, name, happening)) return {};
      if (Result<void> applied = apply(rule, name, happening); !applied) return applied;
      if (rule.stop) return {};
    }
    return {};
  }

  static std::optional<RuleEvent> heard(const RuleDto& rule, const Happening& happening) {
    if (!rule.enabled) return std::nullopt;
    for (const RuleEvent event : rule.events) {
      if (!happening.events.has(event)) continue;
      if (event == RuleEvent::waiting) {
        if (rule.when.waiting_hours == happening.hours) return event;
        continue;
      }
      if (event != RuleEvent::tag_added || rule.added_tags.empty()) return event;
      const bool wanted = std::any_of(
          happening.added_tags.begin(), happening.added_tags.end(), [&](const std::string& tag) {
            return std::find(rule.added_tags.begin(), rule.added_tags.end(), tag) !=
                   rule.added_tags.end();
          });
      if (wanted) return event;
    }
    return std::nullopt;
  }

  bool is_too_much(const RuleDto& rule, const std::string& event, const Happening& happening) {
    store::RuleRuns runs(session_);
    const TimePoint since = env_.clock.now() - kHour;
    const bool often = runs.applied_since(record_.value.id, since) >= kMostRunsPerHour;
    if (!often && happening.depth <= kDeepestChain) return false;
    if (!runs.held_back_since(record_.value.id, since)) {
      announce_held_back(rule);
      env_.log.write(kRulesHeldBack, {{"case", record_.value.number()}, {"rule", rule.name}});
    }
    note(rule, event, RuleRunState::held_back, {},
         Error::conflict("too-many-rules",
                         {"Rules have done too much in this case already.",
                          "このケースではルールが短時間に繰り返し適用されたため、停止しました。"}));
    return true;
  }

  void announce_held_back(const RuleDto& rule) {
    store::ChangeEntry entry;
    entry.event = "case.rules_held_back";
    entry.object_type = "case";
    entry.object_id = record_.value.number();
    entry.case_id = record_.value.id;
    entry.customer_id = record_.value.customer;
    entry.mailboxes = sight_of(session_, record_.value);
    entry.fields = {{"rule", "", rule.name}};
    announce(env_, session_, caller_of(rule), std::move(entry));
  }

  static domain::Caller caller_of(const RuleDto& rule) { return {{}, "rule: " + rule.name}; }

  Result<void> apply(const RuleDto& rule, const std::string& event, const Happening& happening) {
    const Context context{caller_of(rule)};
    const Stepper stepper{env_, session_, context, directory_, StepsOf::rule};
    Result<StepsDone> done = take_steps(stepper, record_, rule.actions);
    if (!done) {
      culprit_ = rule.id;
      return fail(std::move(done.error()));
    }
    if (done->fields.empty()) return {};
    domain::Change change{"case.rule_applied",
                          {{"rule", "", rule.name}, {"because", "", because(rule, event)}}};
    change.fields.insert(change.fields.end(), done->fields.begin(), done->fields.end());
    write_case(env_, session_, context.caller, record_.value, change);
    note(rule, event, RuleRunState::applied, done->fields, std::nullopt);
    record_ = store::Cases(session_).by_id(record_.value.id).value();
    Happening next{events_of(change), added_tags_of(change), happening.depth + 1, 0};
    if (done->noted) next.events.add(RuleEvent::message_note);
    if (!next.events.empty()) waiting_.push_back(std::move(next));
    return {};
  }

  static std::string because(const RuleDto& rule, const std::string& event) {
    const std::string condition = in_words(rule.when);
    return condition.empty() ? event : event + "; " + condition;
  }

  void note(const RuleDto& rule, const std::string& event, RuleRunState state,
            std::vector<domain::FieldChange> changes, const std::optional<Error>& error) {
    store::RuleRun run;
    run.rule = store::RuleId(rule.id);
    run.case_id = record_.value.id;
    run.case_sequence = record_.value.sequence;
    run.at = env_.clock.now();
    run.event = event;
    run.state = state;
    run.changes = std::move(changes);
    if (error) run.error = store::to_column(error_dto_of(*error));
    store::RuleRuns(session_).insert(run);
  }

  const Environment& env_;
  db::Session& session_;
  const DirectoryView& directory_;
  store::CaseRecord record_;
  const std::map<std::string, Error>& failed_;
  std::optional<std::string> text_;
  std::deque<Happening> waiting_;
  std::set<std::string> done_;  ///< ids: a rule acts once because of one change
  std::string culprit_;
};

jobs::Outcome run_rules(const Environment& env, const jobs::Job& job, jobs::Claim& claim) {
  const Result<View> directory = env.directory.view();
  if (!directory) return jobs::Outcome::postpone(directory.error().describe());
  const auto told = store::from_column<RuleJob>(job.payload);
  std::map<std::string, Error> failed;
  while (true) {
    std::string culprit;
    const Result<void> done =
        env.database.in_transaction([&](db::Session& session) -> Result<void> {
          culprit.clear();
          std::optional<store::CaseRecord> record =
              store::Cases(session).by_id(domain::CaseId(told.case_id));
          if (record) {
            RuleRunning running(env, session, **directory, std::move(*record), failed);
            Happening first{{}, told.added_tags, 0, told.hours};
            for (const RuleEvent event : told.events) first.events.add(event);
            Result<void> followed = running.run(std::move(first), told.message);
            culprit = running.culprit();
            if (!followed) return followed;
          }
          return claim.done(session);
        });
    if (done) return jobs::Outcome::done();
    const ErrorCode code = done.error().code;
    const bool ours = code == ErrorCode::unavailable || code == ErrorCode::internal;
    if (ours || culprit.empty()) return jobs::Outcome::retry(done.error().describe());
    failed.emplace(culprit, done.error());
  }
}

}  // namespace

jobs::JobKind rules_job(const Environment& env) {
  jobs::JobKind kind;
  kind.name = kRulesJob;
  kind.run = [&env](const jobs::Job& job, jobs::Claim& claim) {
    return run_rules(env, job, claim);
  };
  return kind;
}

std::vector<FieldError> problems_of(const RuleContent& rule, const DirectoryView& directory) {
  std::vector<FieldError> wrong;
  check_condition(rule.when, directory, "/when", wrong);
  const bool waits =
      std::find(rule.events.begin(), rule.events.end(), RuleEvent::waiting) != rule.events.end();
  if (waits && !rule.when.waiting_hours) {
    wrong.push_back(
        {"/when/waiting_hours", {"Say after how many hours.", "何時間後かを指定してください。"}});
  }
  check_steps(rule.actions, StepsOf::rule, directory, {}, "/actions", wrong);
  return wrong;
}

}  // namespace madoguchi::service
