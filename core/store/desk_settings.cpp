// SPDX-License-Identifier: Apache-2.0
#include "core/store/desk_settings.h"

#include "core/store/columns.h"
#include "core/store/mailbox_rules.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kInsertMailbox{
    "mailboxes.insert",
    "INSERT INTO mailboxes (id, name, address, address_key, category_id, signature, managed_by, "
    "position, "
    "archived, version, rules, auto_reply_ja, auto_reply_en, outgoing) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, $11, $12, $13)"};
constexpr db::Statement kUpdateMailbox{
    "mailboxes.update",
    "UPDATE mailboxes SET name = $3, address = $4, address_key "
    "= $5, category_id = $6, signature = $7, "
    "managed_by = $8, position = $9, archived = 0, "
    "rules = $10, auto_reply_ja = $11, auto_reply_en = $12, outgoing = $13, version = "
    "version + 1 WHERE id = $1 AND version = $2"};
constexpr db::Statement kArchiveMailbox{
    "mailboxes.archive", "UPDATE mailboxes SET archived = 1, version = version + 1 WHERE id = $1"};
constexpr db::Statement kReleaseAddress{"mailboxes.release_address",
                                        "UPDATE mailboxes SET address_key = id WHERE id = $1"};
constexpr db::Statement kAllMailboxes{"mailboxes.all",
                                      "SELECT id, name, address, category_id, signature, "
                                      "managed_by, position, version, archived, rules, "
                                      "auto_reply_ja, auto_reply_en, outgoing FROM mailboxes "
                                      "WHERE archived <= $1 ORDER BY position, name"};

constexpr db::Statement kInsertCategory{"categories.insert",
                                        "INSERT INTO categories (id, name, detail, position, "
                                        "archived, version) VALUES ($1, $2, $3, $4, $5, $6)"};
constexpr db::Statement kUpdateCategory{"categories.update",
                                        "UPDATE categories SET name = $3, detail = $4, position = "
                                        "$5, archived = $6, version = version + 1 "
                                        "WHERE id = $1 AND version = $2"};
constexpr db::Statement kAllCategories{
    "categories.all",
    "SELECT id, name, detail, position, archived, version FROM categories ORDER BY position, name"};

}  // namespace

void Mailboxes::insert(const domain::Mailbox& mailbox) {
  session_.run(kInsertMailbox,
               {mailbox.id, mailbox.name, mailbox.address.str(), mailbox.address.key(),
                mailbox.category, mailbox.signature, enum_name(mailbox.managed_by),
                mailbox.position, mailbox.version, to_column(mailbox.rules), mailbox.auto_reply.ja,
                mailbox.auto_reply.en, to_column(mailbox.outgoing)});
}

bool Mailboxes::update(domain::Mailbox& mailbox) {
  const db::Rows rows = session_.run(
      kUpdateMailbox, {mailbox.id, mailbox.version, mailbox.name, mailbox.address.str(),
                       mailbox.address.key(), mailbox.category, mailbox.signature,
                       enum_name(mailbox.managed_by), mailbox.position, to_column(mailbox.rules),
                       mailbox.auto_reply.ja, mailbox.auto_reply.en, to_column(mailbox.outgoing)});
  if (rows.affected() != 1) return false;
  ++mailbox.version;
  return true;
}

void Mailboxes::archive(const domain::MailboxId& id) { session_.run(kArchiveMailbox, {id}); }

void Mailboxes::release_address(const domain::MailboxId& id) {
  session_.run(kReleaseAddress, {id});
}

std::vector<domain::Mailbox> Mailboxes::all(bool with_archived) {
  std::vector<domain::Mailbox> mailboxes;
  const db::Rows rows = session_.run(kAllMailboxes, {with_archived});
  for (const db::Row row : db::each(rows)) {
    domain::Mailbox mailbox;
    mailbox.id = row.id<domain::MailboxId>(0);
    mailbox.name = row.string(1);
    mailbox.address = EmailAddress::parse(row.text(2)).value_or(EmailAddress{});
    if (!row.is_null(3)) mailbox.category = row.id<domain::CategoryId>(3);
    mailbox.signature = row.string(4);
    mailbox.managed_by = enum_column<domain::ManagedBy>(row.text(5));
    mailbox.position = row.integer(6);
    mailbox.version = row.integer(7);
    mailbox.archived = row.boolean(8);
    mailbox.rules = from_column<domain::MailboxRules>(row.text(9));
    mailbox.auto_reply = {row.string(10), row.string(11)};
    mailbox.outgoing = from_column<domain::OutgoingRules>(row.text(12));
    mailboxes.push_back(std::move(mailbox));
  }
  return mailboxes;
}

void Categories::insert(const domain::Category& category) {
  session_.run(kInsertCategory, {category.id, category.name, category.detail, category.position,
                                 category.archived, category.version});
}

bool Categories::update(domain::Category& category) {
  const db::Rows rows =
      session_.run(kUpdateCategory, {category.id, category.version, category.name, category.detail,
                                     category.position, category.archived});
  if (rows.affected() != 1) return false;
  ++category.version;
  return true;
}

std::vector<domain::Category> Categories::all() {
  std::vector<domain::Category> categories;
  const db::Rows rows = session_.run(kAllCategories);
  for (const db::Row row : db::each(rows)) {
    categories.push_back({row.id<domain::CategoryId>(0), row.string(1), row.string(2),
                          row.integer(3), row.boolean(4), row.integer(5)});
  }
  return categories;
}

}  // namespace madoguchi::store
