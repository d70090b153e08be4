// SPDX-License-Identifier: Apache-2.0
#include "core/service/scheme.h"

#include <algorithm>
#include <set>

#include "core/service/case_conditions.h"
#include "core/service/feed.h"
#include "core/service/unit_of_work.h"
#include "core/store/case_facts.h"
#include "core/store/changes.h"
#include "core/store/columns.h"

namespace madoguchi::service {
namespace {

using View = std::shared_ptr<const DirectoryView>;

constexpr char kSchemeObject[] = "scheme";

void check_requirements(const SchemeWriteDto& wish, const DirectoryView& directory,
                        std::vector<FieldError>& wrong) {
  for (std::size_t i = 0; i < wish.required.size(); ++i) {
    const std::vector<domain::CategoryId>& categories = wish.required[i].categories;
    for (std::size_t j = 0; j < categories.size(); ++j) {
      const domain::Category* category = directory.category(categories[j]);
      if (category != nullptr && !category->archived) continue;
      wrong.push_back({"/required/" + std::to_string(i) + "/categories/" + std::to_string(j),
                       {"There is no such category. GET /categories lists them.",
                        "その区分はありません。GET /categories で確認できます。"}});
    }
  }
}

void check_alerts(const SchemeWriteDto& wish, const DirectoryView& directory,
                  std::vector<FieldError>& wrong) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < wish.alerts.size(); ++i) {
    const SchemeAlertDto& alert = wish.alerts[i];
    const std::string pointer = "/alerts/" + std::to_string(i);
    check_condition(alert.when, directory, pointer + "/when", wrong);
    if (!names.insert(alert.name).second) {
      wrong.push_back(
          {pointer + "/name", {"Another alert has that name.", "同じ名前のアラートがあります。"}});
    }
    if (asks_nothing(alert.when)) {
      wrong.push_back({pointer + "/when",
                       {"Say when: it would stand on every case.",
                        "条件を指定してください。このままではすべてのケースに表示されます。"}});
    }
  }
}

Result<void> check_wish(const SchemeWriteDto& wish, const DirectoryView& directory) {
  for (std::size_t i = 0; i < wish.alerts.size(); ++i) {
    const SchemeAlertDto& alert = wish.alerts[i];
    const std::string pointer = "/alerts/" + std::to_string(i);
    const std::pair<const std::string&, const char*> texts[] = {
        {alert.name, "/name"}, {alert.text.en, "/text/en"}, {alert.text.ja, "/text/ja"}};
    for (const auto& [text, member] : texts) {
      if (Result<void> clean = refuse_card_numbers(text, pointer + member); !clean) return clean;
    }
  }
  std::vector<FieldError> wrong;
  if (Result<void> good = domain::check_scheme({wish.transitions, wish.required}); !good) {
    wrong = std::move(good.error().fields);
  }
  check_requirements(wish, directory, wrong);
  check_alerts(wish, directory, wrong);
  if (wrong.empty()) return {};
  return fail(Error::invalid(std::move(wrong)));
}

template <class T>
void note_change(std::vector<domain::FieldChange>& fields, const char* name, const T& from,
                 const T& to) {
  std::string before = store::to_column(from);
  std::string after = store::to_column(to);
  if (before != after) fields.push_back({name, std::move(before), std::move(after)});
}

std::vector<domain::FieldChange> differences(const SchemeDto& old, const SchemeWriteDto& wish) {
  std::vector<domain::FieldChange> fields;
  note_change(fields, "transitions", old.transitions, wish.transitions);
  note_change(fields, "required", old.required, wish.required);
  note_change(fields, "alerts", old.alerts, wish.alerts);
  return fields;
}

CaseAlertDto alert_dto_of(const SchemeAlertDto& alert) {
  return {alert.name, alert.level, alert.text, std::nullopt};
}

/// Whether it asks of the customer alone, so that it holds without any case.
bool is_of_customer(const CaseConditionDto& condition) {
  CaseConditionDto rest = condition;
  rest.blacklisted.reset();
  rest.labels.clear();
  rest.registered.reset();
  return asks_nothing(rest);
}

bool customer_meets(const CaseConditionDto& condition, bool blacklisted,
                    const std::vector<domain::MasterId>& labels) {
  if (condition.registered == false) return false;
  if (condition.blacklisted && *condition.blacklisted != blacklisted) return false;
  return condition.labels.empty() ||
         std::any_of(labels.begin(), labels.end(), [&](const domain::MasterId& id) {
           return std::find(condition.labels.begin(), condition.labels.end(), id.str()) !=
                  condition.labels.end();
         });
}

}  // namespace

SchemeDto scheme_of(const store::StoredScheme& stored) {
  SchemeDto scheme;
  if (stored.content.empty()) {
    domain::Scheme open = domain::default_scheme();
    scheme.transitions = std::move(open.transitions);
  } else {
    static_cast<SchemeWriteDto&>(scheme) = store::from_column<SchemeWriteDto>(stored.content);
  }
  scheme.changed_at = stored.changed_at;
  scheme.version = stored.version;
  return scheme;
}

Result<SchemeDto> SchemeService::get() {
  return env_.database.read([](db::Session& session) -> Result<SchemeDto> {
    return scheme_of(store::Schemes(session).current());
  });
}

Result<SchemeDto> SchemeService::put(const Context& context, const SchemeWriteDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  if (Result<void> good = check_wish(wish, **directory); !good) {
    return fail(std::move(good.error()));
  }
  return command(env_, context, [&](db::Session& session) -> Result<SchemeDto> {
    store::Schemes schemes(session);
    store::StoredScheme stored = schemes.current();
    const SchemeDto old = scheme_of(stored);
    if (context.if_match && *context.if_match != old.version) {
      return fail(Error::stale().with_member("current", json::to_string(old)));
    }
    std::vector<domain::FieldChange> fields = differences(old, wish);
    if (fields.empty()) return old;
    stored.content = store::to_column(wish);
    stored.changed_at = env_.clock.now();
    if (!schemes.update(stored)) {
      throw db::Failure(db::FailureKind::serialization, "the scheme changed meanwhile");
    }
    store::ChangeEntry entry;
    entry.event = "scheme.changed";
    entry.object_type = kSchemeObject;
    entry.object_id = kSchemeObject;
    entry.fields = std::move(fields);
    announce(env_, session, context.caller, std::move(entry));
    Directory& known = env_.directory;
    session.after_commit([&known] { known.expire(); });
    return scheme_of(stored);
  });
}

Result<std::vector<EventDto>> SchemeService::history(int limit) {
  return env_.database.read([&](db::Session& session) -> Result<std::vector<EventDto>> {
    std::vector<EventDto> events;
    for (const store::ChangeEntry& entry :
         store::History(session, env_.seal).of_object(kSchemeObject, limit)) {
      events.push_back(event_dto(entry));
    }
    return events;
  });
}

domain::CaseFacts facts_of(db::Session* session, const domain::Case& value,
                           const DirectoryView& directory) {
  domain::CaseFacts facts;
  if (value.category) {
    const domain::Category* category = directory.category(*value.category);
    facts.category_detail = category != nullptr && !category->detail.empty();
  }
  if (session != nullptr &&
      domain::requires_field(directory.scheme(), domain::CaseField::call_outcome)) {
    facts.calls_ended = store::CaseFacts(*session).calls_ended(value.id);
  }
  return facts;
}

Result<void> check_move(db::Session& session, const domain::Caller& caller,
                        const DirectoryView& directory, domain::CaseStatus before,
                        const domain::Case& after) {
  if (before == after.status || caller.agent.empty()) return {};
  return domain::check_move(directory.scheme(), caller.role, before, after,
                            facts_of(&session, after, directory));
}

std::vector<StatusChoiceDto> status_choices(db::Session& session, const domain::Case& value,
                                            const DirectoryView& directory,
                                            const domain::Caller& caller) {
  std::vector<StatusChoiceDto> choices;
  if (value.merged_into || !caller.may(domain::Permission::cases_write)) return choices;
  const domain::Scheme& scheme = directory.scheme();
  const domain::CaseFacts facts = facts_of(&session, value, directory);
  for (const auto& entry : EnumNames<domain::CaseStatus>::values) {
    if (entry.value == value.status) continue;
    if (!domain::allows(scheme, caller.role, value.status, entry.value)) continue;
    choices.push_back({entry.value, domain::missing_fields(scheme, value, entry.value, facts)});
  }
  return choices;
}

std::vector<CaseAlertDto> alerts_of(db::Session& session, const store::CaseRow& row,
                                    const DirectoryView& directory, TimePoint now) {
  std::vector<CaseAlertDto> found;
  CaseInView view(session, row, directory, now);
  for (const SchemeAlertDto& alert : directory.scheme_dto().alerts) {
    if (view.meets(alert.when)) found.push_back(alert_dto_of(alert));
  }
  return found;
}

std::vector<CaseAlertDto> alerts_of(db::Session& session, bool blacklisted,
                                    const std::vector<domain::MasterId>& labels,
                                    const std::vector<store::CaseRow>& cases,
                                    const DirectoryView& directory, TimePoint now) {
  std::vector<CaseAlertDto> found;
  std::vector<CaseInView> views;
  views.reserve(cases.size());
  for (const store::CaseRow& row : cases) {
    if (domain::group_of(row.status()) != domain::StatusGroup::handled) {
      views.emplace_back(session, row, directory, now);
    }
  }
  for (const SchemeAlertDto& alert : directory.scheme_dto().alerts) {
    if (is_of_customer(alert.when)) {
      if (customer_meets(alert.when, blacklisted, labels)) found.push_back(alert_dto_of(alert));
      continue;
    }
    const auto one = std::find_if(views.begin(), views.end(),
                                  [&](CaseInView& view) { return view.meets(alert.when); });
    if (one == views.end()) continue;
    found.push_back(alert_dto_of(alert));
    found.back().case_number = one->number();
  }
  return found;
}

}  // namespace madoguchi::service
