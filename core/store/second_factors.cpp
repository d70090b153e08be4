// SPDX-License-Identifier: Apache-2.0
#include "core/store/second_factors.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kFactorOf{
    "second_factors.of",
    "SELECT agent_id, secret, confirmed_at, last_step FROM second_factors WHERE agent_id = $1"};
constexpr db::Statement kBeginFactor{
    "second_factors.begin",
    "INSERT INTO second_factors (agent_id, secret, last_step, created_at) VALUES ($1, $2, 0, $3) "
    "ON CONFLICT (agent_id) DO UPDATE SET secret = excluded.secret, confirmed_at = NULL, "
    "last_step = 0, created_at = excluded.created_at"};
constexpr db::Statement kConfirmFactor{
    "second_factors.confirm", "UPDATE second_factors SET confirmed_at = $2 WHERE agent_id = $1"};
constexpr db::Statement kUseStep{
    "second_factors.use_step",
    "UPDATE second_factors SET last_step = $2 WHERE agent_id = $1 AND last_step < $2"};
constexpr db::Statement kRemoveFactor{"second_factors.remove",
                                      "DELETE FROM second_factors WHERE agent_id = $1"};
constexpr db::Statement kRemoveCodes{"recovery_codes.remove",
                                     "DELETE FROM recovery_codes WHERE agent_id = $1"};
constexpr db::Statement kAddCode{"recovery_codes.add",
                                 "INSERT INTO recovery_codes (agent_id, hash) VALUES ($1, $2)"};
constexpr db::Statement kUseCode{"recovery_codes.use",
                                 "DELETE FROM recovery_codes WHERE agent_id = $1 AND hash = $2"};
constexpr db::Statement kCodesLeft{"recovery_codes.left",
                                   "SELECT count(*) FROM recovery_codes WHERE agent_id = $1"};

}  // namespace

std::optional<SecondFactor> SecondFactors::of(const domain::AgentId& agent) {
  const db::Rows rows = session_.run(kFactorOf, {agent});
  if (rows.empty()) return std::nullopt;
  const db::Row row = rows.front();
  return SecondFactor{row.id<domain::AgentId>(0), row.string(1), row.optional_time(2),
                      row.integer(3)};
}

void SecondFactors::begin(const domain::AgentId& agent, const std::string& sealed, TimePoint at) {
  session_.run(kBeginFactor, {agent, db::Bytes{sealed}, at});
}

void SecondFactors::confirm(const domain::AgentId& agent, TimePoint at) {
  session_.run(kConfirmFactor, {agent, at});
}

bool SecondFactors::use_step(const domain::AgentId& agent, std::int64_t step) {
  return session_.run(kUseStep, {agent, step}).affected() == 1;
}

void SecondFactors::remove(const domain::AgentId& agent) { session_.run(kRemoveFactor, {agent}); }

void SecondFactors::remove_codes(const domain::AgentId& agent) {
  session_.run(kRemoveCodes, {agent});
}

void SecondFactors::add_code(const domain::AgentId& agent, const std::string& hash) {
  session_.run(kAddCode, {agent, hash});
}

bool SecondFactors::use_code(const domain::AgentId& agent, const std::string& hash) {
  return session_.run(kUseCode, {agent, hash}).affected() == 1;
}

int SecondFactors::codes_left(const domain::AgentId& agent) {
  return static_cast<int>(session_.run(kCodesLeft, {agent}).front().integer(0));
}

}  // namespace madoguchi::store
