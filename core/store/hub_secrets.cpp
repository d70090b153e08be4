// SPDX-License-Identifier: Apache-2.0
#include "core/store/hub_secrets.h"

#include <array>

#include "core/crypto/random.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kFind{"hub_secrets.find", "SELECT sealed FROM hub_secrets WHERE name = $1"};
constexpr db::Statement kMake{
    "hub_secrets.make",
    "INSERT INTO hub_secrets (name, sealed) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING"};
constexpr db::Statement kAll{"hub_secrets.all", "SELECT name, sealed FROM hub_secrets"};
constexpr db::Statement kReseal{"hub_secrets.reseal",
                                "UPDATE hub_secrets SET sealed = $2 WHERE name = $1"};

std::string aad_of(const std::string& name) { return "hub_secrets|sealed|" + name + "|1"; }

}  // namespace

Result<Secret> HubSecrets::get_or_make(const std::string& name) {
  db::Rows rows = session_.run(kFind, {name});
  if (rows.empty()) {
    std::array<std::uint8_t, 32> bytes{};
    crypto::random_bytes(bytes);
    const Secret made(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    session_.run(kMake, {name, db::Bytes{keys_.seal(made.reveal(), aad_of(name))}});
    rows = session_.run(kFind, {name});  // another replica may have been first
  }
  Result<std::string> opened = keys_.open(rows.front().text(0), aad_of(name));
  if (!opened) return fail(std::move(opened.error()));
  return Secret(std::move(*opened));
}

Result<int> HubSecrets::rewrap_all() {
  const db::Rows rows = session_.run(kAll);
  for (const db::Row row : db::each(rows)) {
    Result<std::string> sealed = keys_.rewrap(row.text(1));
    if (!sealed) return fail(std::move(sealed.error()));
    session_.run(kReseal, {row.text(0), db::Bytes{*sealed}});
  }
  return static_cast<int>(rows.size());
}

}  // namespace madoguchi::store
