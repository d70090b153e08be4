// SPDX-License-Identifier: Apache-2.0
#include "core/store/idempotency.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kClaim{
    "idempotency.claim",
    "INSERT INTO idempotency (request_key, body_hash, state, owner, started_at) "
    "VALUES ($1, $2, 'running', $3, $4) ON CONFLICT (request_key) DO NOTHING"};
constexpr db::Statement kFind{
    "idempotency.find",
    "SELECT body_hash, state, owner, started_at, effect, status, headers, body FROM idempotency "
    "WHERE request_key = $1"};
constexpr db::Statement kTakeOver{
    "idempotency.take_over",
    "UPDATE idempotency SET owner = $3, started_at = $4 WHERE request_key = $1 AND owner = $2 "
    "AND state = 'running' AND effect IS NULL"};
constexpr db::Statement kEffect{
    "idempotency.effect",
    "UPDATE idempotency SET effect = $3, status = $4, headers = $5 WHERE request_key = $1 AND "
    "owner = $2 AND state = 'running'"};
constexpr db::Statement kFinish{
    "idempotency.finish",
    "UPDATE idempotency SET state = 'done', effect = NULL, status = $3, headers = $4, body = $5 "
    "WHERE request_key = $1 AND owner = $2"};
constexpr db::Statement kRelease{"idempotency.release",
                                 "DELETE FROM idempotency WHERE request_key = $1 AND owner = $2 "
                                 "AND state = 'running' AND effect IS NULL"};
constexpr db::Statement kRemove{"idempotency.remove_before",
                                "DELETE FROM idempotency WHERE started_at < $1"};

}  // namespace

bool Idempotency::claim(const IdempotentRequest& request) {
  return session_.run(kClaim, {request.key, request.body_hash, request.owner, request.started_at})
             .affected() == 1;
}

std::optional<IdempotentRequest> Idempotency::find(const std::string& key) {
  const db::Rows rows = session_.run(kFind, {key});
  if (rows.empty()) return std::nullopt;
  const db::Row row = rows.front();
  IdempotentRequest request;
  request.key = key;
  request.body_hash = row.string(0);
  request.finished = row.text(1) == "done";
  request.owner = row.string(2);
  request.started_at = row.time(3);
  request.effect = row.optional_string(4);
  request.status = static_cast<int>(row.integer(5));
  request.headers = row.string(6);
  request.body = row.string(7);
  return request;
}

bool Idempotency::take_over(const IdempotentRequest& left, const IdempotentRequest& request) {
  return session_.run(kTakeOver, {left.key, left.owner, request.owner, request.started_at})
             .affected() == 1;
}

bool Idempotency::record_effect(const std::string& key, const std::string& owner,
                                const Effect& effect) {
  return session_.run(kEffect, {key, owner, effect.body, effect.status, effect.headers})
             .affected() == 1;
}

void Idempotency::finish(const IdempotentRequest& request) {
  session_.run(kFinish,
               {request.key, request.owner, request.status, request.headers, request.body});
}

void Idempotency::release(const std::string& key, const std::string& owner) {
  session_.run(kRelease, {key, owner});
}

void Idempotency::remove_before(TimePoint time) { session_.run(kRemove, {time}); }

}  // namespace madoguchi::store
