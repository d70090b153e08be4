// SPDX-License-Identifier: Apache-2.0
#include "core/store/schemes.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kCurrentScheme{
    "scheme.current", "SELECT content, version, changed_at FROM scheme WHERE name = 'desk'"};
constexpr db::Statement kUpdateScheme{
    "scheme.update",
    "UPDATE scheme SET content = $2, changed_at = $3, version = version + 1 "
    "WHERE name = 'desk' AND version = $1"};

}  // namespace

StoredScheme Schemes::current() {
  const db::Rows rows = session_.run(kCurrentScheme);
  const db::Row row = rows.front();
  return {row.string(0), row.integer(1), row.optional_time(2)};
}

bool Schemes::update(StoredScheme& scheme) {
  if (session_.run(kUpdateScheme, {scheme.version, scheme.content, scheme.changed_at}).affected() !=
      1) {
    return false;
  }
  ++scheme.version;
  return true;
}

}  // namespace madoguchi::store
