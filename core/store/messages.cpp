// SPDX-License-Identifier: Apache-2.0
#include "core/store/messages.h"

#include <algorithm>

#include "core/base/email_address.h"
#include "core/store/columns.h"

namespace madoguchi::json {

/// To, CC and BCC share one column.
struct Recipients {
  std::vector<domain::NamedAddress> to;
  std::vector<domain::NamedAddress> cc;
  std::vector<domain::NamedAddress> bcc = {};
};

template <>
struct Table<Recipients> {
  static constexpr const char* name = "Recipients";
  static const Fields& fields() {
    static const Fields table = json::fields<Recipients>(
        json::field("to", &Recipients::to, "").optional().omitted_when_empty(),
        json::field("cc", &Recipients::cc, "").optional().omitted_when_empty(),
        json::field("bcc", &Recipients::bcc, "").optional().omitted_when_empty());
    return table;
  }
};

}  // namespace madoguchi::json

namespace madoguchi::store {
namespace {

constexpr db::Statement kInsert{
    "messages.insert",
    "INSERT INTO messages (id, case_id, kind, from_name, from_address, recipients, subject, "
    "body_text, "
    "body_visible, body_html, mime_message_id, in_reply_to, reference_ids, sent_at, received_at, "
    "author_id, "
    "call, notices, intake_id, content_key, created_at, version, call_back_at) VALUES ($1, $2, $3, "
    "$4, $5, $6, "
    "$7, $8, "
    "$9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23) RETURNING seq"};

constexpr db::Statement kInsertAttachment{
    "messages.insert_attachment",
    "INSERT INTO attachments (id, message_id, position, file_name, media_type, size, sha256, "
    "inline, "
    "content_id, uploaded_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
    "ON CONFLICT (id) DO UPDATE SET message_id = excluded.message_id, position = "
    "excluded.position, "
    "inline = excluded.inline, content_id = excluded.content_id, draft_id = NULL"};

constexpr db::Statement kSetDelivery{
    "messages.set_delivery",
    "INSERT INTO deliveries (message_id, address, state, detail, at, address_key, reason, "
    "status_code) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
    "ON CONFLICT (message_id, address) DO UPDATE SET state = excluded.state, detail = "
    "excluded.detail, at = excluded.at, reason = excluded.reason, "
    "status_code = excluded.status_code WHERE deliveries.report_id IS NULL"};

constexpr db::Statement kSetMimeId{"messages.set_mime_id",
                                   "UPDATE messages SET mime_message_id = $2 WHERE id = $1"};
constexpr db::Statement kHold{
    "messages.hold", "UPDATE messages SET sending = $2, send_at = $3, approval = $4 WHERE id = $1"};
// One row decides between calling back and letting go: whoever comes second finds it changed.
constexpr db::Statement kMoveOn{
    "messages.move_on",
    "UPDATE messages SET sending = $3, send_at = $4, approval = $5, sent_at = $6, "
    "mime_message_id = $7, version = version + 1 WHERE id = $1 AND sending = $2"};
constexpr db::Statement kCorrect{"messages.correct",
                                 "UPDATE messages SET body_text = $3, body_visible = NULL, call = "
                                 "$4, call_back_at = $5, version = "
                                 "version + 1 WHERE id = $1 AND version = $2"};

constexpr db::Statement kBeginning{
    "messages.beginning",
    "SELECT substr(coalesce(body_visible, body_text), 1, 200) FROM messages WHERE case_id = $1 "
    "ORDER BY seq LIMIT 1"};

constexpr db::Statement kCallBacks{
    "messages.call_backs",
    "SELECT m.call_back_at, m.seq, m.id FROM messages m WHERE m.call_back_at IS NOT NULL AND "
    "(m.call_back_at, m.seq) > ($1, $2) AND NOT EXISTS (SELECT 1 FROM messages l WHERE l.case_id = "
    "m.case_id AND l.seq > m.seq AND l.kind = 'call') ORDER BY m.call_back_at, m.seq LIMIT $3"};

constexpr db::Statement kRedecode{
    "messages.redecode",
    "UPDATE messages SET from_name = $3, recipients = $4, subject = $5, body_text = $6, "
    "body_visible = $7, body_html = $8, notices = $9, version = version + 1 "
    "WHERE id = $1 AND version = $2"};
constexpr db::Statement kRenameAttachment{"messages.rename_attachment",
                                          "UPDATE attachments SET file_name = $2 WHERE id = $1"};

/// When somebody has promised to call.
std::optional<TimePoint> call_back_of(const domain::Message& value) {
  return value.call ? value.call->call_back_at : std::nullopt;
}

constexpr std::string_view kColumns =
    "m.seq, m.id, m.case_id, m.kind, m.from_name, m.from_address, m.recipients, m.subject, "
    "m.body_text, "
    "coalesce(m.body_visible, m.body_text), m.body_html, m.mime_message_id, m.in_reply_to, "
    "m.reference_ids, m.sent_at, "
    "m.received_at, m.author_id, m.call, m.notices, m.intake_id, m.content_key, m.created_at, "
    "m.version, "
    "(SELECT a.display_name FROM agents a WHERE a.id = m.author_id), m.sending, m.send_at, "
    "m.approval";

std::string select(const char* rest) {
  return "SELECT " + std::string(kColumns) + " FROM messages m " + rest;
}

constexpr db::Statement kHeadBySequence{"messages.head_by_sequence",
                                        "SELECT m.id, m.seq, m.case_id FROM messages m JOIN cases "
                                        "c ON c.id = m.case_id WHERE m.seq = $1 AND c.erased_at "
                                        "IS NULL"};
constexpr db::Statement kByContentKey{
    "messages.by_content_key", "SELECT id, seq, case_id FROM messages WHERE content_key = $1"};
constexpr db::Statement kByMimeId{
    "messages.by_mime_id",
    "SELECT id, seq, case_id FROM messages WHERE mime_message_id = $1 AND mime_message_id <> '' "
    "ORDER BY seq DESC LIMIT 5"};
constexpr db::Statement kNewest{
    "messages.newest",
    "SELECT id, seq, case_id FROM messages WHERE case_id = $1 ORDER BY seq DESC LIMIT 1"};
constexpr db::Statement kMimeIds{
    "messages.mime_ids",
    "SELECT mime_message_id FROM messages WHERE case_id = $1 AND mime_message_id <> '' "
    "ORDER BY seq DESC LIMIT $2"};
constexpr db::Statement kParticipants{"messages.participants",
                                      "SELECT from_address, recipients FROM messages WHERE case_id "
                                      "= $1 AND kind IN ('inbound', 'reply') "
                                      "ORDER BY seq DESC LIMIT 500"};
constexpr db::Statement kAttachments{
    "messages.attachments",
    "SELECT a.id, a.file_name, a.media_type, a.size, a.sha256, a.inline, a.content_id, s.state, "
    "s.detail, s.at FROM attachments a LEFT JOIN content_scans s ON s.sha256 = a.sha256 "
    "WHERE a.message_id = $1 ORDER BY a.position"};
constexpr db::Statement kDeliveries{
    "messages.deliveries",
    "SELECT address, state, detail, at, reason, status_code, report_id FROM deliveries "
    "WHERE message_id = $1 ORDER BY address"};
constexpr db::Statement kAttachment{
    "messages.attachment",
    "SELECT a.id, a.file_name, a.media_type, a.size, a.sha256, a.inline, a.content_id, s.state, "
    "s.detail, s.at, a.message_id, a.uploaded_by FROM attachments a LEFT JOIN content_scans s ON "
    "s.sha256 = a.sha256 WHERE a.id = $1"};

constexpr db::Statement kMailsWith{
    "messages.mails_with",
    "SELECT m.intake_id FROM attachments a JOIN messages m ON m.id = a.message_id "
    "WHERE a.sha256 = $1 AND m.intake_id IS NOT NULL LIMIT 10"};
constexpr db::Statement kWaitingOctets{"messages.waiting_octets",
                                       "SELECT coalesce(sum(size), 0) FROM attachments WHERE "
                                       "uploaded_by = $1 AND message_id IS NULL"};
constexpr db::Statement kForgetUploads{
    "messages.forget_uploads",
    "DELETE FROM attachments WHERE message_id IS NULL AND draft_id IS NULL AND id IN (SELECT id "
    "FROM attachments WHERE message_id IS NULL AND draft_id IS NULL AND created_at < $1 ORDER BY "
    "created_at LIMIT 200) RETURNING sha256"};

Messages::Head head_of(const db::Row& row) {
  return {row.id<domain::MessageId>(0), row.integer(1), row.id<domain::CaseId>(2)};
}

std::optional<Messages::Head> head_of(const db::Rows& rows) {
  if (rows.empty()) return std::nullopt;
  return head_of(rows.front());
}

domain::Attachment attachment_of(const db::Row& row) {
  domain::Attachment attachment{row.id<domain::AttachmentId>(0),
                                row.string(1),
                                row.string(2),
                                row.integer(3),
                                row.string(4),
                                row.boolean(5),
                                row.string(6)};
  if (!row.is_null(7)) {
    attachment.scan = domain::ContentScan{enum_column<domain::ScanState>(row.text(7)),
                                          row.string(8), row.optional_time(9)};
  }
  return attachment;
}

domain::Message message_of(const db::Row& row) {
  domain::Message value;
  value.sequence = row.integer(0);
  value.id = row.id<domain::MessageId>(1);
  value.case_id = row.id<domain::CaseId>(2);
  value.kind = enum_column<domain::MessageKind>(row.text(3));
  value.from = {row.string(4), row.string(5)};
  json::Recipients recipients = from_column<json::Recipients>(row.text(6));
  value.to = std::move(recipients.to);
  value.cc = std::move(recipients.cc);
  value.bcc = std::move(recipients.bcc);
  value.subject = row.string(7);
  value.text = row.string(8);
  value.text_visible = row.string(9);
  value.html = row.string(10);
  value.mime_message_id = row.string(11);
  value.in_reply_to = row.string(12);
  value.references = from_column<std::vector<std::string>>(row.text(13));
  value.sent_at = row.optional_time(14);
  value.received_at = row.optional_time(15);
  if (!row.is_null(16)) value.author = row.id<domain::AgentId>(16);
  if (!row.is_null(17)) value.call = from_column<domain::Call>(row.text(17));
  value.notices = from_column<std::vector<std::string>>(row.text(18));
  if (!row.is_null(19)) value.intake = row.id<domain::IntakeId>(19);
  value.content_key = row.string(20);
  value.created_at = row.time(21);
  value.version = row.integer(22);
  value.author_name = row.string(23);
  value.sending.state = enum_column<domain::SendingState>(row.text(24));
  value.sending.at = row.optional_time(25);
  if (!row.is_null(26)) value.sending.approval = from_column<domain::Approval>(row.text(26));
  return value;
}

std::optional<std::string> approval_column(const domain::Sending& sending) {
  if (!sending.approval) return std::nullopt;
  return to_column(*sending.approval);
}

bool names(const std::vector<domain::NamedAddress>& list, const std::string& key) {
  for (const domain::NamedAddress& entry : list) {
    const Result<EmailAddress> address = EmailAddress::parse(entry.address);
    if (address && address->key() == key) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> Messages::beginnings(const std::vector<domain::CaseId>& cases) {
  std::vector<db::Pending> asked;
  asked.reserve(cases.size());
  for (const domain::CaseId& id : cases) asked.push_back(session_.queue(kBeginning, {id}));
  session_.flush();
  std::vector<std::string> texts;
  texts.reserve(asked.size());
  for (const db::Pending& one : asked) {
    texts.push_back(one.rows().empty() ? std::string() : one.rows().front().string(0));
  }
  return texts;
}

std::vector<Messages::CallBack> Messages::call_backs(const std::optional<CallBack>& after,
                                                     int limit) {
  const db::Rows rows = session_.run(
      kCallBacks,
      {after ? to_micros(after->at) : INT64_MIN, after ? after->sequence : std::int64_t{0}, limit});
  std::vector<CallBack> found;
  for (const db::Row row : db::each(rows)) {
    found.push_back({row.time(0), row.integer(1), row.id<domain::MessageId>(2)});
  }
  return found;
}

void Messages::insert(domain::Message& value) {
  std::optional<std::string> call;
  if (value.call) call = to_column(*value.call);
  // Most texts are new from beginning to end, and then not kept twice.
  const db::Param visible =
      value.text_visible == value.text ? db::Param(nullptr) : db::Param(value.text_visible);
  // Null, not empty, when it was no mail: the unique index is over real keys.
  const db::Param content_key =
      value.content_key.empty() ? db::Param(nullptr) : db::Param(value.content_key);
  const db::Rows rows =
      session_.run(kInsert, {value.id,
                             value.case_id,
                             enum_name(value.kind),
                             value.from.name,
                             value.from.address,
                             to_column(json::Recipients{value.to, value.cc, value.bcc}),
                             value.subject,
                             value.text,
                             visible,
                             value.html,
                             value.mime_message_id,
                             value.in_reply_to,
                             to_column(value.references),
                             value.sent_at,
                             value.received_at,
                             value.author,
                             call,
                             to_column(value.notices),
                             value.intake,
                             content_key,
                             value.created_at,
                             value.version,
                             call_back_of(value)});
  value.sequence = rows.front().integer(0);
  std::int64_t position = 0;
  for (const domain::Attachment& attachment : value.attachments) {
    session_.queue(kInsertAttachment,
                   {attachment.id, value.id, position++, attachment.file_name,
                    attachment.media_type, attachment.size, attachment.sha256, attachment.is_inline,
                    attachment.content_id, value.author, value.created_at});
  }
  for (const domain::Delivery& delivery : value.delivery) set_delivery(value.id, delivery);
  const domain::Sending& sending = value.sending;
  if (sending.state == domain::SendingState::released && !sending.at && !sending.approval) return;
  session_.queue(kHold, {value.id, enum_name(sending.state), sending.at, approval_column(sending)});
}

bool Messages::move_on(domain::Message& value, domain::SendingState from) {
  const db::Rows rows = session_.run(
      kMoveOn, {value.id, enum_name(from), enum_name(value.sending.state), value.sending.at,
                approval_column(value.sending), value.sent_at, value.mime_message_id});
  if (rows.affected() != 1) return false;
  for (const domain::Delivery& delivery : value.delivery) set_delivery(value.id, delivery);
  ++value.version;
  return true;
}

void Messages::set_mime_message_id(const domain::MessageId& id,
                                   const std::string& mime_message_id) {
  session_.queue(kSetMimeId, {id, mime_message_id});
}

bool Messages::correct(domain::Message& value) {
  std::optional<std::string> call;
  if (value.call) call = to_column(*value.call);
  const db::Rows rows =
      session_.run(kCorrect, {value.id, value.version, value.text, call, call_back_of(value)});
  if (rows.affected() != 1) return false;
  ++value.version;
  return true;
}

bool Messages::redecode(domain::Message& value) {
  const db::Rows rows = session_.run(
      kRedecode, {value.id, value.version, value.from.name,
                  to_column(json::Recipients{value.to, value.cc, value.bcc}), value.subject,
                  value.text, value.text_visible, value.html, to_column(value.notices)});
  if (rows.affected() != 1) return false;
  for (const domain::Attachment& attachment : value.attachments) {
    session_.queue(kRenameAttachment, {attachment.id, attachment.file_name});
  }
  ++value.version;
  return true;
}

std::vector<domain::Message> Messages::complete(const db::Rows& rows) {
  std::vector<domain::Message> messages;
  messages.reserve(rows.size());
  std::vector<std::pair<db::Pending, db::Pending>> beside;
  for (const db::Row row : db::each(rows)) {
    messages.push_back(message_of(row));
    beside.emplace_back(session_.queue(kAttachments, {messages.back().id}),
                        session_.queue(kDeliveries, {messages.back().id}));
  }
  session_.flush();
  for (std::size_t i = 0; i < messages.size(); ++i) {
    for (const db::Row row : db::each(beside[i].first.rows())) {
      messages[i].attachments.push_back(attachment_of(row));
    }
    for (const db::Row row : db::each(beside[i].second.rows())) {
      messages[i].delivery.push_back(
          {row.string(0), enum_column<domain::DeliveryState>(row.text(1)), row.string(2),
           row.time(3), row.string(4), row.string(5), !row.is_null(6)});
    }
  }
  return messages;
}

std::optional<domain::Message> Messages::by_id(const domain::MessageId& id) {
  static const std::string sql = select("WHERE m.id = $1");
  std::vector<domain::Message> found = complete(session_.run({"messages.by_id", sql}, {id}));
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::optional<domain::Message> Messages::by_sequence(std::int64_t sequence) {
  static const std::string sql = select("WHERE m.seq = $1");
  std::vector<domain::Message> found =
      complete(session_.run({"messages.by_sequence", sql}, {sequence}));
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::vector<domain::Message> Messages::of_case(const domain::CaseId& id, std::int64_t after,
                                               int limit) {
  static const std::string sql =
      select("WHERE m.case_id = $1 AND m.seq > $2 ORDER BY m.seq LIMIT $3");
  return complete(session_.run({"messages.of_case", sql}, {id, after, limit}));
}

std::optional<Messages::Head> Messages::head_by_sequence(std::int64_t sequence) {
  return head_of(session_.run(kHeadBySequence, {sequence}));
}

std::optional<Messages::Head> Messages::by_content_key(const std::string& key) {
  return head_of(session_.run(kByContentKey, {key}));
}

std::vector<Messages::Head> Messages::by_mime_ids(const std::vector<std::string>& ids) {
  std::vector<db::Pending> answers;
  for (const std::string& id : ids) answers.push_back(session_.queue(kByMimeId, {id}));
  session_.flush();
  std::vector<Head> heads;
  for (const db::Pending& answer : answers) {
    for (const db::Row row : db::each(answer.rows())) heads.push_back(head_of(row));
  }
  std::sort(heads.begin(), heads.end(),
            [](const Head& a, const Head& b) { return a.sequence > b.sequence; });
  return heads;
}

bool Messages::takes_part(const domain::CaseId& id, const std::string& address_key) {
  const db::Rows rows = session_.run(kParticipants, {id});
  for (const db::Row row : db::each(rows)) {
    const json::Recipients recipients = from_column<json::Recipients>(row.text(1));
    if (names({{"", row.string(0)}}, address_key) || names(recipients.to, address_key) ||
        names(recipients.cc, address_key) || names(recipients.bcc, address_key)) {
      return true;
    }
  }
  return false;
}

std::optional<Messages::Head> Messages::newest_of_case(const domain::CaseId& id) {
  return head_of(session_.run(kNewest, {id}));
}

std::vector<std::string> Messages::mime_ids_of_case(const domain::CaseId& id, int limit) {
  const db::Rows rows = session_.run(kMimeIds, {id, limit});
  std::vector<std::string> ids;
  for (std::size_t i = rows.size(); i > 0; --i) ids.push_back(rows[i - 1].string(0));
  return ids;
}

void Messages::insert_upload(const domain::Attachment& attachment, const domain::AgentId& by,
                             TimePoint at) {
  session_.queue(kInsertAttachment, {attachment.id, nullptr, 0, attachment.file_name,
                                     attachment.media_type, attachment.size, attachment.sha256,
                                     attachment.is_inline, attachment.content_id, by, at});
}

std::optional<Messages::Upload> Messages::attachment(const domain::AttachmentId& id) {
  const db::Rows rows = session_.run(kAttachment, {id});
  if (rows.empty()) return std::nullopt;
  const db::Row row = rows.front();
  Upload upload{attachment_of(row), std::nullopt, std::nullopt};
  if (!row.is_null(10)) upload.message = row.id<domain::MessageId>(10);
  if (!row.is_null(11)) upload.uploaded_by = row.id<domain::AgentId>(11);
  return upload;
}

std::vector<domain::IntakeId> Messages::mails_with(const std::string& content) {
  std::vector<domain::IntakeId> mails;
  const db::Rows rows = session_.run(kMailsWith, {content});
  for (const db::Row row : db::each(rows)) mails.push_back(row.id<domain::IntakeId>(0));
  return mails;
}

std::int64_t Messages::waiting_octets(const domain::AgentId& by) {
  return session_.run(kWaitingOctets, {by}).front().integer(0);
}

std::vector<std::string> Messages::forget_uploads(TimePoint before) {
  const db::Rows rows = session_.run(kForgetUploads, {before});
  std::vector<std::string> contents;
  for (const db::Row row : db::each(rows)) contents.push_back(row.string(0));
  return contents;
}

void Messages::set_delivery(const domain::MessageId& id, const domain::Delivery& delivery) {
  const Result<EmailAddress> address = EmailAddress::parse(delivery.address);
  const std::string key = address ? address->key() : delivery.address;
  session_.queue(kSetDelivery, {id, delivery.address, enum_name(delivery.state), delivery.detail,
                                delivery.at, key, delivery.reason, delivery.status_code});
}

}  // namespace madoguchi::store
