// SPDX-License-Identifier: Apache-2.0
#include "core/store/external_messages.h"

#include "core/crypto/digest.h"
#include "core/store/columns.h"
#include "core/store/conditions.h"

namespace madoguchi::store {

/// To, cc and reply_to in one column.
struct ExternalRecipients {
  std::vector<domain::NamedAddress> to;
  std::vector<domain::NamedAddress> cc;
  std::vector<domain::NamedAddress> reply_to;
};

}  // namespace madoguchi::store

namespace madoguchi::json {

template <>
struct Table<store::ExternalRecipients> {
  static constexpr const char* name = "ExternalRecipients";
  static const Fields& fields() {
    using store::ExternalRecipients;
    static const Fields table = json::fields<ExternalRecipients>(
        field("to", &ExternalRecipients::to, ""), field("cc", &ExternalRecipients::cc, ""),
        field("reply_to", &ExternalRecipients::reply_to, ""));
    return table;
  }
};
template <>
struct Table<domain::ExternalAttachment> {
  static constexpr const char* name = "ExternalAttachment";
  static const Fields& fields() {
    using domain::ExternalAttachment;
    static const Fields table = json::fields<ExternalAttachment>(
        field("id", &ExternalAttachment::id, "The other system's own id."),
        field("file_name", &ExternalAttachment::file_name, "Its name."));
    return table;
  }
};

}  // namespace madoguchi::json

namespace madoguchi::store {
namespace {

constexpr db::Statement kKnownMessage{
    "external_messages.known",
    "SELECT id, digest FROM external_messages WHERE account = $1 AND external_id = $2"};
constexpr db::Statement kPutMessage{
    "external_messages.put",
    "INSERT INTO external_messages (id, account, external_id, thread, direction, medium, sender, "
    "recipients, subject, body, status, author, url, attachments, sent_at, digest) VALUES ($1, $2, "
    "$3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT (account, "
    "external_id) DO UPDATE SET thread = excluded.thread, direction = excluded.direction, medium = "
    "excluded.medium, sender = excluded.sender, recipients = excluded.recipients, subject = "
    "excluded.subject, body = excluded.body, status = excluded.status, author = excluded.author, "
    "url = excluded.url, attachments = excluded.attachments, sent_at = excluded.sent_at, digest = "
    "excluded.digest RETURNING id"};
constexpr db::Statement kForgetAddresses{"external_addresses.forget",
                                         "DELETE FROM external_addresses WHERE message_id = $1"};
constexpr db::Statement kPutAddress{
    "external_addresses.put",
    "INSERT INTO external_addresses (address_key, sent_at, message_id, account) VALUES ($1, $2, "
    "$3, $4) ON CONFLICT (address_key, sent_at, message_id) DO NOTHING"};
constexpr db::Statement kRemoveMessage{"external_messages.remove",
                                       "DELETE FROM external_messages WHERE id = $1"};
constexpr db::Statement kOfThread{
    "external_messages.of_thread",
    "SELECT id FROM external_messages WHERE account = $1 AND thread = $2"};
constexpr db::Statement kOfAddress{
    "external_addresses.of",
    "SELECT DISTINCT m.id, m.account, m.thread FROM external_addresses a JOIN external_messages m "
    "ON m.id = a.message_id WHERE a.address_key = $1"};
constexpr db::Statement kRemoveEmptyThread{
    "external_threads.remove_empty",
    "DELETE FROM external_threads WHERE account = $1 AND id = $2 AND NOT EXISTS (SELECT 1 FROM "
    "external_messages WHERE account = $1 AND thread = $2)"};
constexpr db::Statement kKnownThread{
    "external_threads.known", "SELECT digest FROM external_threads WHERE account = $1 AND id = $2"};
constexpr db::Statement kPutThread{
    "external_threads.put",
    "INSERT INTO external_threads (account, id, subject, status, assignee, labels, url, "
    "changed_at, digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (account, id) DO "
    "UPDATE SET subject = excluded.subject, status = excluded.status, assignee = "
    "excluded.assignee, labels = excluded.labels, url = excluded.url, changed_at = "
    "excluded.changed_at, digest = excluded.digest"};
constexpr db::Statement kRemoveThread{
    "external_threads.remove", "DELETE FROM external_threads WHERE account = $1 AND id = $2"};

constexpr std::string_view kMessageColumns =
    "m.id, m.account, m.external_id, m.thread, m.direction, m.medium, m.sender, m.recipients, "
    "m.subject, m.body, m.status, m.author, m.url, m.attachments, m.sent_at, t.id, t.subject, "
    "t.status, t.assignee, t.labels, t.url, t.changed_at";

/// Of fields whose ends are told, so that no two are taken for others.
class Digest {
 public:
  Digest& add(std::string_view text) {
    sha_.update(std::to_string(text.size()) + ":");
    sha_.update(text);
    return *this;
  }
  [[nodiscard]] std::string str() { return crypto::to_hex(sha_.finish()).substr(0, 32); }

 private:
  crypto::Sha256 sha_;
};

ExternalMessageRecord external_record_of(const db::Row& row) {
  ExternalMessageRecord record;
  record.id = row.string(0);
  record.account = row.string(1);
  domain::ExternalMessage& value = record.value;
  value.id = row.string(2);
  value.thread = row.string(3);
  value.direction = enum_column<domain::MessageDirection>(row.text(4));
  value.medium = row.string(5);
  value.from = from_column<domain::NamedAddress>(row.text(6));
  auto recipients = from_column<ExternalRecipients>(row.text(7));
  value.to = std::move(recipients.to);
  value.cc = std::move(recipients.cc);
  value.reply_to = std::move(recipients.reply_to);
  value.subject = row.string(8);
  value.text = row.string(9);
  value.status = row.string(10);
  value.author = row.string(11);
  value.url = row.string(12);
  value.attachments = from_column<std::vector<domain::ExternalAttachment>>(row.text(13));
  value.sent_at = row.time(14);
  if (!row.is_null(15)) {
    domain::ExternalThread& thread = record.thread.emplace();
    thread.id = row.string(15);
    thread.subject = row.string(16);
    thread.status = row.string(17);
    thread.assignee = row.string(18);
    thread.labels = from_column<std::vector<std::string>>(row.text(19));
    thread.url = row.string(20);
    thread.changed_at = row.time(21);
  }
  return record;
}

const auto kItself = [](const auto& value) { return db::Param(value); };

}  // namespace

bool ExternalMessages::put(const std::string& account, const std::string& id,
                           const domain::ExternalMessage& message,
                           const std::vector<std::string>& address_keys) {
  const std::string sender = to_column(message.from);
  const std::string recipients =
      to_column(ExternalRecipients{message.to, message.cc, message.reply_to});
  const std::string attachments = to_column(message.attachments);
  Digest digest;
  digest.add(message.thread).add(enum_name(message.direction)).add(message.medium);
  digest.add(sender).add(recipients).add(message.subject).add(message.text).add(message.status);
  digest.add(message.author).add(message.url).add(attachments);
  digest.add(std::to_string(to_micros(message.sent_at)));
  for (const std::string& key : address_keys) digest.add(key);
  const std::string now = digest.str();
  const db::Rows known = session_.run(kKnownMessage, {account, message.id});
  if (!known.empty() && known.front().text(1) == now) return false;
  const std::string kept =
      session_
          .run(kPutMessage,
               {id, account, message.id, message.thread, enum_name(message.direction),
                message.medium, sender, recipients, message.subject, message.text, message.status,
                message.author, message.url, attachments, message.sent_at, now})
          .front()
          .string(0);
  if (!known.empty()) session_.run(kForgetAddresses, {kept});
  for (const std::string& key : address_keys) {
    session_.run(kPutAddress, {key, message.sent_at, kept, account});
  }
  return true;
}

bool ExternalMessages::put(const std::string& account, const domain::ExternalThread& thread) {
  const std::string labels = to_column(thread.labels);
  const std::string now = Digest()
                              .add(thread.subject)
                              .add(thread.status)
                              .add(thread.assignee)
                              .add(labels)
                              .add(thread.url)
                              .add(std::to_string(to_micros(thread.changed_at)))
                              .str();
  const db::Rows known = session_.run(kKnownThread, {account, thread.id});
  if (!known.empty() && known.front().text(0) == now) return false;
  session_.run(kPutThread, {account, thread.id, thread.subject, thread.status, thread.assignee,
                            labels, thread.url, thread.changed_at, now});
  return true;
}

void ExternalMessages::remove_by_id(const std::string& id) {
  session_.run(kForgetAddresses, {id});
  session_.run(kRemoveMessage, {id});
}

void ExternalMessages::remove_message(const std::string& account, const std::string& external_id) {
  const db::Rows known = session_.run(kKnownMessage, {account, external_id});
  if (!known.empty()) remove_by_id(known.front().string(0));
}

void ExternalMessages::remove_thread(const std::string& account, const std::string& thread) {
  const db::Rows messages = session_.run(kOfThread, {account, thread});
  for (const db::Row row : db::each(messages)) remove_by_id(row.string(0));
  session_.run(kRemoveThread, {account, thread});
}

std::vector<ExternalMessageRecord> ExternalMessages::list(
    const ExternalMessageQuery& query, const std::optional<ExternalMessagePlace>& after) {
  if (query.address_keys.empty()) return {};
  Conditions conditions;
  conditions.one_of("a.address_key", query.address_keys, kItself);
  conditions.one_of("a.account", query.accounts, kItself);
  if (after) {
    const std::string at = conditions.bind(after->sent_at);
    conditions.add("(a.sent_at, a.message_id) < (" + at + ", " + conditions.bind(after->id) + ")");
  }
  const std::string sql =
      "SELECT " + std::string(kMessageColumns) +
      " FROM (SELECT DISTINCT a.sent_at, a.message_id FROM external_addresses a" +
      conditions.where() + " ORDER BY a.sent_at DESC, a.message_id DESC LIMIT " +
      std::to_string(query.limit + 1) +
      ") k JOIN external_messages m ON m.id = k.message_id LEFT JOIN external_threads t ON "
      "t.account = m.account AND t.id = m.thread ORDER BY k.sent_at DESC, k.message_id DESC";
  const db::Rows rows = session_.run({"external_messages.list", sql}, conditions.params().data(),
                                     conditions.params().size());
  std::vector<ExternalMessageRecord> found;
  for (const db::Row row : db::each(rows)) found.push_back(external_record_of(row));
  return found;
}

std::optional<ExternalMessageRecord> ExternalMessages::find(
    const std::string& id, const std::vector<std::string>& address_keys) {
  if (address_keys.empty()) return std::nullopt;
  Conditions conditions;
  conditions.add("m.id = " + conditions.bind(id));
  conditions.one_of("a.address_key", address_keys, kItself);
  const std::string sql = "SELECT " + std::string(kMessageColumns) +
                          " FROM external_messages m JOIN external_addresses a ON a.message_id = "
                          "m.id LEFT JOIN external_threads t ON t.account = m.account AND t.id = "
                          "m.thread" +
                          conditions.where() + " LIMIT 1";
  const db::Rows rows = session_.run({"external_messages.find", sql}, conditions.params().data(),
                                     conditions.params().size());
  return rows.empty() ? std::nullopt : std::optional(external_record_of(rows.front()));
}

void ExternalMessages::forget(const std::string& address_key) {
  const db::Rows messages = session_.run(kOfAddress, {address_key});
  for (const db::Row row : db::each(messages)) {
    remove_by_id(row.string(0));
    session_.run(kRemoveEmptyThread, {row.string(1), row.string(2)});
  }
}

}  // namespace madoguchi::store
