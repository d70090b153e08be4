// SPDX-License-Identifier: Apache-2.0
#include "core/store/tokens.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kInsertToken{
    "tokens.insert",
    "INSERT INTO tokens (id, agent_id, hash, created_at, name, hint, expires_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7)"};
constexpr db::Statement kTokenByHash{
    "tokens.by_hash",
    "SELECT id, agent_id, name, hint, created_at, last_used_at, expires_at FROM tokens "
    "WHERE hash = $1"};
constexpr db::Statement kTokenById{
    "tokens.by_id",
    "SELECT id, agent_id, name, hint, created_at, last_used_at, expires_at FROM tokens "
    "WHERE id = $1"};
constexpr db::Statement kTokensOf{
    "tokens.of",
    "SELECT id, agent_id, name, hint, created_at, last_used_at, expires_at FROM tokens "
    "WHERE agent_id = $1 ORDER BY id DESC"};
constexpr db::Statement kTokenUsed{"tokens.used",
                                   "UPDATE tokens SET last_used_at = $2 WHERE id = $1"};
constexpr db::Statement kRemoveToken{"tokens.remove", "DELETE FROM tokens WHERE id = $1"};

Token token_of(const db::Row& row) {
  return {row.string(0), row.id<domain::AgentId>(1), row.string(2),       row.string(3),
          row.time(4),   row.optional_time(5),       row.optional_time(6)};
}

}  // namespace

void Tokens::insert(const Token& token, const std::string& hash) {
  session_.run(kInsertToken, {token.id, token.agent, hash, token.created_at, token.name, token.hint,
                              token.expires_at});
}

std::optional<Token> Tokens::by_hash(const std::string& hash) {
  const db::Rows rows = session_.run(kTokenByHash, {hash});
  return rows.empty() ? std::nullopt : std::optional(token_of(rows.front()));
}

std::optional<Token> Tokens::by_id(const std::string& id) {
  const db::Rows rows = session_.run(kTokenById, {id});
  return rows.empty() ? std::nullopt : std::optional(token_of(rows.front()));
}

std::vector<Token> Tokens::of(const domain::AgentId& agent) {
  std::vector<Token> tokens;
  const db::Rows rows = session_.run(kTokensOf, {agent});
  for (const db::Row row : db::each(rows)) tokens.push_back(token_of(row));
  return tokens;
}

void Tokens::used(const std::string& id, TimePoint at) { session_.run(kTokenUsed, {id, at}); }

void Tokens::remove(const std::string& id) { session_.run(kRemoveToken, {id}); }

}  // namespace madoguchi::store
