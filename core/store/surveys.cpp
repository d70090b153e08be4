// SPDX-License-Identifier: Apache-2.0
#include "core/store/surveys.h"

#include "core/store/columns.h"
#include "core/store/conditions.h"

namespace madoguchi::json {

using domain::Respondent;
using domain::SurveyAnswer;

const Fields& Table<SurveyAnswer>::fields() {
  static const Fields table = json::fields<SurveyAnswer>(
      field("question_id", &SurveyAnswer::question_id, "The service's own id of the question.")
          .optional()
          .max_length(200),
      field("question", &SurveyAnswer::question, "What was asked.").max_length(2'000),
      field("answers", &SurveyAnswer::answers, "What was answered; several choices are several.")
          .max_items(100));
  return table;
}

const Fields& Table<Respondent>::fields() {
  static const Fields table = json::fields<Respondent>(
      field("customer", &Respondent::customer, "The customer's number here.")
          .optional()
          .max_length(40),
      field("external_id", &Respondent::external_id, "The customer's id in the account's system.")
          .optional()
          .max_length(200),
      field("email", &Respondent::email, "Mail address.").optional().max_length(254));
  return table;
}

}  // namespace madoguchi::json

namespace madoguchi::store {
namespace {

constexpr std::string_view kColumns =
    "r.id, r.account, r.external_id, r.survey_id, r.survey, r.respondent_customer, "
    "r.respondent_external_id, r.respondent_email, r.customer_id, r.linked_by, r.answers, "
    "r.answered_at, r.created_at, r.modified_at, r.version, (SELECT u.number FROM customers u "
    "WHERE u.id = r.customer_id)";

constexpr db::Statement kInsert{
    "survey_responses.insert",
    "INSERT INTO survey_responses (id, account, external_id, survey_id, survey, "
    "respondent_customer, respondent_external_id, respondent_email, email_key, customer_id, "
    "linked_by, answers, answered_at, created_at, modified_at, version) VALUES ($1, $2, $3, $4, "
    "$5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT (account, external_id) DO "
    "NOTHING"};
constexpr db::Statement kUpdate{
    "survey_responses.update",
    "UPDATE survey_responses SET survey_id = $3, survey = $4, respondent_customer = $5, "
    "respondent_external_id = $6, respondent_email = $7, email_key = $8, customer_id = $9, "
    "linked_by = $10, answers = $11, answered_at = $12, modified_at = $13, version = version + 1 "
    "WHERE id = $1 AND version = $2"};
constexpr db::Statement kCount{
    "survey_responses.count",
    "SELECT count(*) FROM (SELECT 1 FROM survey_responses WHERE customer_id = $1 LIMIT $2) n"};

SurveyRecord record_of(const db::Row& row) {
  SurveyRecord record;
  domain::SurveyResponse& value = record.value;
  value.id = row.id<domain::SurveyResponseId>(0);
  value.account = row.string(1);
  value.external_id = row.string(2);
  value.survey_id = row.string(3);
  value.survey = row.string(4);
  value.respondent = {row.string(5), row.string(6), row.string(7)};
  if (!row.is_null(8)) value.customer = row.id<domain::CustomerId>(8);
  value.linked_by = enum_column<domain::SurveyLink>(row.text(9));
  value.answers = from_column<std::vector<domain::SurveyAnswer>>(row.text(10));
  value.answered_at = row.time(11);
  value.created_at = row.time(12);
  value.modified_at = row.time(13);
  value.version = row.integer(14);
  record.customer_number = row.string(15);
  return record;
}

std::optional<SurveyRecord> first_of(const db::Rows& rows) {
  return rows.empty() ? std::nullopt : std::optional(record_of(rows.front()));
}

std::string email_key_of(const domain::SurveyResponse& response) {
  const Result<EmailAddress> address = EmailAddress::parse(response.respondent.email);
  return address ? address->key() : "";
}

const auto kPlain = [](const auto& value) { return db::Param(value); };

}  // namespace

bool Surveys::insert(const domain::SurveyResponse& response) {
  return session_
             .run(kInsert,
                  {response.id, response.account, response.external_id, response.survey_id,
                   response.survey, response.respondent.customer, response.respondent.external_id,
                   response.respondent.email, email_key_of(response), response.customer,
                   enum_name(response.linked_by), to_column(response.answers), response.answered_at,
                   response.created_at, response.modified_at, response.version})
             .affected() == 1;
}

bool Surveys::update(domain::SurveyResponse& response) {
  const db::Rows rows =
      session_.run(kUpdate, {response.id, response.version, response.survey_id, response.survey,
                             response.respondent.customer, response.respondent.external_id,
                             response.respondent.email, email_key_of(response), response.customer,
                             enum_name(response.linked_by), to_column(response.answers),
                             response.answered_at, response.modified_at});
  if (rows.affected() != 1) return false;
  ++response.version;
  return true;
}

std::optional<SurveyRecord> Surveys::by_id(const domain::SurveyResponseId& id) {
  static const std::string sql =
      "SELECT " + std::string(kColumns) + " FROM survey_responses r WHERE r.id = $1";
  return first_of(session_.run({"survey_responses.by_id", sql}, {id}));
}

std::optional<SurveyRecord> Surveys::by_external_id(const std::string& account,
                                                    const std::string& external_id) {
  static const std::string sql =
      "SELECT " + std::string(kColumns) +
      " FROM survey_responses r WHERE r.account = $1 AND r.external_id = $2";
  return first_of(session_.run({"survey_responses.by_external_id", sql}, {account, external_id}));
}

std::vector<SurveyRecord> Surveys::list(const SurveyQuery& query,
                                        const std::optional<SurveyPlace>& after) {
  Conditions conditions;
  if (query.customer) conditions.add("r.customer_id = " + conditions.bind(*query.customer));
  if (query.linked) {
    conditions.add(*query.linked ? "r.customer_id IS NOT NULL" : "r.customer_id IS NULL");
  }
  conditions.one_of("r.account", query.accounts, kPlain);
  if (after) {
    const std::string at = conditions.bind(after->answered_at);
    conditions.add("(r.answered_at, r.id) < (" + at + ", " + conditions.bind(after->id) + ")");
  }
  const std::string sql = "SELECT " + std::string(kColumns) + " FROM survey_responses r" +
                          conditions.where() + " ORDER BY r.answered_at DESC, r.id DESC LIMIT " +
                          std::to_string(query.limit + 1);
  const db::Rows rows = session_.run({"survey_responses.list", sql}, conditions.params().data(),
                                     conditions.params().size());
  std::vector<SurveyRecord> found;
  for (const db::Row row : db::each(rows)) found.push_back(record_of(row));
  return found;
}

int Surveys::count(const domain::CustomerId& customer, int limit) {
  return static_cast<int>(session_.run(kCount, {customer, limit}).front().integer(0));
}

std::vector<domain::SurveyResponse> Surveys::unlinked_of(const domain::Customer& customer) {
  Conditions any;
  std::string either;
  const auto add = [&](const std::string& condition) {
    either += (either.empty() ? "" : " OR ") + condition;
  };
  for (const domain::CustomerEmail& one : customer.emails) {
    add("(r.email_key <> '' AND r.email_key = " + any.keep(one.address.key()) + ")");
  }
  for (const domain::ExternalId& one : customer.external_ids) {
    add("(r.respondent_external_id <> '' AND r.account = " + any.bind(one.account) +
        " AND r.respondent_external_id = " + any.bind(one.id) + ")");
  }
  std::vector<domain::SurveyResponse> found;
  if (either.empty()) return found;
  const std::string sql = "SELECT " + std::string(kColumns) +
                          " FROM survey_responses r WHERE r.customer_id IS NULL AND r.linked_by = "
                          "'none' AND (" +
                          either + ") ORDER BY r.id LIMIT 200";
  const db::Rows rows =
      session_.run({"survey_responses.unlinked_of", sql}, any.params().data(), any.params().size());
  for (const db::Row row : db::each(rows)) found.push_back(record_of(row).value);
  return found;
}

}  // namespace madoguchi::store
