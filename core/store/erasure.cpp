// SPDX-License-Identifier: Apache-2.0
#include "core/store/erasure.h"

#include "core/store/columns.h"
#include "core/store/external_messages.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kMergedInto{"erasure.merged_into",
                                    "SELECT id FROM customers WHERE merged_into = $1 ORDER BY seq"};

// The list of a parameter is JSON on both engines.
constexpr db::Statement kCasesOf{
    "erasure.cases_of",
    "SELECT c.seq FROM cases c WHERE c.erased_at IS NULL AND (c.customer_id IN (SELECT value FROM "
    "json_each($1)) OR (c.customer_id IS NULL AND c.requester_key <> '' AND c.requester_key IN "
    "(SELECT value FROM json_each($2)))) ORDER BY c.seq LIMIT $3",
    "SELECT c.seq FROM cases c WHERE c.erased_at IS NULL AND (c.customer_id IN (SELECT "
    "json_array_elements_text($1::json)) OR (c.customer_id IS NULL AND c.requester_key <> '' AND "
    "c.requester_key IN (SELECT json_array_elements_text($2::json)))) ORDER BY c.seq LIMIT $3"};

constexpr db::Statement kIsErased{"erasure.is_erased",
                                  "SELECT 1 FROM cases WHERE seq = $1 AND erased_at IS NOT NULL"};

constexpr db::Statement kUnfinished{
    "erasure.unfinished",
    "SELECT number FROM orders WHERE customer_id = $1 AND state IN ('received', 'on_hold', "
    "'preparing', 'shipped') UNION ALL SELECT number FROM subscriptions WHERE customer_id = $1 AND "
    "state <> 'canceled'"};

// Of a case: $1 is its id, $2 its number without dress.
constexpr db::Statement kAttachmentsOf{
    "erasure.attachments_of",
    "SELECT DISTINCT a.sha256 FROM attachments a WHERE a.message_id IN (SELECT id FROM messages "
    "WHERE case_id = $1) OR a.draft_id IN (SELECT id FROM drafts WHERE case_id = $1)"};
constexpr db::Statement kMailsOf{
    "erasure.mails_of",
    "SELECT i.id FROM intake i WHERE i.id IN (SELECT m.intake_id FROM messages m WHERE m.case_id = "
    "$1 AND m.intake_id IS NOT NULL UNION SELECT p.intake_id FROM placements p WHERE p.case_id = "
    "$1 UNION SELECT d.report_id FROM deliveries d JOIN messages m ON m.id = d.message_id WHERE "
    "m.case_id = $1 AND d.report_id IS NOT NULL)"};
constexpr db::Statement kForgetAttachments{
    "erasure.forget_attachments",
    "DELETE FROM attachments WHERE message_id IN (SELECT id FROM messages WHERE case_id = $1) OR "
    "draft_id IN (SELECT id FROM drafts WHERE case_id = $1)"};
constexpr db::Statement kForgetDrafts{"erasure.forget_drafts",
                                      "DELETE FROM drafts WHERE case_id = $1"};
constexpr db::Statement kForgetSuppressions{
    "erasure.forget_suppressions",
    "DELETE FROM suppressions WHERE message_id IN (SELECT id FROM messages WHERE case_id = $1)"};
constexpr db::Statement kForgetDeliveries{
    "erasure.forget_deliveries",
    "DELETE FROM deliveries WHERE message_id IN (SELECT id FROM messages WHERE case_id = $1)"};
constexpr db::Statement kForgetJobErrors{
    "erasure.forget_job_errors",
    "UPDATE jobs SET error = NULL WHERE error IS NOT NULL AND payload IN (SELECT id FROM messages "
    "WHERE case_id = $1)"};
// The digest of a mail stays: the same mail that comes once more makes no new case.
constexpr db::Statement kBlankMessages{
    "erasure.blank_messages",
    "UPDATE messages SET from_name = '', from_address = '', recipients = '{\"to\":[],\"cc\":[]}', "
    "subject = '', "
    "body_text = '', body_visible = NULL, body_html = '', mime_message_id = '', in_reply_to = '', "
    "reference_ids = '[]', call = NULL, call_back_at = NULL, notices = '[]', approval = NULL, "
    "sending = CASE WHEN sending IN ('awaiting_approval', 'scheduled') THEN 'withdrawn' ELSE "
    "sending END, version = version + 1 WHERE case_id = $1"};
constexpr db::Statement kBlankRuleRuns{
    "erasure.blank_rule_runs",
    "UPDATE rule_runs SET changes = '[]', error = '' WHERE case_id = $1"};
constexpr db::Statement kBlankSatisfaction{
    "erasure.blank_satisfaction",
    "UPDATE satisfaction_answers SET comment = '' WHERE case_seq = $1"};
constexpr db::Statement kForgetMoves{
    "erasure.forget_moves", "DELETE FROM case_moves WHERE source_seq = $1 OR target_seq = $1"};
constexpr db::Statement kBlankCase{
    "erasure.blank_case",
    "UPDATE cases SET subject = '', requester_name = '', requester_kana = '', requester_address = "
    "'', requester_key = '', requester_phone = '', ccs = '[]', tags = '[]', order_numbers = '[]', "
    "pending_reason = '', status = 'closed', pending_until = NULL, erased_at = $2, modified_at = "
    "$2, version = version + 1 WHERE id = $1"};

constexpr db::Statement kForgetIntakeAddresses{"erasure.forget_intake_addresses",
                                               "DELETE FROM intake_addresses WHERE intake_id = $1"};
constexpr db::Statement kBlankIntake{
    "erasure.blank_intake",
    "UPDATE intake SET sender = '', reason = '', decision = '[]', mime_message_id = '', "
    "from_address = '', raw = NULL, discard_reason = '' WHERE id = $1"};

// Of addresses, $1.
constexpr db::Statement kMailsFrom{
    "erasure.mails_from",
    "SELECT DISTINCT a.intake_id FROM intake_addresses a JOIN intake i ON i.id = a.intake_id WHERE "
    "a.address_key = $1 AND i.message_id IS NULL AND i.outcome <> 'undecided'"};
constexpr db::Statement kForgetSuppression{"erasure.forget_suppression",
                                           "DELETE FROM suppressions WHERE address_key = $1"};
constexpr db::Statement kForgetAcknowledgement{
    "erasure.forget_acknowledgement", "DELETE FROM acknowledgements WHERE address_key = $1"};

// Of a customer, $1.
constexpr db::Statement kForgetMerges{
    "erasure.forget_merges", "DELETE FROM customer_merges WHERE source_id = $1 OR target_id = $1"};
constexpr db::Statement kForgetCardSessions{"erasure.forget_card_sessions",
                                            "DELETE FROM card_sessions WHERE customer_id = $1"};
constexpr db::Statement kForgetCardDefaults{
    "erasure.forget_card_defaults",
    "DELETE FROM card_defaults WHERE customer_id = $1 OR card_id IN (SELECT id FROM cards WHERE "
    "customer_id = $1)"};
constexpr db::Statement kForgetSessionsOfCards{
    "erasure.forget_sessions_of_cards",
    "DELETE FROM card_sessions WHERE card_id IN (SELECT id FROM cards WHERE customer_id = $1)"};
constexpr db::Statement kForgetCards{"erasure.forget_cards",
                                     "DELETE FROM cards WHERE customer_id = $1"};
// Its id in the survey service stays, so that it is known when the service tells it again.
constexpr db::Statement kBlankSurveys{
    "erasure.blank_surveys",
    "UPDATE survey_responses SET respondent_customer = '', respondent_external_id = '', "
    "respondent_email = '', email_key = '', answers = '[]', version = version + 1 WHERE "
    "customer_id = $1"};
// What was bought for how much stays: books have to be kept.
constexpr db::Statement kForgetOrderKeys{
    "erasure.forget_order_keys",
    "DELETE FROM order_keys WHERE kind = 'tracking' AND seq IN (SELECT seq FROM orders WHERE "
    "customer_id = $1)"};
constexpr db::Statement kBlankOrders{
    "erasure.blank_orders",
    "UPDATE orders SET card = '', cancel_reason = '', shipping_address = '{}', shipments = '[]', "
    "remark = '', memo = '', version = version + 1 WHERE customer_id = $1"};
constexpr db::Statement kBlankReturns{
    "erasure.blank_returns",
    "UPDATE order_returns SET note = '', reason = '', version = version + 1 WHERE order_id IN "
    "(SELECT id FROM orders WHERE customer_id = $1)"};
constexpr db::Statement kBlankSubscriptions{
    "erasure.blank_subscriptions",
    "UPDATE subscriptions SET card = '', shipping_address = '{}', memo = '', error = '', version = "
    "version + 1 WHERE customer_id = $1"};

// What mentions $1.
constexpr db::Statement kForgetAnswers{
    "erasure.forget_answers",
    "DELETE FROM idempotency WHERE state = 'done' AND (body LIKE $1 ESCAPE '!' OR effect LIKE $1 "
    "ESCAPE '!')"};
constexpr db::Statement kForgetRowReports{
    "erasure.forget_row_reports",
    "UPDATE operation_rows SET changes = '', error = '' WHERE changes LIKE $1 ESCAPE '!' OR error "
    "LIKE $1 ESCAPE '!'"};
constexpr db::Statement kForgetImportErrors{
    "erasure.forget_import_errors",
    "UPDATE imports SET errors = '[]' WHERE errors LIKE $1 ESCAPE '!'"};

// FTS5: with a negative number it begins to join all segments into one, at most so many pages at a
// time. It has nothing more to do when hardly a row was changed.
constexpr db::Statement kBeginToJoin[] = {
    {"erasure.begin_to_join_messages",
     "INSERT INTO message_search (message_search, rank) VALUES ('merge', -256)", "SELECT 0"},
    {"erasure.begin_to_join_customers",
     "INSERT INTO customer_search (customer_search, rank) VALUES ('merge', -256)", "SELECT 0"},
    {"erasure.begin_to_join_words",
     "INSERT INTO search_words (search_words, rank) VALUES ('merge', -256)", "SELECT 0"}};
constexpr db::Statement kJoin[] = {
    {"erasure.join_messages",
     "INSERT INTO message_search (message_search, rank) VALUES ('merge', 256)", "SELECT 0"},
    {"erasure.join_customers",
     "INSERT INTO customer_search (customer_search, rank) VALUES ('merge', 256)", "SELECT 0"},
    {"erasure.join_words", "INSERT INTO search_words (search_words, rank) VALUES ('merge', 256)",
     "SELECT 0"}};
constexpr db::Statement kRowsChanged{"erasure.rows_changed", "SELECT total_changes()", "SELECT 0"};

constexpr db::Statement kOrdersOf{"erasure.orders_of",
                                  "SELECT id FROM orders WHERE customer_id = $1 ORDER BY seq"};
constexpr db::Statement kErased{
    "erasure.erased", "SELECT id FROM customers WHERE erased_at IS NOT NULL ORDER BY seq"};

std::vector<std::string> texts_of(const db::Rows& rows) {
  std::vector<std::string> texts;
  for (const db::Row row : db::each(rows)) texts.push_back(row.string(0));
  return texts;
}

std::string containing(const std::string& word) {
  std::string pattern = "%";
  for (const char c : word) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += c;
  }
  return pattern + "%";
}

}  // namespace

std::vector<domain::CustomerId> Erasure::with_merged(const domain::CustomerId& customer) {
  std::vector<domain::CustomerId> all = {customer};
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::string& id : texts_of(session_.run(kMergedInto, {all[i]}))) {
      all.emplace_back(std::move(id));
    }
  }
  return all;
}

std::vector<std::int64_t> Erasure::cases_of(const std::vector<domain::CustomerId>& customers,
                                            const std::vector<std::string>& address_keys,
                                            int limit) {
  std::vector<std::int64_t> sequences;
  const db::Rows rows =
      session_.run(kCasesOf, {to_column(customers), to_column(address_keys), limit});
  for (const db::Row row : db::each(rows)) sequences.push_back(row.integer(0));
  return sequences;
}

bool Erasure::is_erased(std::int64_t case_sequence) {
  return !session_.run(kIsErased, {case_sequence}).empty();
}

std::vector<std::string> Erasure::unfinished(const std::vector<domain::CustomerId>& customers) {
  std::vector<std::string> numbers;
  for (const domain::CustomerId& id : customers) {
    for (std::string& number : texts_of(session_.run(kUnfinished, {id})))
      numbers.push_back(std::move(number));
  }
  return numbers;
}

Erasure::Orphans Erasure::erase_originals(const domain::Case& value) {
  Orphans orphans;
  orphans.mails = texts_of(session_.run(kMailsOf, {value.id}));
  return orphans;
}

Erasure::Orphans Erasure::erase_case(const domain::Case& value, TimePoint at) {
  Orphans orphans = erase_originals(value);
  orphans.attachments = texts_of(session_.run(kAttachmentsOf, {value.id}));
  for (const std::string& mail : orphans.mails) {
    session_.queue(kForgetIntakeAddresses, {mail});
    session_.queue(kBlankIntake, {mail});
  }
  session_.queue(kForgetJobErrors, {value.id});
  session_.queue(kForgetAttachments, {value.id});
  session_.queue(kForgetDrafts, {value.id});
  session_.queue(kForgetSuppressions, {value.id});
  session_.queue(kForgetDeliveries, {value.id});
  session_.queue(kBlankMessages, {value.id});
  session_.queue(kBlankRuleRuns, {value.id});
  session_.queue(kBlankSatisfaction, {value.sequence});
  session_.queue(kForgetMoves, {value.sequence});
  session_.queue(kBlankCase, {value.id, at});
  erase_mentions("\"" + value.number() + "\"");
  session_.flush();
  return orphans;
}

Erasure::Orphans Erasure::erase_belongings(const domain::CustomerId& customer,
                                           const std::vector<std::string>& address_keys) {
  Orphans orphans;
  for (const std::string& key : address_keys) {
    for (std::string& mail : texts_of(session_.run(kMailsFrom, {key}))) {
      session_.queue(kForgetIntakeAddresses, {mail});
      session_.queue(kBlankIntake, {mail});
      orphans.mails.push_back(std::move(mail));
    }
    session_.queue(kForgetSuppression, {key});
    session_.queue(kForgetAcknowledgement, {key});
    ExternalMessages(session_).forget(key);
  }
  for (const db::Statement* one :
       {&kForgetMerges, &kForgetSessionsOfCards, &kForgetCardSessions, &kForgetCardDefaults,
        &kForgetCards, &kBlankSurveys, &kForgetOrderKeys, &kBlankReturns, &kBlankOrders,
        &kBlankSubscriptions}) {
    session_.queue(*one, {customer});
  }
  session_.flush();
  return orphans;
}

void Erasure::erase_mentions(const std::string& word) {
  for (const db::Statement* one : {&kForgetAnswers, &kForgetRowReports, &kForgetImportErrors}) {
    session_.queue(*one, {containing(word)});
  }
}

std::vector<std::string> Erasure::orders_of(const domain::CustomerId& customer) {
  return texts_of(session_.run(kOrdersOf, {customer}));
}

bool Erasure::join_words(int index, bool first_time) {
  const auto which = static_cast<std::size_t>(index);
  const std::int64_t before = session_.run(kRowsChanged).front().integer(0);
  session_.run(first_time ? kBeginToJoin[which] : kJoin[which]);
  return session_.run(kRowsChanged).front().integer(0) - before >= 2;
}

std::vector<std::string> Erasure::erased_customers() { return texts_of(session_.run(kErased)); }

}  // namespace madoguchi::store
