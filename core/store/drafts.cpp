// SPDX-License-Identifier: Apache-2.0
#include "core/store/drafts.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kFind{
    "drafts.find",
    "SELECT id, case_id, agent_id, content, version, saved_at FROM drafts "
    "WHERE case_id = $1 AND agent_id = $2"};
constexpr db::Statement kInsert{
    "drafts.insert",
    "INSERT INTO drafts (id, case_id, agent_id, content, version, saved_at) "
    "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (case_id, agent_id) DO NOTHING"};
constexpr db::Statement kUpdate{"drafts.update",
                                "UPDATE drafts SET content = $3, saved_at = $4, version = version "
                                "+ 1 WHERE id = $1 AND version = $2"};
constexpr db::Statement kRemove{"drafts.remove",
                                "DELETE FROM drafts WHERE id = $1 AND version = $2"};
constexpr db::Statement kFree{
    "drafts.free_uploads",
    "UPDATE attachments SET draft_id = NULL, created_at = $2 WHERE draft_id = $1"};
constexpr db::Statement kHold{"drafts.hold_upload",
                              "UPDATE attachments SET draft_id = $2 WHERE id = $1 AND message_id "
                              "IS NULL"};

}  // namespace

std::optional<Draft> Drafts::find(const domain::CaseId& case_id, const domain::AgentId& agent) {
  const db::Rows rows = session_.run(kFind, {case_id, agent});
  if (rows.empty()) return std::nullopt;
  const db::Row row = rows.front();
  return Draft{row.id<DraftId>(0),
               row.id<domain::CaseId>(1),
               row.id<domain::AgentId>(2),
               row.string(3),
               row.integer(4),
               row.time(5)};
}

bool Drafts::insert(const Draft& draft) {
  return session_
             .run(kInsert, {draft.id, draft.case_id, draft.agent, draft.content, draft.version,
                            draft.saved_at})
             .affected() == 1;
}

bool Drafts::update(Draft& draft) {
  if (session_.run(kUpdate, {draft.id, draft.version, draft.content, draft.saved_at}).affected() !=
      1) {
    return false;
  }
  ++draft.version;
  return true;
}

void Drafts::hold(const DraftId& id, const std::vector<domain::AttachmentId>& uploads,
                  TimePoint now) {
  session_.queue(kFree, {id, now});
  for (const domain::AttachmentId& upload : uploads) session_.queue(kHold, {upload, id});
}

bool Drafts::remove(const Draft& draft, TimePoint now) {
  if (session_.run(kRemove, {draft.id, draft.version}).affected() != 1) return false;
  session_.queue(kFree, {draft.id, now});
  return true;
}

}  // namespace madoguchi::store
