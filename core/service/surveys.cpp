// SPDX-License-Identifier: Apache-2.0
#include "core/service/surveys.h"

#include "core/service/case_wishes.h"
#include "core/service/customer_access.h"
#include "core/service/unit_of_work.h"
#include "core/text/card_number.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

using domain::SurveyLink;
using domain::SurveyResponse;
using store::SurveyRecord;

SurveyResponseDto dto_of(const SurveyRecord& record, const domain::Caller& caller) {
  const SurveyResponse& value = record.value;
  SurveyResponseDto dto;
  dto.id = value.id.str();
  dto.account = value.account;
  dto.external_id = value.external_id;
  dto.survey_id = value.survey_id;
  dto.survey = value.survey;
  dto.respondent = value.respondent;
  if (!record.customer_number.empty()) dto.customer = record.customer_number;
  dto.linked_by = value.linked_by;
  dto.answers = value.answers;
  dto.answered_at = value.answered_at;
  dto.created_at = value.created_at;
  dto.modified_at = value.modified_at;
  dto.version = value.version;
  dto.allowed_actions = domain::allowed_actions(value, caller);
  return dto;
}

std::string clean(const std::string& text) { return text::mask_card_numbers(text); }

SurveyResponse response_of(const std::string& account, const ToldSurveyResponseDto& told) {
  SurveyResponse value;
  value.account = account;
  value.external_id = told.external_id;
  value.survey_id = told.survey_id;
  value.survey = clean(text::one_line(told.survey));
  value.respondent = {text::one_line(told.respondent.customer),
                      text::one_line(told.respondent.external_id),
                      text::one_line(told.respondent.email)};
  for (const domain::SurveyAnswer& one : told.answers) {
    domain::SurveyAnswer answer{one.question_id, clean(one.question), {}};
    for (const std::string& text : one.answers) answer.answers.push_back(clean(text));
    value.answers.push_back(std::move(answer));
  }
  value.answered_at = told.answered_at;
  return value;
}

/// Whom the response names, by the surest of what it says.
void find_customer_of(db::Session& session, SurveyResponse& value) {
  if (!domain::may_be_linked(value)) return;
  store::Customers customers(session);
  const domain::Respondent& who = value.respondent;
  if (!who.customer.empty()) {
    value.customer = customers.id_by_number(who.customer);
    value.linked_by = SurveyLink::customer_number;
  }
  if (!value.customer && !who.external_id.empty()) {
    const auto number = customers.number_of_external(value.account, who.external_id, {});
    if (number) value.customer = customers.id_by_number(*number);
    value.linked_by = SurveyLink::external_id;
  }
  const Result<EmailAddress> address = EmailAddress::parse(who.email);
  if (!value.customer && address) {
    value.customer = customers.id_by_address(address->key());
    value.linked_by = SurveyLink::email;
  }
  if (!value.customer) value.linked_by = SurveyLink::none;
}

void announce_survey(const Environment& env, db::Session& session, const domain::Caller& caller,
                     const SurveyResponse& value, const char* event,
                     std::vector<domain::FieldChange> fields) {
  store::ChangeEntry entry;
  entry.event = event;
  entry.object_type = "survey";
  entry.object_id = value.id.str();
  entry.customer_id = value.customer;
  entry.fields = std::move(fields);
  announce(env, session, caller, std::move(entry));
}

void save(const Environment& env, db::Session& session, SurveyResponse& value) {
  value.modified_at = env.clock.now();
  if (!store::Surveys(session).update(value)) {
    throw db::Failure(db::FailureKind::serialization, "the survey response changed meanwhile");
  }
}

void link(const Environment& env, db::Session& session, const domain::Caller& caller,
          SurveyResponse& value) {
  save(env, session, value);
  announce_survey(env, session, caller, value, "survey.linked",
                  {{"linked_by", "", std::string(enum_name(value.linked_by))}});
}

class Taking {
 public:
  Taking(const Environment& env, db::Session& session, const domain::Caller& caller)
      : env_(env), session_(session), caller_(caller) {}

  void take(SurveyResponse told) {
    std::optional<SurveyRecord> known =
        store::Surveys(session_).by_external_id(told.account, told.external_id);
    if (!known && insert(told)) return;
    // Another process was faster.
    if (!known) known = store::Surveys(session_).by_external_id(told.account, told.external_id);
    if (!known) throw db::Failure(db::FailureKind::serialization, "the survey response is gone");
    update(known->value, told);
  }
  [[nodiscard]] const TakenSurveysDto& taken() const { return taken_; }

 private:
  bool insert(SurveyResponse& value) {
    value.id = env_.ids.make<domain::SurveyResponseId>();
    value.created_at = env_.clock.now();
    value.modified_at = value.created_at;
    find_customer_of(session_, value);
    if (!store::Surveys(session_).insert(value)) return false;
    announce_survey(env_, session_, caller_, value, "survey.answered",
                    {{"survey", "", value.survey}, {"account", "", value.account}});
    ++taken_.created;
    if (!value.customer) ++taken_.unlinked;
    return true;
  }

  void update(SurveyResponse& value, const SurveyResponse& told) {
    const domain::Respondent before = value.respondent;
    domain::Change change = domain::told(value, told);
    const bool had = value.customer.has_value();
    find_customer_of(session_, value);
    const bool same =
        change.empty() && value.respondent == before && had == value.customer.has_value();
    if (!value.customer) ++taken_.unlinked;
    if (same) {
      ++taken_.unchanged;
      return;
    }
    ++taken_.changed;
    save(env_, session_, value);
    announce_survey(env_, session_, caller_, value, "survey.changed", std::move(change.fields));
  }

  const Environment& env_;
  db::Session& session_;
  const domain::Caller& caller_;
  TakenSurveysDto taken_;
};

Result<SurveyRecord> find_survey(db::Session& session, const std::string& id) {
  std::optional<SurveyRecord> record = store::Surveys(session).by_id(domain::SurveyResponseId(id));
  if (record) return std::move(*record);
  return fail(
      Error::not_found({"There is no such survey response.", "そのアンケート回答はありません。"}));
}

}  // namespace

SurveyListing surveys_of(db::Session& session, const domain::Caller& caller,
                         const store::SurveyQuery& query,
                         const std::optional<std::vector<std::string>>& after) {
  std::optional<store::SurveyPlace> place;
  if (after && after->size() == 2) place = {number_of_key((*after)[0]), (*after)[1]};
  SurveyListing listing;
  for (const SurveyRecord& one : store::Surveys(session).list(query, place)) {
    if (listing.items.size() == static_cast<std::size_t>(query.limit)) {
      const SurveyResponseDto& last = listing.items.back();
      listing.next = {std::to_string(to_micros(last.answered_at)), last.id};
      break;
    }
    listing.items.push_back(dto_of(one, caller));
  }
  return listing;
}

void link_surveys(const Environment& env, db::Session& session, const domain::Caller& caller,
                  const domain::Customer& customer) {
  for (SurveyResponse& one : store::Surveys(session).unlinked_of(customer)) {
    find_customer_of(session, one);
    if (one.customer) link(env, session, caller, one);
  }
}

Result<SurveyListing> SurveyService::of_customer(
    const domain::Caller& caller, const std::string& number,
    const std::optional<std::vector<std::string>>& after, int limit) {
  return env_.database.read([&](db::Session& session) -> Result<SurveyListing> {
    const Result<domain::Customer> customer = find_customer(session, number);
    if (!customer) return fail(customer.error());
    store::SurveyQuery query;
    query.customer = customer->id;
    query.limit = limit;
    return surveys_of(session, caller, query, after);
  });
}

Result<SurveyListing> SurveyService::list(const domain::Caller& caller,
                                          const store::SurveyQuery& query,
                                          const std::optional<std::vector<std::string>>& after) {
  return env_.database.read([&](db::Session& session) -> Result<SurveyListing> {
    return surveys_of(session, caller, query, after);
  });
}

Result<SurveyResponseDto> SurveyService::get(const domain::Caller& caller, const std::string& id) {
  return env_.database.read([&](db::Session& session) -> Result<SurveyResponseDto> {
    const Result<SurveyRecord> record = find_survey(session, id);
    if (!record) return fail(record.error());
    return dto_of(*record, caller);
  });
}

Result<TakenSurveysDto> SurveyService::take(const Context& context, const ToldSurveysDto& told) {
  const std::string account = text::one_line(told.account);
  return command(env_, context, [&](db::Session& session) -> Result<TakenSurveysDto> {
    Taking taking(env_, session, context.caller);
    for (const ToldSurveyResponseDto& one : told.items) taking.take(response_of(account, one));
    return taking.taken();
  });
}

Result<SurveyResponseDto> SurveyService::patch(const Context& context, const std::string& id,
                                               const SurveyPatchDto& wish) {
  return command(env_, context, [&](db::Session& session) -> Result<SurveyResponseDto> {
    Result<SurveyRecord> record = find_survey(session, id);
    if (!record) return fail(std::move(record.error()));
    SurveyResponse& value = record->value;
    if (context.if_match && *context.if_match != value.version) {
      return fail(Error::stale().with_member(
          "current", json::to_string(dto_of(*record, context.caller), context.caller.hides())));
    }
    std::optional<domain::CustomerId> wanted = value.customer;
    std::string number = record->customer_number;
    if (wish.customer.given()) {
      wanted.reset();
      number.clear();
    }
    if (wish.customer.value()) {
      const Result<domain::Customer> customer =
          find_living_customer(session, *wish.customer.value());
      if (!customer && customer.error().code == ErrorCode::not_found) {
        return fail(Error::invalid("/customer", customer.error().message));
      }
      if (!customer) return fail(customer.error());
      wanted = customer->id;
      number = customer->number();
    }
    if (wanted == value.customer) return dto_of(*record, context.caller);
    if (value.customer) {
      announce_survey(env_, session, context.caller, value, "survey.unlinked",
                      {{"customer", record->customer_number, number}});
    }
    value.customer = wanted;
    value.linked_by = SurveyLink::by_hand;
    record->customer_number = number;
    if (value.customer) {
      link(env_, session, context.caller, value);
    } else {
      save(env_, session, value);
    }
    return dto_of(*record, context.caller);
  });
}

}  // namespace madoguchi::service
