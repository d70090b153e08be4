// SPDX-License-Identifier: Apache-2.0
#include "core/store/templates.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kAll{
    "templates.all",
    "SELECT id, name, language, subject, body_text, body_html, position, version FROM templates "
    "ORDER BY position, name"};
constexpr db::Statement kById{
    "templates.by_id",
    "SELECT id, name, language, subject, body_text, body_html, position, version FROM templates "
    "WHERE id = $1"};
constexpr db::Statement kNamed{"templates.named",
                               "SELECT 1 FROM templates WHERE name = $1 AND id <> $2"};
constexpr db::Statement kInsert{
    "templates.insert",
    "INSERT INTO templates (id, name, language, subject, body_text, body_html, position, version) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};
constexpr db::Statement kUpdate{
    "templates.update",
    "UPDATE templates SET name = $3, language = $4, subject = $5, body_text = $6, body_html = $7, "
    "position = $8, version = version + 1 WHERE id = $1 AND version = $2"};
constexpr db::Statement kRemove{"templates.remove",
                                "DELETE FROM templates WHERE id = $1 AND version = $2"};

domain::Template template_of(const db::Row& row) {
  return {row.id<domain::TemplateId>(0),
          row.string(1),
          row.string(2),
          row.string(3),
          row.string(4),
          row.string(5),
          row.integer(6),
          row.integer(7)};
}

}  // namespace

std::vector<domain::Template> Templates::all() {
  std::vector<domain::Template> found;
  const db::Rows rows = session_.run(kAll);
  for (const db::Row row : db::each(rows)) found.push_back(template_of(row));
  return found;
}

std::optional<domain::Template> Templates::by_id(const domain::TemplateId& id) {
  const db::Rows rows = session_.run(kById, {id});
  return rows.empty() ? std::nullopt : std::optional(template_of(rows.front()));
}

bool Templates::named(const std::string& name, const domain::TemplateId& other_than) {
  return !session_.run(kNamed, {name, other_than}).empty();
}

void Templates::insert(const domain::Template& value) {
  session_.run(kInsert, {value.id, value.name, value.language, value.subject, value.text,
                         value.html, value.position, value.version});
}

bool Templates::update(domain::Template& value) {
  const db::Rows rows =
      session_.run(kUpdate, {value.id, value.version, value.name, value.language, value.subject,
                             value.text, value.html, value.position});
  if (rows.affected() != 1) return false;
  ++value.version;
  return true;
}

bool Templates::remove(const domain::Template& value) {
  return session_.run(kRemove, {value.id, value.version}).affected() == 1;
}

}  // namespace madoguchi::store
