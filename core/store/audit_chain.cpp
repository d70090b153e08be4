// SPDX-License-Identifier: Apache-2.0
#include "core/store/audit_chain.h"

#include "core/crypto/digest.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kNewest{"audit.newest",
                                "SELECT position, change_tx, change_seq, hash FROM change_links "
                                "ORDER BY position DESC LIMIT 1"};
// As in changes.cpp: one transaction on SQLite.
constexpr db::Statement kNext{
    "audit.next",
    "SELECT tx, seq, at, event, object_type, object_id, case_id, customer_id, mailboxes, actor_id, "
    "actor_name, data, sealed FROM changes WHERE +tx >= $1 AND seq > $2 AND +tx < $3 ORDER BY seq "
    "LIMIT $4",
    "SELECT tx, seq, at, event, object_type, object_id, case_id, customer_id, mailboxes, actor_id, "
    "actor_name, data, sealed FROM changes WHERE (tx, seq) > ($1, $2) AND tx < $3 ORDER BY tx, seq "
    "LIMIT $4"};
constexpr db::Statement kAppend{
    "audit.append",
    "INSERT INTO change_links (position, change_tx, change_seq, hash) VALUES ($1, $2, $3, $4)"};
constexpr db::Statement kSign{
    "audit.sign",
    "INSERT INTO audit_checkpoints (position, hash, at, signature) VALUES ($1, $2, $3, $4)"};
constexpr db::Statement kNewestCheckpoint{
    "audit.newest_checkpoint",
    "SELECT position, hash, at, signature FROM audit_checkpoints ORDER BY position DESC LIMIT 1"};
constexpr db::Statement kCheckpoints{
    "audit.checkpoints",
    "SELECT position, hash, at, signature FROM audit_checkpoints WHERE position > $1 ORDER BY "
    "position LIMIT $2"};
constexpr db::Statement kLinks{
    "audit.links",
    "SELECT c.tx, c.seq, c.at, c.event, c.object_type, c.object_id, c.case_id, c.customer_id, "
    "c.mailboxes, c.actor_id, c.actor_name, c.data, c.sealed, l.position, l.change_tx, "
    "l.change_seq, l.hash "
    "FROM change_links l LEFT JOIN changes c ON c.seq = l.change_seq WHERE l.position > $1 ORDER "
    "BY l.position LIMIT $2"};
constexpr db::Statement kLeftOut{
    "audit.left_out",
    "SELECT c.seq FROM changes c WHERE (c.tx, c.seq) <= ($1, $2) AND NOT EXISTS (SELECT 1 FROM "
    "change_links l WHERE l.change_seq = c.seq) ORDER BY c.seq LIMIT $3"};
constexpr db::Statement kUnsealed{"audit.unsealed",
                                  "SELECT count(*) FROM changes WHERE +tx >= $1 AND seq > $2",
                                  "SELECT count(*) FROM changes WHERE (tx, seq) > ($1, $2)"};

/// Columns 1 to 12 of a change, the last of which is hashed when there is one; a length before each
/// keeps two neighbours from passing for others.
/// The transaction is none of it: a restore on another server numbers it anew.
std::string hashed_row(const db::Row& row) {
  constexpr std::size_t kFirst = 1;
  constexpr std::size_t kFirstText = 3;
  constexpr std::size_t kEnd = 12;
  std::string text;
  for (std::size_t column = kFirst; column < kEnd; ++column) {
    if (row.is_null(column)) {
      text += "-;";
      continue;
    }
    const std::string value =
        column < kFirstText ? std::to_string(row.integer(column)) : row.string(column);
    text += std::to_string(value.size()) + ":" + value + ";";
  }
  if (!row.is_null(kEnd)) {
    text += std::to_string(row.text(kEnd).size()) + ":" + row.string(kEnd) + ";";
  }
  return text;
}

AuditCheckpoint checkpoint_of(const db::Row& row) {
  return {row.integer(0), row.string(1), row.time(2), row.string(3)};
}

}  // namespace

std::string link_hash(std::string_view before, std::string_view row) {
  crypto::Sha256 hash;
  hash.update(before);
  hash.update(row);
  return std::string(crypto::as_bytes(hash.finish()));
}

std::string first_hash() { return std::string(sizeof(crypto::Digest), '\0'); }

ChangeLink AuditChain::newest() {
  const db::Rows rows = session_.run(kNewest);
  if (rows.empty()) return {0, {}, first_hash()};
  const db::Row row = rows.front();
  return {row.integer(0), {row.integer(1), row.integer(2)}, row.string(3)};
}

std::vector<ChangeLink> AuditChain::continued(const ChangeLink& last, Changes::Horizon below,
                                              int limit) {
  const FeedPosition after = Changes(session_).place(last.change, below);
  const db::Rows rows =
      session_.run(kNext, {after.transaction, after.sequence, below.transaction, limit});
  std::vector<ChangeLink> links;
  links.reserve(rows.size());
  const ChangeLink* before = &last;
  for (const db::Row row : db::each(rows)) {
    links.push_back({before->position + 1,
                     {row.integer(0), row.integer(1)},
                     link_hash(before->hash, hashed_row(row))});
    before = &links.back();
  }
  return links;
}

void AuditChain::append(const std::vector<ChangeLink>& links) {
  for (const ChangeLink& link : links) {
    session_.queue(kAppend, {link.position, link.change.transaction, link.change.sequence,
                             db::Bytes{link.hash}});
  }
  session_.flush();
}

void AuditChain::append(const AuditCheckpoint& checkpoint) {
  session_.run(kSign, {checkpoint.position, db::Bytes{checkpoint.hash}, checkpoint.at,
                       db::Bytes{checkpoint.signature}});
}

std::optional<AuditCheckpoint> AuditChain::newest_checkpoint() {
  const db::Rows rows = session_.run(kNewestCheckpoint);
  return rows.empty() ? std::nullopt : std::optional(checkpoint_of(rows.front()));
}

std::vector<AuditCheckpoint> AuditChain::checkpoints_after(std::int64_t position, int limit) {
  const db::Rows rows = session_.run(kCheckpoints, {position, limit});
  std::vector<AuditCheckpoint> checkpoints;
  for (const db::Row row : db::each(rows)) checkpoints.push_back(checkpoint_of(row));
  return checkpoints;
}

std::vector<CheckedLink> AuditChain::links_after(std::int64_t position, int limit) {
  const db::Rows rows = session_.run(kLinks, {position, limit});
  std::vector<CheckedLink> links;
  links.reserve(rows.size());
  for (const db::Row row : db::each(rows)) {
    CheckedLink checked{{row.integer(13), {row.integer(14), row.integer(15)}, row.string(16)}, {}};
    if (!row.is_null(1)) checked.row = hashed_row(row);
    links.push_back(std::move(checked));
  }
  return links;
}

std::vector<std::int64_t> AuditChain::changes_left_out(const ChangeLink& newest, int limit) {
  const db::Rows rows =
      session_.run(kLeftOut, {newest.change.transaction, newest.change.sequence, limit});
  std::vector<std::int64_t> sequences;
  for (const db::Row row : db::each(rows)) sequences.push_back(row.integer(0));
  return sequences;
}

std::int64_t AuditChain::unsealed(const ChangeLink& newest) {
  return session_.run(kUnsealed, {newest.change.transaction, newest.change.sequence})
      .front()
      .integer(0);
}

}  // namespace madoguchi::store
