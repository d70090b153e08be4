// SPDX-License-Identifier: Apache-2.0
#include "core/store/passwords.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kPasswordOf{"passwords.of",
                                    "SELECT phc FROM passwords WHERE agent_id = $1"};
constexpr db::Statement kSetPassword{
    "passwords.set",
    "INSERT INTO passwords (agent_id, phc, changed_at) VALUES ($1, $2, $3) "
    "ON CONFLICT (agent_id) DO UPDATE SET phc = excluded.phc, changed_at = excluded.changed_at"};
constexpr db::Statement kRenewPassword{
    "passwords.renew", "UPDATE passwords SET phc = $3 WHERE agent_id = $1 AND phc = $2"};
constexpr db::Statement kMakeLink{
    "password_links.make",
    "INSERT INTO password_links (agent_id, hash, expires_at) VALUES ($1, $2, $3) "
    "ON CONFLICT (agent_id) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at"};
constexpr db::Statement kByLink{
    "password_links.by_hash",
    "SELECT agent_id FROM password_links WHERE hash = $1 AND expires_at > $2"};
constexpr db::Statement kTakeLink{
    "password_links.take",
    "DELETE FROM password_links WHERE hash = $1 AND expires_at > $2 RETURNING agent_id"};
constexpr db::Statement kRemoveLinks{"password_links.remove",
                                     "DELETE FROM password_links WHERE agent_id = $1"};
constexpr db::Statement kFailures{"sign_in_failures.of",
                                  "SELECT failures, last_at FROM sign_in_failures WHERE key = $1"};
constexpr db::Statement kFailed{
    "sign_in_failures.add",
    "INSERT INTO sign_in_failures (key, failures, last_at) VALUES ($1, 1, $2) "
    "ON CONFLICT (key) DO UPDATE SET failures = CASE WHEN sign_in_failures.last_at < $3 THEN 1 "
    "ELSE sign_in_failures.failures + 1 END, last_at = excluded.last_at"};
constexpr db::Statement kSucceeded{"sign_in_failures.remove",
                                   "DELETE FROM sign_in_failures WHERE key = $1"};
constexpr db::Statement kTakeBack{
    "sign_in_failures.take_back",
    "UPDATE sign_in_failures SET failures = failures - 1 WHERE key = $1 AND failures > 0"};
constexpr db::Statement kForgetFailures{"sign_in_failures.forget",
                                        "DELETE FROM sign_in_failures WHERE last_at < $1"};

std::optional<domain::AgentId> agent_in(const db::Rows& rows) {
  return rows.empty() ? std::nullopt : std::optional(rows.front().id<domain::AgentId>(0));
}

}  // namespace

std::string Passwords::of(const domain::AgentId& agent) {
  const db::Rows rows = session_.run(kPasswordOf, {agent});
  return rows.empty() ? std::string() : rows.front().string(0);
}

void Passwords::set(const domain::AgentId& agent, const std::string& phc, TimePoint at) {
  session_.run(kSetPassword, {agent, phc, at});
}

void Passwords::renew(const domain::AgentId& agent, const std::string& old,
                      const std::string& phc) {
  session_.run(kRenewPassword, {agent, old, phc});
}

void Passwords::make_link(const domain::AgentId& agent, const std::string& hash,
                          TimePoint expires_at) {
  session_.run(kMakeLink, {agent, hash, expires_at});
}

std::optional<domain::AgentId> Passwords::by_link(const std::string& hash, TimePoint now) {
  return agent_in(session_.run(kByLink, {hash, now}));
}

std::optional<domain::AgentId> Passwords::take_link(const std::string& hash, TimePoint now) {
  return agent_in(session_.run(kTakeLink, {hash, now}));
}

void Passwords::remove_links(const domain::AgentId& agent) { session_.run(kRemoveLinks, {agent}); }

Passwords::Failures Passwords::failures(const std::string& key) {
  const db::Rows rows = session_.run(kFailures, {key});
  if (rows.empty()) return {};
  return {static_cast<int>(rows.front().integer(0)), rows.front().time(1)};
}

void Passwords::failed(const std::string& key, TimePoint at, TimePoint since) {
  session_.run(kFailed, {key, at, since});
}

void Passwords::succeeded(const std::string& key) { session_.run(kSucceeded, {key}); }

void Passwords::take_back(const std::string& key) { session_.run(kTakeBack, {key}); }

void Passwords::forget_before(TimePoint time) { session_.run(kForgetFailures, {time}); }

}  // namespace madoguchi::store
