// SPDX-License-Identifier: Apache-2.0
#include "core/store/case_facts.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kNewestInbound{
    "case_facts.newest_inbound",
    "SELECT coalesce(body_visible, body_text) FROM messages WHERE case_id = $1 AND kind = "
    "'inbound' ORDER BY seq DESC LIMIT 1"};
constexpr db::Statement kOpenCall{
    "case_facts.open_call",
    "SELECT 1 FROM messages WHERE case_id = $1 AND kind = 'call' AND call IS NULL LIMIT 1"};

}  // namespace

std::string CaseFacts::newest_inbound_text(const domain::CaseId& id) {
  const db::Rows rows = session_.run(kNewestInbound, {id});
  return rows.empty() ? std::string() : rows.front().string(0);
}

bool CaseFacts::calls_ended(const domain::CaseId& id) {
  return session_.run(kOpenCall, {id}).empty();
}

}  // namespace madoguchi::store
