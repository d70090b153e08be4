// SPDX-License-Identifier: Apache-2.0
#include "core/store/content_scans.h"

#include "core/store/columns.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kExpect{
    "content_scans.expect",
    "INSERT INTO content_scans (sha256, state, detail, at) VALUES ($1, 'not_scanned', '', NULL) "
    "ON CONFLICT (sha256) DO NOTHING"};
constexpr db::Statement kSet{
    "content_scans.set",
    "INSERT INTO content_scans (sha256, state, detail, at) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (sha256) DO UPDATE SET state = excluded.state, detail = excluded.detail, "
    "at = excluded.at"};
constexpr db::Statement kFind{"content_scans.find",
                              "SELECT state, detail, at FROM content_scans WHERE sha256 = $1"};
constexpr db::Statement kHolders{
    "content_scans.holders",
    "SELECT a.id, m.id, m.case_id, a.file_name FROM attachments a JOIN messages m ON m.id = "
    "a.message_id WHERE a.sha256 = $1 ORDER BY a.id DESC LIMIT $2"};
constexpr db::Statement kAfter{
    "content_scans.after",
    "SELECT a.id, CASE WHEN s.sha256 IS NULL THEN a.sha256 ELSE '' END FROM attachments a "
    "LEFT JOIN content_scans s ON s.sha256 = a.sha256 WHERE a.id > $1 ORDER BY a.id LIMIT $2"};

}  // namespace

void ContentScans::expect(const std::string& sha256) { session_.queue(kExpect, {sha256}); }

void ContentScans::set(const std::string& sha256, const domain::ContentScan& scan) {
  session_.queue(kSet, {sha256, enum_name(scan.state), scan.detail, scan.at});
}

std::optional<domain::ContentScan> ContentScans::find(const std::string& sha256) {
  const db::Rows rows = session_.run(kFind, {sha256});
  if (rows.empty()) return std::nullopt;
  const db::Row row = rows.front();
  return domain::ContentScan{enum_column<domain::ScanState>(row.text(0)), row.string(1),
                             row.optional_time(2)};
}

std::vector<ContentScans::Holder> ContentScans::holders(const std::string& sha256, int limit) {
  const db::Rows rows = session_.run(kHolders, {sha256, limit});
  std::vector<Holder> found;
  for (const db::Row row : db::each(rows)) {
    found.push_back({row.id<domain::AttachmentId>(0), row.id<domain::MessageId>(1),
                     row.id<domain::CaseId>(2), row.string(3)});
  }
  return found;
}

std::vector<ContentScans::Step> ContentScans::after(const std::string& attachment_id, int limit) {
  const db::Rows rows = session_.run(kAfter, {attachment_id, limit});
  std::vector<Step> steps;
  for (const db::Row row : db::each(rows)) {
    steps.push_back({row.id<domain::AttachmentId>(0), row.string(1)});
  }
  return steps;
}

}  // namespace madoguchi::store
